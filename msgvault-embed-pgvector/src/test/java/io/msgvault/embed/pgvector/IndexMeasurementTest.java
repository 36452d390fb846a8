package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageVectors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IndexMeasurementTest {
  private static final int DIMENSION = 16;

  private final String schema = TestDatabase.freshName();
  private final Random random = new Random(3);

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  @Test
  void activationMeasuresAndBackstopMeasuresAgainOnceTableHasDoubled() {
    try (PgVectorStore vectors = store()) {
      vectors.create(TestDatabase.fingerprint(DIMENSION), 1);
      fill(vectors, 1, 3_000);
      vectors.activate(1, CoverageCheck.NONE);
      long measured = figure("measured_bytes");
      assertTrue(figure("measured_candidates") >= 40);
      fill(vectors, 3_001, 3_500);
      vectors.recordBackstop(1, Instant.EPOCH);
      assertEquals(measured, figure("measured_bytes"));
      fill(vectors, 3_501, 7_000);
      vectors.recordBackstop(1, Instant.EPOCH);
      assertTrue(figure("measured_bytes") >= 2 * measured);
    }
  }

  @Test
  void searchFollowsIndexThatGrows() {
    try (PgVectorStore vectors = store()) {
      vectors.create(TestDatabase.fingerprint(DIMENSION), 1);
      fill(vectors, 1, 3_000);
      vectors.activate(1, CoverageCheck.NONE);
      float[] query = vector();
      assertEquals(20, vectors.search(1, query, 20).size());
      fill(vectors, 3_001, 7_000); // beyond what the first search remembers
      vectors.upsert(1, List.of(TestDatabase.message(9_000, query)));
      assertEquals(9_000, vectors.search(1, query, 20).get(0).messageId());
      assertEquals(9_000, vectors.search(1, query, 20).get(0).messageId());
    }
  }

  private PgVectorStore store() {
    return PgVectorStore.builder(TestDatabase.pool(), schema).exactUpTo(0).install();
  }

  private void fill(PgVectorStore vectors, long from, long to) {
    List<MessageVectors> messages = new ArrayList<>();
    for (long id = from; id <= to; id++) {
      messages.add(TestDatabase.message(id, vector()));
    }
    vectors.upsert(1, messages);
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private long figure(String column) {
    return TestDatabase.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT %s FROM %s.embed_generations WHERE id = 1"
                            .formatted(column, schema))
                    .mapTo(Long.class)
                    .one());
  }
}
