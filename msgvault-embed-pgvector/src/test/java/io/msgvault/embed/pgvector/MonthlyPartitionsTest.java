package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.Message;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Follows an archive with a partition a month over the end of its year. */
class MonthlyPartitionsTest {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id").text("body").sentAt("sent", TimeFormat.NATIVE).build();
  private static final int PER_MONTH = 5;

  private final String schema = TestDatabase.freshName();
  private final HashEmbedder embedder = new HashEmbedder();
  private PgMessageStore messages;
  private PgVectorStore vectors;
  private PgWordIndex words;

  @BeforeEach
  void install() {
    TestDatabase.server("CREATE SCHEMA " + schema);
    execute(
        """
        CREATE TABLE mails (id bigint, sent timestamptz, body text, PRIMARY KEY (id, sent))
          PARTITION BY RANGE (sent)\
        """);
    IntStream.rangeClosed(1, 12).forEach(this::addMonth);
    messages = PgMessageStore.install(TestDatabase.pool(), schema, MAILS);
    vectors = PgVectorStore.install(TestDatabase.pool(), schema);
    words = PgWordIndex.install(TestDatabase.pool(), schema);
  }

  @AfterEach
  void drop() {
    messages.close();
    vectors.close();
    words.close();
    TestDatabase.drop(schema);
  }

  /** Adds the partition of a month since the year's begin, and its messages. */
  private void addMonth(int month) {
    execute(
        """
        CREATE TABLE mails_%1$d PARTITION OF mails
          FOR VALUES FROM (%2$s) TO (%2$s + interval '1 month');
        INSERT INTO mails
          SELECT (%1$d - 1) * %3$d + n, %2$s + interval '1 day', 'heron ' || n || ' of month' || %1$d
            FROM generate_series(1, %3$d) AS n\
        """
            .formatted(
                month,
                "(timestamptz '2025-01-01' + interval '%d months')".formatted(month - 1),
                PER_MONTH));
  }

  @Test
  void monthsComeAndGo() {
    requireCompleted(EmbedJob::runOnce);
    requireFound(1, 12);
    addMonth(13);
    assertEquals(LongStream.rangeClosed(61, 65).boxed().toList(), scanned());
    requireCompleted(EmbedJob::runOnce);
    requireFound(1, 13);
    execute("ALTER TABLE mails DETACH PARTITION mails_1");
    requireCompleted(EmbedJob::runBackstop);
    requireFound(2, 13);
    execute("UPDATE mails_13 SET body = body || ' again'; UPDATE mails_1 SET body = 'elsewhere'");
    assertEquals(LongStream.rangeClosed(61, 65).boxed().toList(), scanned());
    requireCompleted(EmbedJob::runOnce);
    requireFound(2, 13);
  }

  private void requireCompleted(Function<EmbedJob, RunOutcome> run) {
    try (EmbedJob job = EmbedJob.builder(messages, vectors, embedder).words(words).build()) {
      assertInstanceOf(RunOutcome.Completed.class, run.apply(job));
    }
  }

  /** Requires that the messages of these months are counted, stamped and found, and no others. */
  private void requireFound(int firstMonth, int lastMonth) {
    long live = (lastMonth - firstMonth + 1L) * PER_MONTH;
    assertEquals(new Coverage(live, live, 0, 0, 0), messages.coverage(generation(), Scope.ALL));
    assertEquals(0, messages.miscounted());
    assertEquals(List.of(), scanned());
    List<Long> expected =
        LongStream.rangeClosed((firstMonth - 1L) * PER_MONTH + 1, (long) lastMonth * PER_MONTH)
            .boxed()
            .toList();
    for (SearchMode mode : SearchMode.values()) {
      assertEquals(
          expected,
          Searcher.builder(messages, vectors, embedder)
              .words(words)
              .build()
              .search(SearchRequest.of("heron").withMode(mode).withLimit(100))
              .hits()
              .stream()
              .map(SearchHit::messageId)
              .sorted()
              .toList(),
          mode::toString);
    }
  }

  private long generation() {
    return vectors.active().orElseThrow().id();
  }

  private List<Long> scanned() {
    return messages.scan(generation(), Scope.ALL, 0, TestDatabase.LIMITS).stream()
        .map(Message::id)
        .toList();
  }

  private void execute(String script) {
    TestMapping.script(
        TestDatabase.pool(), "SET LOCAL search_path = %s; %s".formatted(schema, script));
  }
}
