package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.TakeoverConformance;
import io.msgvault.embed.testkit.TakeoverFixture;
import java.util.function.UnaryOperator;

/** Takes over archives in PostgreSQL, whose hosts' vectors are arrays. */
class PgTakeoverConformanceTest extends TakeoverConformance {
  @Override
  protected TakeoverFixture newFixture() {
    return fixture(Tables.BUNDLED);
  }

  static TakeoverFixture fixture(TestTables tables) {
    TakenArchive archive = new TakenArchive(tables);
    return new TakeoverFixture(
        new StorageFixture(archive, new PgIndexFixture(UnaryOperator.identity())),
        new PgHostTables(archive.schema(), "real[]"));
  }

  /** An archive that is given back without the host's tables, and as one that was never taken. */
  private static final class TakenArchive extends PgArchiveFixture {
    TakenArchive(TestTables tables) {
      super(tables);
    }

    @Override
    public void close() {
      TestDatabase.jdbi()
          .useHandle(
              handle ->
                  handle.execute(
                      """
                      DROP TABLE IF EXISTS %1$s."check", %1$s."pending embeddings",
                        %1$s.embed_takeover;
                      DELETE FROM %1$s.embed_ledger WHERE component = 'takeover'"""
                          .formatted(schema())));
      super.close();
    }
  }
}
