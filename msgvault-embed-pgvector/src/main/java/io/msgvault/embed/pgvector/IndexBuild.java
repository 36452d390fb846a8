package io.msgvault.embed.pgvector;

import io.msgvault.embed.StoreException;
import java.sql.SQLException;

/** Builds an HNSW index over a partition that is filled and not yet searched. */
final class IndexBuild {
  static final int DEFAULT_MEMORY = 256;
  static final int DEFAULT_WORKERS = 2;

  private static final int KIB_PER_MIB = 1024;
  private static final String DISK_FULL = "53100";

  private final Database database;
  private final int memory;
  private final int workers;

  /**
   * @param memory mebibytes
   * @param workers processes that help the one that builds
   */
  IndexBuild(Database database, int memory, int workers) {
    this.database = database;
    this.memory = memory;
    this.workers = workers;
  }

  void run(HnswIndex index) {
    try {
      run(index, workers);
    } catch (StoreException e) {
      // Workers share the memory through /dev/shm, which containers keep small.
      boolean noSharedMemory =
          workers > 0
              && e.getCause() instanceof SQLException sql
              && DISK_FULL.equals(sql.getSQLState());
      if (!noSharedMemory) {
        throw e;
      }
      run(index, 0);
    }
  }

  private void run(HnswIndex index, int helpers) {
    String settings =
        """
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL statement_timeout = 0;
        SET LOCAL max_parallel_maintenance_workers = %d;
        SELECT set_config('maintenance_work_mem', %d || 'kB', true)
         WHERE (SELECT CAST(setting AS bigint) FROM pg_settings
                 WHERE name = 'maintenance_work_mem') < %2$d"""
            .formatted(helpers, (long) memory * KIB_PER_MIB);
    database.maintain(
        settings,
        session -> {
          session.execute(index.definition());
          return true;
        });
  }
}
