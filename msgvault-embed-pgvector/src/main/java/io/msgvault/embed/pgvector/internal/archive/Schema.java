package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.MissingSchemaException;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The parts of a schema, each with its own versions. The scripts {@code <name>-<n>….sql} in the
 * jar's resources lead from version n - 1 to n; the table {@code embed_ledger} says which were
 * applied.
 */
public enum Schema {
  /** The bundled tables. */
  ARCHIVE("archive", "archive", 1),
  /** What keeps stamps, counts and words true over an archive's tables. */
  STAMPS("stamps", "archive", 1),
  /** The index. */
  VECTORS("vectors", "index", 2);

  private static final String LEDGER =
      """
      CREATE TABLE IF NOT EXISTS embed_ledger (
        component text NOT NULL,
        version int NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (component, version)
      )""";

  private final String component;
  private final String description;
  private final int latest;

  Schema(String component, String description, int latest) {
    this.component = component;
    this.description = description;
    this.latest = latest;
  }

  /**
   * Creates or upgrades the tables, in one transaction; only reads where there is nothing to do.
   */
  public void install(Database database) {
    if (database.<Boolean>read(session -> isInstalled(session, database.schema()))) {
      return;
    }
    database.write(
        session -> {
          lockInstallation(session);
          createIfMissing(session, database.schema());
          apply(session, database.schema(), List.of());
          return true;
        });
  }

  /** Removes the tables, and nothing else; does nothing where they are not installed. */
  public void uninstall(Database database, List<String> tables) {
    database.write(
        session -> {
          lockInstallation(session);
          if (isInstalled(session, database.schema())) {
            tables.forEach(table -> session.execute("DROP TABLE IF EXISTS $schema." + table));
            removeFromLedger(session);
          }
          return true;
        });
  }

  /** Makes whoever installs something wait for the other, in whatever schema. */
  static void lockInstallation(Database.Session session) {
    session
        .query("SELECT pg_advisory_xact_lock(hashtextextended('msgvault-embed install', 0))")
        .mapTo(String.class)
        .one();
  }

  /** Creates the schema where there is none. */
  static void createIfMissing(Database.Session session, String schema) {
    boolean exists =
        session
            .query("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = :schema)")
            .bind("schema", schema)
            .mapTo(Boolean.class)
            .one();
    if (!exists) {
      session.execute("CREATE SCHEMA $schema");
    }
  }

  /**
   * Applies the scripts that were not applied yet, under {@link #lockInstallation}.
   *
   * @param scriptSuffixes further scripts of each version, by the ends of their names
   */
  void apply(Database.Session session, String schema, List<String> scriptSuffixes) {
    if (isInstalled(session, schema)) {
      return; // another was faster
    }
    session.execute("SET LOCAL search_path = $path");
    session.execute(LEDGER);
    for (int version = version(session, schema) + 1; version <= latest; version++) {
      session.execute(script(component + '-' + version));
      for (String name : scriptSuffixes) {
        session.execute(script(component + '-' + version + name));
      }
      session
          .update("INSERT INTO embed_ledger (component, version) VALUES (:component, :version)")
          .bind("component", component)
          .bind("version", version)
          .execute();
    }
  }

  /** Forgets that it was installed, and with the last part the ledger. */
  void removeFromLedger(Database.Session session) {
    session
        .update("DELETE FROM $schema.embed_ledger WHERE component = :component")
        .bind("component", component)
        .execute();
    boolean others =
        session
            .query("SELECT EXISTS (SELECT 1 FROM $schema.embed_ledger)")
            .mapTo(Boolean.class)
            .one();
    if (!others) {
      session.execute("DROP TABLE $schema.embed_ledger");
    }
  }

  /**
   * Checks that the tables are there.
   *
   * @throws MissingSchemaException if they are not, or of an older version
   * @throws StoreException if they are of a later one
   */
  public void requireInstalled(Database.Session session, String schema) {
    if (!isInstalled(session, schema)) {
      throw new MissingSchemaException(schema, description);
    }
  }

  /**
   * Whether the latest version is there.
   *
   * @throws StoreException if a later one is
   */
  boolean isInstalled(Database.Session session, String schema) {
    int found = version(session, schema);
    if (found > latest) {
      throw new StoreException(
          "the schema "
              + schema
              + " has version "
              + found
              + " of the "
              + description
              + ", but this library knows "
              + latest
              + ": use the library that installed it, or a later one");
    }
    return found == latest;
  }

  /** Asks the catalog itself: {@code to_regclass} may answer from before a lock was waited for. */
  private int version(Database.Session session, String schema) {
    boolean ledger =
        session
            .query(
                """
                SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                                WHERE nspname = :schema AND relname = 'embed_ledger')""")
            .bind("schema", schema)
            .mapTo(Boolean.class)
            .one();
    return ledger
        ? session
            .query(
                """
                SELECT coalesce(max(version), 0) FROM $schema.embed_ledger
                 WHERE component = :component""")
            .bind("component", component)
            .mapTo(Integer.class)
            .one()
        : 0;
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
