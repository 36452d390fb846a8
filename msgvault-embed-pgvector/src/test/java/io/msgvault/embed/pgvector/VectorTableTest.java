package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VectorTableTest {
  private static final int ROUNDS = 60;
  private static final int MESSAGES = 3;

  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  /** Writes each revision with as many chunks, so that the revision tells their number. */
  @Test
  void concurrentUpsertsLeaveChunksOfOne() throws Exception {
    try (PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      vectors.create(TestDatabase.fingerprint(2), 1);
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < 3; writer++) {
        int offset = writer;
        writers.add(
            OwnThread.run(
                () -> {
                  for (int round = 0; round < ROUNDS; round++) {
                    write(vectors, round + offset);
                  }
                }));
      }
      CompletableFuture<Void> all =
          CompletableFuture.allOf(writers.toArray(new CompletableFuture<?>[0]));
      while (!all.isDone()) {
        requireWhole(vectors);
      }
      all.get();
      requireWhole(vectors);
      List<MessageVectors> left = vectors.vectors(1, List.of(1L, 2L, 3L));
      int chunks = left.stream().mapToInt(message -> message.chunks().size()).sum();
      assertEquals(new IndexSize(left.size(), chunks), vectors.size(1));
    }
  }

  private static void write(PgVectorStore vectors, int round) {
    List<MessageVectors> batch = new ArrayList<>();
    for (long id = 1; id <= MESSAGES; id++) {
      int chunks = 1 + (int) ((round + id) % 4);
      batch.add(
          new MessageVectors(
              id,
              chunks,
              "digest",
              Collections.nCopies(chunks, new ChunkVector(0, 1, new float[] {1, 2}))));
    }
    if (round % 2 == 0) {
      Collections.reverse(batch);
    }
    vectors.upsert(1, batch);
    if (round % 5 == 0) {
      vectors.delete(1, List.of(2L, 1L));
    }
  }

  private static void requireWhole(PgVectorStore vectors) {
    for (MessageVectors message : vectors.vectors(1, List.of(1L, 2L, 3L))) {
      assertEquals(message.revision(), message.chunks().size());
    }
  }

  @Test
  void vectorsOfAnyLengthAreReturnedUnchanged() {
    try (PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      vectors.create(TestDatabase.fingerprint(3), 1);
      List<MessageVectors> messages = new ArrayList<>();
      float[][] all = {
        {1, -0f, 0.1f},
        {Float.MIN_VALUE, 0, -Float.MIN_VALUE},
        {Float.MAX_VALUE, -Float.MAX_VALUE, 1.4E-45f},
        {1e-20f, 1e20f, 3},
        {700, 700, 0}
      };
      for (int i = 0; i < all.length; i++) {
        messages.add(TestDatabase.message(i + 1L, all[i]));
      }
      vectors.upsert(1, messages);
      assertEquals(messages, vectors.vectors(1, List.of(5L, 4L, 3L, 2L, 1L, 9L)));
      for (MessageVectors message : messages) {
        float[] query = message.chunks().get(0).vector();
        assertEquals(1, vectors.search(1, query, 5).get(0).score(), 1e-5);
      }
    }
  }

  @Test
  void batchBeyondOneStatementIsWrittenWhole() {
    int dimension = 4_000;
    try (PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      vectors.create(TestDatabase.fingerprint(dimension), 1);
      List<MessageVectors> batch = new ArrayList<>();
      for (long id = 1; id <= 1_100; id++) {
        float[] vector = new float[dimension];
        vector[(int) id] = id;
        batch.add(TestDatabase.message(id, vector));
      }
      vectors.upsert(1, batch);
      assertEquals(new IndexSize(1_100, 1_100), vectors.size(1));
      for (long id : new long[] {1, 1_048, 1_049, 1_100}) {
        assertEquals(
            batch.get((int) id - 1), vectors.vectors(1, List.of(id)).get(0), () -> "message " + id);
      }
      assertTrue(vectors.vectors(1, List.of(1_101L)).isEmpty());
    }
  }
}
