package io.msgvault.embed.pgvector;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.List;
import javax.sql.DataSource;

/** The example of {@code docs/your-own-tables.md}. {@link AdoptingTest} compares the two. */
final class MailSearch implements AutoCloseable {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .deleted("trashed", ArchiveMapping.Marker.FALSE_WHILE_LIVE)
          .sender(ArchiveMapping.Name.in("from_addr"))
          .sentAt("received", ArchiveMapping.TimeFormat.NATIVE)
          .build();

  private final MessageStore messages;
  private final VectorStore vectors;
  private final WordIndex words;
  private final EmbedJob job;
  private final Searcher searcher;

  MailSearch(DataSource dataSource, String schema, Embedder embedder) {
    messages = PgMessageStore.install(dataSource, schema, MAILS);
    vectors = PgVectorStore.install(dataSource, schema);
    words = PgWordIndex.install(dataSource, schema);
    job = EmbedJob.builder(messages, vectors, embedder).words(words).build();
    searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
  }

  RunOutcome update() { // for the scheduler, every few seconds
    return job.runOnce();
  }

  List<Long> search(String question, MessageFilter filter) {
    SearchResult result = searcher.search(SearchRequest.of(question).withFilter(filter));
    return result.hits().stream().map(SearchHit::messageId).toList();
  }

  @Override
  public void close() {
    job.close();
    words.close();
    vectors.close();
    messages.close();
  }
}
