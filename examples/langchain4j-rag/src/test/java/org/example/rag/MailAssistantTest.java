package org.example.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.msgvault.embed.cli.MsgvaultEmbed;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    public ChatResponse doChat(ChatRequest request) {
      String prompt = ((UserMessage) request.messages().get(0)).singleText();
      Matcher rise = RISE.matcher(prompt);
      String answer = rise.find() ? "It costs " + rise.group(1) + " % more." : "I do not know.";
      return ChatResponse.builder().aiMessage(AiMessage.from(answer)).build();
    }
  }

  /** No word of the question is in the mail that answers it. */
  @Test
  void questionIsAnsweredFromMail() {
    try (MailAssistant assistant =
        new MailAssistant(
            folder.resolve("mail.db"),
            new AllMiniLmL6V2QuantizedEmbeddingModel(),
            "all-MiniLM-L6-v2-q",
            new Stub())) {
      assertEquals("It costs forty % more.", assistant.answer("can we afford electricity prices"));
      assertTrue(assistant.answer("a recipe for pancakes").contains("do not know"));
    }
  }
}
