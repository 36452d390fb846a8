package io.msgvault.embed.sqlite.internal.archive;

import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The table {@code embed_ledger}, which records the installed versions of each component. */
public interface LedgerDao {
  @SqlQuery("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'embed_ledger'")
  boolean exists();

  @SqlUpdate(
      """
      CREATE TABLE IF NOT EXISTS embed_ledger (
        component  TEXT NOT NULL,
        version    INTEGER NOT NULL,
        applied_at TEXT NOT NULL,
        PRIMARY KEY (component, version)
      ) WITHOUT ROWID
      """)
  void create();

  /** Returns the latest version of a component; 0 if it has none. */
  @SqlQuery("SELECT ifnull(max(version), 0) FROM embed_ledger WHERE component = :component")
  int version(String component);

  @SqlUpdate(
      """
      INSERT INTO embed_ledger (component, version, applied_at)
      VALUES (:component, :version, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
      """)
  void record(String component, int version);

  @SqlUpdate("DELETE FROM embed_ledger WHERE component = :component")
  void remove(String component);

  @SqlQuery("SELECT count(*) FROM embed_ledger")
  int size();

  @SqlUpdate("DROP TABLE embed_ledger")
  void drop();
}
