package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.sql.SQLException;

/** Builds the HNSW index over a partition that is filled and not yet searched. */
public final class HnswIndexBuild {
  public static final int DEFAULT_MEMORY = 256;
  public static final int DEFAULT_WORKERS = 2;

  private static final int KIB_PER_MIB = 1024;
  private static final String DISK_FULL = "53100";

  private final Database database;
  private final IndexMeasurement measurement;
  private final int buildMemory;
  private final int buildWorkers;

  /**
   * Sets what a build may use.
   *
   * @param buildMemory the memory, in mebibytes
   * @param buildWorkers the processes of the server that help the one that builds
   */
  public HnswIndexBuild(Database database, int buildMemory, int buildWorkers) {
    this.database = database;
    this.measurement = new IndexMeasurement(database);
    this.buildMemory = buildMemory;
    this.buildWorkers = buildWorkers;
  }

  /** Builds an index, unless it is there; this may take minutes. Then measures it. */
  public void run(HnswIndex index) {
    build(index);
    measurement.run(index);
  }

  /** Measures an index again if its table has doubled since. */
  public void measure(HnswIndex index) {
    measurement.run(index);
  }

  private void build(HnswIndex index) {
    try {
      build(index, buildWorkers);
    } catch (StoreException e) {
      // Workers share the memory through /dev/shm, which containers keep small.
      boolean noSharedMemory =
          buildWorkers > 0
              && e.getCause() instanceof SQLException sql
              && DISK_FULL.equals(sql.getSQLState());
      if (!noSharedMemory) {
        throw e;
      }
      build(index, 0);
    }
  }

  private void build(HnswIndex index, int workers) {
    String settings =
        """
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL statement_timeout = 0;
        SET LOCAL max_parallel_maintenance_workers = %d;
        SELECT set_config('maintenance_work_mem', %d || 'kB', true)
         WHERE (SELECT CAST(setting AS bigint) FROM pg_settings
                 WHERE name = 'maintenance_work_mem') < %2$d"""
            .formatted(workers, (long) buildMemory * KIB_PER_MIB);
    database.maintain(
        settings,
        session -> {
          for (String statement : index.definition()) {
            session
                .update(statement)
                .define("generation", index.generation())
                .define("dimension", index.dimension())
                .define("precision", index.precision().type())
                .execute();
          }
          return true;
        });
  }
}
