package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * The parts of a schema, each with versions of its own. The scripts {@code <name>-<n>….sql} in the
 * jar's resources lead from version n - 1 to n. The table {@code embed_ledger} records which were
 * applied.
 */
public enum Schema {
  /** The bundled tables. */
  ARCHIVE("archive", 1),
  /** The columns, tables and triggers that keep stamps, counts and the log of removals current. */
  STAMPS("stamps", 1),
  /** The index. */
  VECTORS("vectors", 1),
  /** The words. */
  WORDS("words", 1);

  private static final String LEDGER =
      """
      CREATE TABLE IF NOT EXISTS embed_ledger (
        component text NOT NULL,
        version int NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (component, version)
      )""";

  private final String component;
  private final int latest;

  Schema(String component, int latest) {
    this.component = component;
    this.latest = latest;
  }

  /** Creates the tables, in one transaction. Only reads where they are there. */
  public void install(Database database) {
    install(database, session -> {});
  }

  /**
   * Creates the tables, in one transaction. Only reads where they are there.
   *
   * @param fill writes what new tables begin with
   */
  public void install(Database database, Consumer<Database.Session> fill) {
    if (database.<Boolean>read(session -> isInstalled(session, database.schema()))) {
      return;
    }
    database.write(
        session -> {
          lockInstallation(session);
          createIfMissing(session, database.schema());
          if (!isInstalled(session, database.schema())) { // another installation was faster
            apply(session, database.schema(), List.of());
            fill.accept(session);
          }
          return true;
        });
  }

  /** Removes the tables, and nothing else; does nothing where they are not installed. */
  public void uninstall(Database database, List<String> tables) {
    database.write(
        session -> {
          lockInstallation(session);
          if (isInstalled(session, database.schema())) {
            tables.forEach(table -> session.execute("DROP TABLE IF EXISTS {schema}." + table));
            removeFromLedger(session);
          }
          return true;
        });
  }

  /** Waits for other installations, in any schema, and makes later ones wait. */
  static void lockInstallation(Database.Session session) {
    session.dao(LedgerDao.class).lockInstallation();
  }

  /** Creates the schema if there is none. */
  static void createIfMissing(Database.Session session, String schema) {
    if (!session.dao(LedgerDao.class).schemaExists(schema)) {
      session.execute("CREATE SCHEMA {schema}");
    }
  }

  /**
   * Applies the scripts that are missing. The caller holds {@link #lockInstallation}.
   *
   * @param scriptSuffixes further scripts of each version, by the ends of their names
   */
  void apply(Database.Session session, String schema, List<String> scriptSuffixes) {
    if (isInstalled(session, schema)) {
      return; // another installation was faster
    }
    begin(session, schema, scriptSuffixes);
    record(session);
  }

  /**
   * Applies the scripts that are missing, and leaves it to {@link #record} to say so.
   *
   * @param scriptSuffixes further scripts of each version, by the ends of their names
   */
  void begin(Database.Session session, String schema, List<String> scriptSuffixes) {
    session.inOwnPath(
        () -> {
          session.execute(LEDGER);
          for (int version = version(session, schema) + 1; version <= latest; version++) {
            session.execute(script(component + '-' + version));
            for (String name : scriptSuffixes) {
              session.execute(script(component + '-' + version + name));
            }
          }
          return true;
        });
  }

  /** Writes into the ledger that the latest version is there. */
  void record(Database.Session session) {
    session.dao(LedgerDao.class).record(component(session), latest);
  }

  /** Applies scripts of the latest version again. */
  void reapply(Database.Session session, List<String> scriptSuffixes) {
    session.inOwnPath(
        () -> {
          for (String suffix : scriptSuffixes) {
            session.execute(script(component + '-' + latest + suffix));
          }
          return true;
        });
  }

  /** Removes its line from the ledger, until {@link #record} is called again. */
  void unrecord(Database.Session session) {
    session.dao(LedgerDao.class).remove(component(session));
  }

  /** Removes its line from the ledger, and with the last line the ledger. */
  void removeFromLedger(Database.Session session) {
    LedgerDao ledger = session.dao(LedgerDao.class);
    unrecord(session);
    if (ledger.isEmpty()) {
      session.execute("DROP TABLE {schema}.embed_ledger");
    }
  }

  /**
   * Checks that the tables are there.
   *
   * @param install the call that installs them, for the message
   * @throws NotInstalledException if they are not, or of an older version
   * @throws NewerSchemaException if they are of a later one
   */
  public void requireInstalled(Database.Session session, String schema, String install) {
    if (!isInstalled(session, schema)) {
      throw new NotInstalledException(schema, component(session), install);
    }
  }

  /**
   * Returns whether the latest version is there.
   *
   * @throws NewerSchemaException if a later one is
   */
  boolean isInstalled(Database.Session session, String schema) {
    int found = version(session, schema);
    if (found > latest) {
      throw new NewerSchemaException(schema, component(session), found, latest);
    }
    return found == latest;
  }

  private int version(Database.Session session, String schema) {
    LedgerDao ledger = session.dao(LedgerDao.class);
    return ledger.ledgerExists(schema) ? ledger.version(component(session)) : 0;
  }

  /** Returns its name in the ledger; each mapping of a schema has stamps of its own. */
  private String component(Database.Session session) {
    return this == STAMPS ? session.sql(component + "{own}") : component;
  }

  private static String script(String name) {
    try (InputStream script = Schema.class.getResourceAsStream(name + ".sql")) {
      if (script == null) {
        throw new IllegalStateException("the jar lacks the script " + name);
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
