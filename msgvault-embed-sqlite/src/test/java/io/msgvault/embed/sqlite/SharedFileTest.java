package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs all kinds of work at once on an archive and vectors that share a file. */
class SharedFileTest {
  private static final int BATCHES = 30;
  private static final int BATCH = 20;

  private final AtomicBoolean importing = new AtomicBoolean(true);

  @Test
  void importEditFillAndSearchRunConcurrently() throws Exception {
    try (TempFolder folder = TempFolder.create()) {
      Path file = folder.file("both.db");
      long target;
      try (SqliteMessageStore messages = SqliteMessageStore.install(file);
          SqliteVectorStore vectors = SqliteVectorStore.install(file)) {
        target = messages.reserveGenerationId(0);
        vectors.create(new Fingerprint("model", 8, "text", Scope.ALL), target);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
          List<Future<Integer>> working =
              threads.invokeAll(
                  List.<Callable<Integer>>of(
                      () -> importAll(file),
                      () -> edit(file),
                      () -> fillWhileImporting(file, target),
                      () -> look(messages, vectors, target)));
          for (Future<Integer> done : working) {
            assertTrue(done.get() > 0);
          }
        } finally {
          threads.shutdown();
        }
        fill(messages, vectors, target);
        assertEverythingFits(messages, vectors, target);
      }
      try (SqliteMessageStore messages = SqliteMessageStore.openReadOnly(file);
          SqliteVectorStore vectors = SqliteVectorStore.openReadOnly(file)) {
        assertEverythingFits(messages, vectors, target);
      }
    }
  }

  private int importAll(Path file) {
    try (SqliteArchive archive = SqliteArchive.install(file)) {
      for (int batch = 0; batch < BATCHES; batch++) {
        int first = batch * BATCH;
        archive.storeAll(
            IntStream.range(first, first + BATCH)
                .mapToObj(i -> NewMessage.builder("main", "" + i).text("text " + i).build())
                .toList());
      }
    } finally {
      importing.set(false);
    }
    return BATCHES;
  }

  private int edit(Path file) {
    int edits = 0;
    try (SqliteArchive archive = SqliteArchive.install(file)) {
      for (long id = 1; importing.get() || edits == 0; id = id % 50 + 1) {
        if (archive.update(id, "edited", "edit " + edits, "")) {
          edits++;
        }
        if (archive.delete(id + 1, Instant.EPOCH)) {
          archive.restore(id + 1);
        }
      }
    }
    return edits;
  }

  private int fillWhileImporting(Path file, long target) {
    int filled = 0;
    try (SqliteMessageStore messages = SqliteMessageStore.install(file);
        SqliteVectorStore vectors = SqliteVectorStore.install(file)) {
      while (importing.get() || filled == 0) {
        filled += fill(messages, vectors, target);
      }
    }
    return filled;
  }

  private static int fill(SqliteMessageStore messages, SqliteVectorStore vectors, long target) {
    int filled = 0;
    ScanLimits limits = new ScanLimits(16, 10_000, 1_000);
    for (List<Message> page = messages.scan(target, Scope.ALL, 0, limits);
        !page.isEmpty();
        page = messages.scan(target, Scope.ALL, page.get(page.size() - 1).id(), limits)) {
      List<MessageVectors> batch = new ArrayList<>();
      List<Stamp> stamps = new ArrayList<>();
      for (Message message : page) {
        float[] vector = new float[8];
        vector[(int) (message.revision() % 8)] = 1;
        batch.add(
            new MessageVectors(
                message.id(),
                message.revision(),
                message.text(),
                List.of(new ChunkVector(0, 5, vector))));
        stamps.add(new Stamp(message.id(), message.revision(), new Stamp.Embedded()));
      }
      vectors.upsert(target, batch);
      filled += stamps.size() - messages.stamp(target, stamps).size();
    }
    return filled;
  }

  private int look(SqliteMessageStore messages, SqliteVectorStore vectors, long target) {
    int looks = 0;
    while (importing.get() || looks == 0) {
      Coverage coverage = messages.coverage(target, Scope.ALL);
      assertTrue(coverage.live() <= BATCHES * BATCH);
      IndexSize size = vectors.size(target);
      assertEquals(size.messages(), size.chunks());
      assertTrue(vectors.search(target, new float[] {1, 1, 1, 1, 1, 1, 1, 1}, 10).size() <= 10);
      looks++;
    }
    return looks;
  }

  private static void assertEverythingFits(
      SqliteMessageStore messages, SqliteVectorStore vectors, long target) {
    long all = BATCHES * BATCH;
    assertEquals(new Coverage(all, all, 0, 0, 0), messages.coverage(target, Scope.ALL));
    List<MessageRevision> stamped = messages.embeddedIds(target, 0, 10_000);
    assertEquals(stamped, vectors.messageIds(target, 0, 10_000));
    List<Message> texts =
        messages.find(stamped.stream().map(MessageRevision::messageId).toList(), 100);
    List<String> digests =
        vectors.vectors(target, stamped.stream().map(MessageRevision::messageId).toList()).stream()
            .map(MessageVectors::textDigest)
            .toList();
    assertEquals(texts.stream().map(Message::text).toList(), digests);
  }

  @Test
  void activationCheckMayReadArchiveInSameFile() {
    try (TempFolder folder = TempFolder.create();
        SqliteMessageStore messages = SqliteMessageStore.install(folder.file("both.db"));
        SqliteVectorStore vectors = SqliteVectorStore.install(folder.file("both.db"))) {
      vectors.create(new Fingerprint("model", 8, "text", Scope.ALL), 1);
      CoverageCheck writing = generation -> messages.reserveGenerationId(generation.id());
      vectors.activate(1, writing);
      assertEquals(1, vectors.active().orElseThrow().id());
    }
  }
}
