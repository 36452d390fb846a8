package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.pgvector.PgArchive;
import io.msgvault.embed.pgvector.PgMessageStore;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.store.CoverageCheck;

/**
 * An archive in PostgreSQL that is stamped for the active generation. Two statements write and
 * stamp it. It has no vectors, since an idle run does not read them.
 */
final class PgScanArchive implements AutoCloseable {
  private static final int DIMENSION = 8;
  private static final long GENERATION = 1;

  private final PgSchema schema = new PgSchema();
  private final PgMessageStore store;
  private final PgVectorStore vectors;
  private final EmbedJob job;

  PgScanArchive(int messages) {
    PgArchive.install(schema.dataSource(), schema.name()).close();
    store = PgMessageStore.open(schema.dataSource(), schema.name());
    vectors = PgVectorStore.builder(schema.dataSource(), schema.name()).install();
    job = EmbedJob.builder(store, vectors, new CannedEmbedder(DIMENSION)).withoutBackstop().build();
    double stored =
        Measurements.millis(
            () ->
                schema.execute(
                    """
                    INSERT INTO %1$s.sources (id, name) VALUES (1, 'bench');
                    INSERT INTO %1$s.messages (id, source_id, external_id, subject)
                    SELECT i, 1, 'message-' || i, 'Message ' || i
                      FROM generate_series(1, %2$d) AS i;
                    INSERT INTO %1$s.message_bodies (message_id, body_text)
                    SELECT i, repeat('text of message ' || i || '. ', 6)
                      FROM generate_series(1, %2$d) AS i"""
                        .formatted(schema.name(), messages)));
    vectors.bind(store.archiveId());
    vectors.create(job.fingerprint(), store.reserveGenerationId(GENERATION - 1));
    vectors.activate(GENERATION, CoverageCheck.NONE);
    double stamped =
        Measurements.millis(
            () -> {
              schema.execute(
                  "UPDATE %s.messages SET embed_gen = %d, embed_outcome = 'EMBEDDED'"
                      .formatted(schema.name(), GENERATION));
              // The server would do this itself a little later.
              schema.execute(
                  "VACUUM ANALYZE %1$s.messages, %1$s.embed_counts".formatted(schema.name()));
            });
    System.out.printf(
        "PostgreSQL: %,d messages stored in %.1f s, stamped and vacuumed in %.1f s%n",
        messages, stored / 1e3, stamped / 1e3);
  }

  EmbedJob job() {
    return job;
  }

  @Override
  public void close() {
    job.close();
    vectors.close();
    store.close();
    schema.close();
  }
}
