package org.example.plain;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.onnx.OnnxEmbedder;
import io.msgvault.embed.search.*;
import io.msgvault.embed.sqlite.*;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Stores three messages in a temporary folder, embeds them, and answers a question. */
public final class Ask {
  private static final List<String> MAIL =
      List.of(
          "Ann settled the plumber's bill.",
          "The boat to the lighthouse leaves at nine.",
          "Mice have gnawed at the cables in the attic.");

  private Ask() {}

  public static void main(String[] question) throws IOException {
    Path folder = Files.createTempDirectory("ask");
    System.out.println(answer(folder, String.join(" ", question)).orElse("Nothing was found."));
  }

  static Optional<String> answer(Path folder, String question) {
    Path mail = folder.resolve("mail.db");
    try (var archive = SqliteArchive.install(mail);
        var messages = SqliteMessageStore.open(mail);
        var vectors = SqliteVectorStore.install(folder.resolve("mail-vectors.db"));
        var words = LuceneWordIndex.install(folder.resolve("mail-words"));
        var embedder =
            OnnxEmbedder.builder()
                .modelResource("all-minilm-l6-v2-q.onnx")
                .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json")
                .build();
        var job = EmbedJob.builder(messages, vectors, embedder).words(words).build()) {
      for (String text : MAIL) {
        archive.store(NewMessage.builder("me@example.org", text).text(text).build());
      }
      job.runOnce();
      var searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
      return searcher.search(SearchRequest.of(question)).hits().stream()
          .findFirst()
          .flatMap(SearchHit::passage)
          .map(SearchHit.Passage::text);
    }
  }
}
