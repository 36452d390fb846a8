package io.msgvault.embed.sqlite;

import io.msgvault.embed.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The schema of a file, in one or more components, each with its own versions. The script {@code
 * <name>-<n>.sql} in the jar's resources leads from version n - 1 to n; the table {@code
 * embed_ledger} says which were applied.
 */
enum Schema {
  /** Its commits outlive the end of the process, in whatever way it ends. */
  ARCHIVE(4096, "NORMAL"),

  /** Its commits outlive a power cut. Vectors are long: larger pages leave less room unused. */
  VECTORS(16384, "FULL");

  private static final String LEDGER =
      """
      CREATE TABLE IF NOT EXISTS embed_ledger (
        component  TEXT NOT NULL,
        version    INTEGER NOT NULL,
        applied_at TEXT NOT NULL,
        PRIMARY KEY (component, version)
      ) WITHOUT ROWID
      """;

  private record Component(String name, int latest) {}

  private final int pageSize;
  private final String synchronous;

  Schema(int pageSize, String synchronous) {
    this.pageSize = pageSize;
    this.synchronous = synchronous;
  }

  private List<Component> components() {
    return this == ARCHIVE
        ? List.of(new Component("archive", 1), new Component("keyword", 1))
        : List.of(new Component("vectors", 1));
  }

  /** The size of the pages of a new file, in bytes. */
  int pageSize() {
    return pageSize;
  }

  /** The value of SQLite's {@code PRAGMA synchronous}. */
  String synchronous() {
    return synchronous;
  }

  /** Whether the schema is there in its latest version. */
  boolean installed(Session session, Path file) throws SQLException {
    boolean all = true;
    for (Component component : components()) {
      int found = version(session, component);
      if (found > component.latest) {
        throw new NewerSchemaException(file, component.name, found, component.latest);
      }
      all &= found == component.latest;
    }
    return all;
  }

  /** Brings the schema to its latest version, in the caller's transaction. */
  void install(Session session, Path file) throws SQLException {
    if (installed(session, file)) {
      return; // another was faster
    }
    requireUtf8(session, file);
    session.execute(LEDGER);
    for (Component component : components()) {
      install(session, component);
    }
  }

  private static void install(Session session, Component component) throws SQLException {
    for (int version = version(session, component) + 1; version <= component.latest; version++) {
      session.execute(script(component, version));
      PreparedStatement entry =
          session.prepare(
              """
              INSERT INTO embed_ledger (component, version, applied_at)
              VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
              """);
      entry.setString(1, component.name);
      entry.setInt(2, version);
      entry.executeUpdate();
    }
  }

  StoreException missing(Path file) {
    return new StoreException(
        file
            + ": it has no "
            + components().get(0).name
            + " schema of this version: check the path, or open it for writing once",
        null);
  }

  private static int version(Session session, Component component) throws SQLException {
    PreparedStatement ledger =
        session.prepare(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'embed_ledger'");
    try (ResultSet found = ledger.executeQuery()) {
      if (!found.next()) {
        return 0;
      }
    }
    PreparedStatement latestEntry =
        session.prepare("SELECT ifnull(max(version), 0) FROM embed_ledger WHERE component = ?");
    latestEntry.setString(1, component.name);
    try (ResultSet found = latestEntry.executeQuery()) {
      found.next();
      return found.getInt(1);
    }
  }

  /** Texts are read as their bytes, so these must be UTF-8. */
  private static void requireUtf8(Session session, Path file) throws SQLException {
    try (ResultSet found = session.prepare("PRAGMA encoding").executeQuery()) {
      found.next();
      if (!found.getString(1).equals("UTF-8")) {
        throw new StoreException(
            file + ": its encoding is " + found.getString(1) + ": convert it to UTF-8", null);
      }
    }
  }

  private static String script(Component component, int version) {
    String name = component.name + "-" + version + ".sql";
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
