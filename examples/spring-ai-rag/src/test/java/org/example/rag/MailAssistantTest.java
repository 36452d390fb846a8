package org.example.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.onnx.OnnxEmbedder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

class MailAssistantTest {
  private static final Path SAMPLE = Path.of("..", "..", "dev", "sample", "sample.mbox");

  @TempDir private Path folder;

  @BeforeEach
  void importSample() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            MsgvaultEmbed.class.getName(),
            "--db=" + folder.resolve("mail.db"),
            "import",
            SAMPLE.toString());
    File log = folder.resolve("import.log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertEquals(0, process.waitFor(), log::toString);
  }

  /** Answers with the price rise that the prompt tells of, as a real model would in more words. */
  private static final class Stub implements ChatModel {
    private static final Pattern RISE = Pattern.compile("(\\w+)\\s+per cent more");

    @Override
    public ChatResponse call(Prompt prompt) {
      Matcher rise = RISE.matcher(prompt.getContents());
      String answer = rise.find() ? "It costs " + rise.group(1) + " % more." : "I do not know.";
      return new ChatResponse(List.of(new Generation(new AssistantMessage(answer))));
    }
  }

  /** A model of Spring AI, as small as a test needs. */
  private record SmallModel(Embedder embedder) implements EmbeddingModel {
    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      List<float[]> vectors = embedder.embed(request.getInstructions(), InputType.DOCUMENT);
      return new EmbeddingResponse(
          IntStream.range(0, vectors.size())
              .mapToObj(i -> new Embedding(vectors.get(i), i))
              .toList());
    }

    @Override
    public float[] embed(Document document) {
      return embed(document.getFormattedContent());
    }
  }

  /** No word of the question is in the mail that answers it. */
  @Test
  void questionIsAnsweredFromMail() {
    OnnxEmbedder.Builder model =
        OnnxEmbedder.builder()
            .modelResource("all-minilm-l6-v2-q.onnx")
            .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json");
    try (Embedder embedder = model.build();
        MailAssistant assistant =
            new MailAssistant(
                folder.resolve("mail.db"),
                new SmallModel(embedder),
                "all-MiniLM-L6-v2-q",
                new Stub())) {
      assertEquals("It costs forty % more.", assistant.answer("can we afford electricity prices"));
      assertTrue(assistant.answer("a recipe for pancakes").contains("do not know"));
    }
  }
}
