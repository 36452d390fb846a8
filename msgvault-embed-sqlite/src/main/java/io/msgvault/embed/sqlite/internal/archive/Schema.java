package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.sqlite.NewerSchemaException;
import io.msgvault.embed.sqlite.internal.db.FileSchema;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The schema of a file, in one or more components, each with its own versions. The script {@code
 * <name>-<n>.sql} in the jar's resources leads from version n - 1 to n; the table {@code
 * embed_ledger} says which were applied.
 */
public final class Schema implements FileSchema {
  /** The component that knows its mapping. */
  private static final String STAMPS = "stamps";

  /**
   * An archive of the bundled tables. Its commits outlive the end of the process, in whatever way
   * it ends.
   */
  public static final Schema ARCHIVE =
      new Schema(
          4096,
          "NORMAL",
          MappedSql.BUNDLED,
          List.of(
              new Component("archive", 1), new Component(STAMPS, 1), new Component("keyword", 1)));

  /** Its commits outlive a power cut. Vectors are long: larger pages leave less room unused. */
  public static final Schema VECTORS =
      new Schema(16384, "FULL", MappedSql.BUNDLED, List.of(new Component("vectors", 1)));

  private static final String LEDGER =
      """
      CREATE TABLE IF NOT EXISTS embed_ledger (
        component  TEXT NOT NULL,
        version    INTEGER NOT NULL,
        applied_at TEXT NOT NULL,
        PRIMARY KEY (component, version)
      ) WITHOUT ROWID
      """;

  /** A statement that creates something: its kind, its name, and all of a trigger. */
  private static final Pattern OBJECT =
      Pattern.compile(
          "(?ms)^CREATE (?:VIRTUAL )?(?:(TRIGGER) (\\w+).*?^END(?=;)|(TABLE|INDEX|VIEW) (\\w+))");

  private record Component(String name, int latest) {}

  private final int pageSize;
  private final String synchronous;
  private final MappedSql sql;
  private final List<Component> components;

  private Schema(int pageSize, String synchronous, MappedSql sql, List<Component> components) {
    this.pageSize = pageSize;
    this.synchronous = synchronous;
    this.sql = sql;
    this.components = components;
  }

  /** An archive of a host's tables. */
  public static Schema forMapping(ArchiveMapping mapping) {
    return new Schema(
        ARCHIVE.pageSize,
        ARCHIVE.synchronous,
        new MappedSql(mapping),
        List.of(new Component(STAMPS, 1), new Component("keyword", 1)));
  }

  /** The statements over its tables. */
  public MappedSql sql() {
    return sql;
  }

  @Override
  public int pageSize() {
    return pageSize;
  }

  @Override
  public String synchronous() {
    return synchronous;
  }

  /**
   * {@inheritDoc}
   *
   * @throws MappingMismatchException if it was installed with another mapping
   */
  @Override
  public boolean isInstalled(Session session, Path file) throws SQLException {
    boolean all = true;
    for (Component component : components) {
      int found = version(session, component);
      if (found > component.latest) {
        throw new NewerSchemaException(file, component.name, found, component.latest);
      }
      if (found > 0 && component.name.equals(STAMPS)) {
        InstalledMapping.requireSame(session, sql.mapping());
      }
      all &= found == component.latest;
    }
    return all;
  }

  @Override
  public void install(Session session, Path file) throws SQLException {
    if (isInstalled(session, file)) {
      return; // another was faster
    }
    requireUtf8(session, file);
    session.execute(LEDGER);
    for (Component component : components) {
      install(session, component);
    }
  }

  private void install(Session session, Component component) throws SQLException {
    for (int version = version(session, component) + 1; version <= component.latest; version++) {
      Map<String, String> found = new MappingValidator(session, sql.mapping()).conflicts();
      session.execute(sql.renderScript(script(component, version), found));
      PreparedStatement entry =
          session.prepare(
              """
              INSERT INTO embed_ledger (component, version, applied_at)
              VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
              """);
      entry.setString(1, component.name);
      entry.setInt(2, version);
      entry.executeUpdate();
      if (component.name.equals(STAMPS)) {
        InstalledMapping.write(session, sql.mapping());
      }
    }
  }

  /**
   * The objects that the scripts create, by name, as far as the mapping and the tables' keys ask
   * for them. A trigger comes with its text.
   */
  public Map<String, String> objects(Session session) throws SQLException {
    Map<String, String> found = new MappingValidator(session, sql.mapping()).conflicts();
    Map<String, String> objects = new LinkedHashMap<>();
    for (Component component : components) {
      for (int version = 1; version <= component.latest; version++) {
        Matcher object = OBJECT.matcher(sql.renderScript(script(component, version), found));
        while (object.find()) {
          objects.put(name(object), object.group());
        }
      }
    }
    return objects;
  }

  /** Statements that drop all that the scripts may have created, but for columns. */
  public List<String> dropStatements() {
    List<String> drops = new ArrayList<>();
    for (Component component : components) {
      for (int version = 1; version <= component.latest; version++) {
        Matcher object = OBJECT.matcher(script(component, version));
        while (object.find()) {
          String kind = object.group(1) == null ? object.group(3) : object.group(1);
          drops.add(0, "DROP " + kind + " IF EXISTS " + name(object));
        }
      }
    }
    return List.copyOf(new LinkedHashSet<>(drops));
  }

  private static String name(Matcher object) {
    return object.group(1) == null ? object.group(4) : object.group(2);
  }

  /** Takes the components out of the ledger, and the ledger away if it is empty. */
  public void removeFromLedger(Session session) throws SQLException {
    PreparedStatement delete = session.prepare("DELETE FROM embed_ledger WHERE component = ?");
    for (Component component : components) {
      delete.setString(1, component.name);
      delete.executeUpdate();
    }
    if (Results.singleLong(session.prepare("SELECT count(*) FROM embed_ledger")) == 0) {
      session.execute("DROP TABLE embed_ledger");
    }
  }

  /** Whether the archive's part of the schema is there, in whatever version. */
  public boolean isPartlyInstalled(Session session) throws SQLException {
    for (Component component : components) {
      if (version(session, component) > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public StoreException notInstalled(Path file) {
    return new StoreException(
        file
            + ": it has no "
            + components.get(0).name
            + " schema of this version: check the path, or call install");
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
            file + ": its encoding is " + found.getString(1) + ": convert it to UTF-8");
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
