package io.msgvault.embed.sqlite;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.nio.file.Path;
import java.util.List;

/** The SQLite example of docs/your-own-tables.md. */
final class MailSearch implements AutoCloseable {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .deleted("trashed", ArchiveMapping.Marker.FALSE_WHILE_LIVE)
          .sender(ArchiveMapping.Name.in("from_addr"))
          .sentAt("received", ArchiveMapping.TimeFormat.EPOCH_SECONDS)
          .build();

  private final MessageStore messages;
  private final VectorStore vectors;
  private final WordIndex words;
  private final EmbedJob job;
  private final Searcher searcher;

  MailSearch(Path file, Embedder embedder) {
    messages = SqliteMessageStore.install(file, MAILS);
    vectors = SqliteVectorStore.install(file.resolveSibling("mail-vectors.db"));
    words = LuceneWordIndex.install(file.resolveSibling("mail-words"));
    job = EmbedJob.builder(messages, vectors, embedder).words(words).build();
    searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
  }

  RunOutcome update() { // for the scheduler, every few seconds
    return job.runOnce();
  }

  List<Long> search(String question) {
    return searcher.search(SearchRequest.of(question)).hits().stream()
        .map(SearchHit::messageId)
        .toList();
  }

  @Override
  public void close() {
    job.close();
    words.close();
    vectors.close();
    messages.close();
  }
}
