package io.msgvault.embed.pgvector.internal.archive;

import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * The table {@code embed_ledger}, which records what is installed in a schema, and its creation.
 */
interface LedgerDao {
  @SqlQuery("SELECT pg_advisory_xact_lock(hashtextextended('msgvault-embed install', 0))")
  String lockInstallation();

  @SqlQuery("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = :schema)")
  boolean schemaExists(String schema);

  /** Asks the catalog itself: {@code to_regclass} may answer from before a lock was waited for. */
  @SqlQuery(
      """
      SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                      WHERE nspname = :schema AND relname = 'embed_ledger')""")
  boolean ledgerExists(String schema);

  @SqlQuery(
      """
      SELECT coalesce(max(version), 0) FROM {schema}.embed_ledger WHERE component = :component""")
  int version(String component);

  @SqlUpdate("INSERT INTO {schema}.embed_ledger (component, version) VALUES (:component, :version)")
  void record(String component, int version);

  @SqlUpdate("DELETE FROM {schema}.embed_ledger WHERE component = :component")
  void remove(String component);

  @SqlQuery("SELECT NOT EXISTS (SELECT 1 FROM {schema}.embed_ledger)")
  boolean isEmpty();
}
