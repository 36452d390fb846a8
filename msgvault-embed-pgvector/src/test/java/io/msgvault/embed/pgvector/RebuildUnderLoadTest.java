package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Rebuilds while a host edits and searches all the time. With {@code
 * -Dtest.jvm.args=-Dmsgvault.test.messages=100000} it has that size. The times are written to
 * {@code target/rebuild-under-load.txt}.
 */
class RebuildUnderLoadTest {
  private static final int MESSAGES = Integer.getInteger("msgvault.test.messages", 5_000);

  /** The time after which a host that waits for a row gets an error. */
  private static final String LOCK_TIMEOUT = "SET lock_timeout = '1s'";

  private final String schema = TestDatabase.acquireArchive();
  private final AtomicBoolean rebuildFinished = new AtomicBoolean();
  private final List<Long> serving = new ArrayList<>();
  private final List<Double> editMillis = new ArrayList<>();
  private final List<Double> searchMillis = new ArrayList<>();

  @AfterEach
  void release() {
    TestDatabase.dropIndex(schema);
    TestDatabase.releaseArchive(schema);
  }

  @Test
  void rebuildDisturbsNoClientAndMissesNoEdit() throws Exception {
    ExecutorService host = Executors.newFixedThreadPool(2);
    try (HikariDataSource pool = TestDatabase.pool(TestDatabase.url(), 6);
        MailIndex index = new MailIndex(pool, schema);
        EmbedJob job = index.job(new HashEmbedder())) {
      MailIndex.fill(pool, schema, MESSAGES);
      assertTrue(assertInstanceOf(RunOutcome.Completed.class, job.runOnce()).activated());
      long old = index.vectors.active().orElseThrow().id();
      Future<?> editing = host.submit(this::edit);
      Future<?> searching = host.submit(() -> search(index));
      long began = System.nanoTime();
      boolean activated = assertInstanceOf(RunOutcome.Completed.class, job.rebuild()).activated();
      while (!activated) {
        activated = assertInstanceOf(RunOutcome.Completed.class, job.runOnce()).activated();
      }
      long millis = (System.nanoTime() - began) / 1_000_000;
      rebuildFinished.set(true);
      editing.get();
      searching.get();
      long rebuilt = index.vectors.active().orElseThrow().id();
      assertEquals(
          List.of(old, rebuilt), serving.stream().distinct().toList(), "which served searches");
      Files.writeString(
          Path.of("target", "rebuild-under-load.txt"),
          """
          rebuild of %,d messages: %,d ms
          edits: %s
          searches: %s
          """
              .formatted(MESSAGES, millis, statistics(editMillis), statistics(searchMillis)));
      assertTrue(editMillis.size() > 10);
      index.requireConverges();
    } finally {
      rebuildFinished.set(true);
      host.shutdown();
    }
  }

  private void edit() {
    SplittableRandom random = new SplittableRandom(3);
    try (Handle handle = TestDatabase.jdbi().open()) {
      handle.execute(LOCK_TIMEOUT);
      List<Long> ids =
          handle
              .createQuery("SELECT id FROM %s.messages".formatted(schema))
              .mapTo(Long.class)
              .list();
      for (int i = 0; !rebuildFinished.get(); i++) {
        long id = ids.get(random.nextInt(ids.size()));
        long began = System.nanoTime();
        handle.execute(
            "UPDATE %s.message_bodies SET body_text = ? WHERE message_id = ?".formatted(schema),
            "edit" + i,
            id);
        editMillis.add((System.nanoTime() - began) / 1e6);
      }
    }
  }

  private void search(MailIndex index) {
    Searcher searcher = Searcher.builder(index.messages, index.vectors, new HashEmbedder()).build();
    SplittableRandom random = new SplittableRandom(4);
    // One more after the end, which the new index answers.
    for (boolean last = false; !last; ) {
      last = rebuildFinished.get();
      long began = System.nanoTime();
      SearchResult result =
          searcher.search(
              SearchRequest.of("text of word" + random.nextInt(1, MESSAGES))
                  .withMode(SearchMode.VECTOR));
      searchMillis.add((System.nanoTime() - began) / 1e6);
      assertEquals(10, result.hits().size());
      serving.add(result.index().orElseThrow().generation().id());
    }
  }

  private static String statistics(List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    return "%d, median %.1f ms, 99 %% %.1f ms, longest %.1f ms"
        .formatted(
            sorted.size(),
            sorted.get(sorted.size() / 2),
            sorted.get(sorted.size() * 99 / 100),
            sorted.get(sorted.size() - 1));
  }
}
