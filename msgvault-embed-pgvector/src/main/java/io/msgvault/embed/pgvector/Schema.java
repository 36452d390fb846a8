package io.msgvault.embed.pgvector;

import io.msgvault.embed.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The parts of a schema, each with its own versions. The script {@code <name>-<n>.sql} in the jar's
 * resources leads from version n - 1 to n; the table {@code embed_ledger} says which were applied.
 */
enum Schema {
  ARCHIVE("archive", 1),
  KEYWORDS("keyword", 1),
  VECTORS("vectors", 2);

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

  /**
   * Creates or upgrades the tables, in one transaction; only reads where there is nothing to do.
   */
  void install(Database database) {
    if (database.<Boolean>read(session -> isInstalled(session, database))) {
      return;
    }
    database.write(
        session -> {
          session
              .query("SELECT pg_advisory_xact_lock(hashtextextended('msgvault-embed install', 0))")
              .mapTo(String.class)
              .one();
          if (isInstalled(session, database)) {
            return true; // another was faster
          }
          if (!exists(session, database)) {
            session.execute("CREATE SCHEMA $schema");
          }
          session.execute("SET LOCAL search_path = $path");
          session.execute(LEDGER);
          for (int version = version(session, database) + 1; version <= latest; version++) {
            session.execute(script(version));
            session
                .update(
                    "INSERT INTO embed_ledger (component, version) VALUES (:component, :version)")
                .bind("component", component)
                .bind("version", version)
                .execute();
          }
          return true;
        });
  }

  /**
   * Checks that the tables are there.
   *
   * @throws MissingSchemaException if they are not, or of an older version
   * @throws StoreException if they are of a later one
   */
  void require(Database database) {
    if (!database.<Boolean>read(session -> isInstalled(session, database))) {
      throw new MissingSchemaException(database.schema(), component);
    }
  }

  private boolean isInstalled(Database.Session session, Database database) {
    int found = version(session, database);
    if (found > latest) {
      throw new StoreException(
          "the schema "
              + database.schema()
              + " has version "
              + found
              + " of the "
              + component
              + ", but this library knows "
              + latest
              + ": use the library that installed it, or a later one",
          null);
    }
    return found == latest;
  }

  private int version(Database.Session session, Database database) {
    boolean ledger =
        session
            .query("SELECT to_regclass(:ledger) IS NOT NULL")
            .bind("ledger", database.sql("$schema.embed_ledger"))
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

  private static boolean exists(Database.Session session, Database database) {
    return session
        .query("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = :schema)")
        .bind("schema", database.schema())
        .mapTo(Boolean.class)
        .one();
  }

  private String script(int version) {
    String name = component + "-" + version + ".sql";
    try (InputStream script = Schema.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new IllegalStateException("the jar lacks the script " + name);
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
