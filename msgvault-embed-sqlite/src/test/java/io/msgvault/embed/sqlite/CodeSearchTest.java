package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.internal.codes.CodeMatrixTest;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches generations that are too large for comparing every vector. */
class CodeSearchTest {
  private static final int DIMENSION = 96;
  private static final int MESSAGES = 6000;

  @TempDir Path folder;
  private Path file = Path.of("");
  private final SplittableRandom random = new SplittableRandom(17);

  @BeforeEach
  void fill() {
    file = folder.resolve("vectors.db");
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
      store.create(new Fingerprint("model", DIMENSION, "text", Scope.ALL), 1);
      List<MessageVectors> batch = new ArrayList<>();
      for (long id = 1; id <= MESSAGES; id++) {
        batch.add(message(id, gaussian(), gaussian()));
      }
      store.upsert(1, batch);
    }
  }

  @Test
  void codesOfRetiredGenerationAreReleasedByNextSearch() {
    try (SqliteVectorStore job = SqliteVectorStore.install(file);
        SqliteVectorStore server = SqliteVectorStore.install(file)) {
      job.activate(1, CoverageCheck.NONE);
      server.search(1, gaussian(), 10);
      long one = server.codeBytes();
      job.create(new Fingerprint("model", DIMENSION, "text", Scope.ALL), 2);
      List<MessageVectors> batch = new ArrayList<>();
      for (long id = 1; id <= MESSAGES; id++) {
        batch.add(message(id, gaussian(), gaussian()));
      }
      job.upsert(2, batch);
      job.activate(2, CoverageCheck.NONE);
      job.dropRetired();
      server.search(2, gaussian(), 10);
      assertTrue(one > 0);
      assertEquals(one, server.codeBytes());
    }
  }

  /**
   * The log keeps 10,000 changes, so the codes that this reader holds can't be brought up to date.
   */
  @Test
  void readerThatMissedMoreThanTheLogKeepsFollows() {
    try (SqliteVectorStore writer = SqliteVectorStore.install(file);
        SqliteVectorStore reader = SqliteVectorStore.install(file)) {
      reader.search(1, gaussian(), 10);
      for (int times = 0; times < 2; times++) {
        writer.upsert(
            1,
            LongStream.rangeClosed(1, MESSAGES).mapToObj(id -> message(id, gaussian())).toList());
      }
      for (int i = 0; i < 5; i++) {
        float[] query = gaussian();
        assertEquals(writer.search(1, query, 10), reader.search(1, query, 10));
        assertEquals(writer.searchExactly(1, query, 1), reader.search(1, query, 1));
      }
    }
  }

  @Test
  void findsTheTenNearest() {
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
      int found = 0;
      for (int i = 0; i < 50; i++) {
        float[] query = gaussian();
        Set<VectorHit> exact = new HashSet<>(store.searchExactly(1, query, 10));
        List<VectorHit> hits = store.search(1, query, 10);
        assertEquals(10, hits.stream().map(VectorHit::messageId).distinct().count());
        found += (int) hits.stream().filter(exact::contains).count();
      }
      assertTrue(found >= 495, found + " of 500 found");
      assertTrue(store.codeBytes() > 0);
    }
  }

  @Test
  void findsTheTenNearestOfSomeMessages() {
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
      // Its codes come after those of the others.
      store.search(1, direction(), 1);
      store.upsert(1, List.of(message(9, direction()), message(10, direction())));
      List<Long> some =
          LongStream.rangeClosed(1, 2L * MESSAGES).filter(id -> id % 2 == 1).boxed().toList();

      int found = 0;
      for (int i = 0; i < 50; i++) {
        float[] query = gaussian();
        Set<VectorHit> exact = new HashSet<>(store.searchExactly(1, query, 10, some));
        List<VectorHit> hits = store.search(1, query, 10, some);
        assertEquals(10, hits.stream().map(VectorHit::messageId).distinct().count());
        found += (int) hits.stream().filter(exact::contains).count();
      }
      assertTrue(found >= 495, found + " of 500 found");

      assertEquals(
          store.searchExactly(1, direction(), MESSAGES, some),
          store.search(1, direction(), MESSAGES, some));
      assertEquals(9, store.search(1, direction(), 1, some).get(0).messageId());
    }
  }

  @Test
  void findsAllIfFewerThanRequested() {
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
      assertEquals(
          store.searchExactly(1, direction(), 2 * MESSAGES),
          store.search(1, direction(), 2 * MESSAGES));
    }
  }

  @Test
  void otherInstanceSeesWritesAndDeletes() {
    try (SqliteVectorStore writer = SqliteVectorStore.install(file);
        SqliteVectorStore reader = SqliteVectorStore.install(file)) {
      reader.search(1, direction(), 1);

      writer.upsert(1, List.of(message(7, direction()), message(MESSAGES + 1, direction())));
      assertEquals(List.of(7L, MESSAGES + 1L), best(reader, 2));

      writer.upsert(1, List.of(message(7, gaussian())));
      assertEquals(List.of(MESSAGES + 1L), best(reader, 1));

      writer.delete(1, List.of(MESSAGES + 1L));
      assertTrue(reader.search(1, direction(), 1).get(0).score() < 0.99);

      writer.upsert(1, List.of(message(MESSAGES + 1, direction())));
      assertEquals(List.of(MESSAGES + 1L), best(reader, 1));
    }
  }

  @Test
  void rewritesLeaveOneRowPerMessage() {
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
      store.search(1, direction(), 1);
      for (int round = 0; round < 4; round++) {
        List<MessageVectors> batch = new ArrayList<>();
        for (long id = 1; id <= 4000; id++) {
          batch.add(message(id, gaussian()));
        }
        store.upsert(1, batch);
        assertEquals(
            store.searchExactly(1, direction(), MESSAGES), store.search(1, direction(), MESSAGES));
      }
    }
  }

  @Test
  void instanceBehindTheLogReloads() {
    try (SqliteVectorStore writer = SqliteVectorStore.install(file);
        SqliteVectorStore reader = SqliteVectorStore.install(file);
        SqlClient sql = new SqlClient(file)) {
      reader.search(1, direction(), 1);
      writer.upsert(1, List.of(message(7, direction())));
      writer.upsert(1, List.of(message(8, gaussian())));
      sql.run(
          "DELETE FROM embed_changes_1 WHERE change < (SELECT max(change) FROM embed_changes_1)");
      assertEquals(List.of(7L), best(reader, 1));
    }
  }

  @Test
  void logDropsOnlyOldChanges() {
    try (SqliteVectorStore writer = SqliteVectorStore.install(file);
        SqlClient sql = new SqlClient(file)) {
      sql.run("INSERT INTO embed_changes_1 VALUES (20000, '[]')");
      writer.upsert(1, List.of(message(7, gaussian())));
      assertEquals(
          "[[20000, []], [20001, [7]]]",
          sql.rows("SELECT change, message_ids FROM embed_changes_1").toString());
    }
  }

  private static List<Long> best(SqliteVectorStore store, int k) {
    return store.search(1, direction(), k).stream().map(VectorHit::messageId).toList();
  }

  private static MessageVectors message(long id, float[]... vectors) {
    List<ChunkVector> chunks = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      chunks.add(new ChunkVector(i, i + 1, vectors[i]));
    }
    return new MessageVectors(id, 1, "digest", chunks);
  }

  private float[] gaussian() {
    return CodeMatrixTest.gaussian(DIMENSION, random);
  }

  private static float[] direction() {
    float[] vector = new float[DIMENSION];
    vector[3] = 1;
    vector[40] = -2;
    return vector;
  }
}
