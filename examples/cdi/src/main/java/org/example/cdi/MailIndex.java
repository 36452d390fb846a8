package org.example.cdi;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.onnx.OnnxEmbedder;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** Opens the archive and the index in the folder {@code mail.folder}, and closes them at the end. */
@Singleton
public class MailIndex {
  private final Path folder = Path.of(System.getProperty("mail.folder"));
  private final SqliteArchive tables = SqliteArchive.install(folder.resolve("mail.db"));
  private final SqliteMessageStore messages = SqliteMessageStore.open(folder.resolve("mail.db"));
  private final SqliteVectorStore vectors =
      SqliteVectorStore.install(folder.resolve("mail-vectors.db"));
  private final LuceneWordIndex words = LuceneWordIndex.install(folder.resolve("mail-words"));
  private final OnnxEmbedder embedder =
      OnnxEmbedder.builder()
          .modelResource("all-minilm-l6-v2-q.onnx")
          .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json")
          .build();

  /** The archive, for whoever stores messages. */
  @Produces final MessageArchive archive = tables;

  /** The job, for the application's scheduler. */
  @Produces
  final EmbedJob job = EmbedJob.builder(messages, vectors, embedder).words(words).build();

  /** The searcher, for whoever asks. */
  @Produces
  final Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();

  /** Closes the job first, and then what it uses. */
  @PreDestroy
  void close() {
    job.close();
    embedder.close();
    words.close();
    vectors.close();
    messages.close();
    tables.close();
  }
}
