package io.msgvault.embed.pgvector.internal.db;

import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The write-ahead log of the server. */
public interface LogDao {
  /** Returns whether all that any transaction has written is on the disk. */
  @SqlQuery("SELECT pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn()")
  boolean isFlushed();

  /**
   * Writes a record of the transaction. The server does not flush the log for one that has written
   * nothing.
   */
  @SqlQuery("SELECT pg_logical_emit_message(true, 'msgvault-embed', 'sync')::text")
  String write();
}
