package io.msgvault.embed.pgvector;

import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.JdbcHostTransaction;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.RawWrite;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Gives the kit an archive in a schema of the test database. */
class PgArchiveFixture implements MessageStoreFixture {
  private final HikariDataSource pool = TestDatabase.pool();
  private final Jdbi jdbi = Jdbi.create(pool);
  private final TestMapping tables;
  private final String schema;

  PgArchiveFixture() {
    this(TestMappings.BUNDLED);
  }

  PgArchiveFixture(TestMapping tables) {
    this.tables = tables;
    schema = tables.acquire();
  }

  /** Returns the schema of the archive. */
  final String schema() {
    return schema;
  }

  @Override
  public MessageStore open() {
    return tables.open(pool, schema);
  }

  @Override
  public ArchiveWriter writer() {
    return new PgWriter(jdbi, schema, tables);
  }

  @Override
  public ArchiveMessage asStored(ArchiveMessage message) {
    return tables.asStored(message);
  }

  @Override
  public List<RawWrite> rawWrites() {
    List<RawWrite> writes = new ArrayList<>();
    tables.rawWrites().forEach((name, statements) -> writes.add(raw(name, statements)));
    return writes;
  }

  @Override
  public List<RawWrite> rawMoves() {
    List<RawWrite> writes = new ArrayList<>();
    tables.rawMoves().forEach((name, statements) -> writes.add(raw(name, statements)));
    return writes;
  }

  @Override
  public List<RawWrite> rawRemovals() {
    List<RawWrite> writes = new ArrayList<>();
    tables.rawRemovals().forEach((name, statements) -> writes.add(raw(name, statements)));
    return writes;
  }

  /** Returns a writer whose sessions are those of a replica: they fire no triggers. */
  @Override
  public ArchiveWriter unseenWriter() {
    return new PgWriter(jdbi, schema, tables, "SET LOCAL session_replication_role = replica");
  }

  @Override
  public HostTransaction<MessageStore> beginHostTransaction() {
    return JdbcHostTransaction.begin(pool, source -> tables.open(source, schema));
  }

  private RawWrite raw(String name, List<String> statements) {
    return new RawWrite(
        name,
        id ->
            jdbi.useTransaction(
                handle -> {
                  handle.execute("SET LOCAL search_path = " + schema);
                  for (String statement : statements) {
                    handle.createUpdate(statement).bind("id", id).execute();
                  }
                }));
  }

  /**
   * Returns the number of entries of indexes and tables that statements read. Vacuums first, as the
   * server does by itself, so that no dead entry counts. An entry that another session's snapshot
   * may still show is not yet dead. The server's own gathering of statistics has a snapshot too.
   */
  @Override
  public long workDone() {
    List<Handle> all = new ArrayList<>();
    try {
      // Each session keeps its figures for a while, unless it is forced to flush them.
      for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
        Handle handle = jdbi.open();
        all.add(handle);
        handle.execute("SELECT pg_stat_force_next_flush()");
      }
      Handle handle = all.get(0);
      TestDatabase.awaitNoSnapshot(handle);
      handle.execute(
          "VACUUM (INDEX_CLEANUP ON) %1$s.%2$s, %1$s.embed_counts%3$s"
              .formatted(
                  schema, Database.quote(tables.mapping().messages()), tables.mapping().suffix()));
      return handle
          .createQuery(
              """
              SELECT (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))
                        FROM pg_stat_user_tables WHERE schemaname = :schema)
                   + (SELECT sum(idx_tup_read)
                        FROM pg_stat_user_indexes WHERE schemaname = :schema)\
              """)
          .bind("schema", schema)
          .mapTo(Long.class)
          .one();
    } finally {
      all.forEach(Handle::close);
    }
  }

  @Override
  public OtherProcess otherProcess() {
    return new OtherProcess(
        PgStorageOpener.class, TestDatabase.url() + ' ' + schema + ' ' + tables.name());
  }

  @Override
  public void close() {
    tables.release(schema);
  }
}
