package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.sqlite.internal.db.FileSchema;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The schema of a file, in one or more components, each with its own versions.
 *
 * <p>The script {@code <name>-<n>.sql} in the jar's resources leads from version n - 1 to n. The
 * table {@code embed_ledger} records which scripts were applied.
 */
public final class Schema implements FileSchema {
  /** The component that records its mapping. */
  private static final String STAMPS = "stamps";

  /** An archive of the bundled tables. Its commits survive any end of the process. */
  public static final Schema ARCHIVE =
      new Schema(
          "SqliteArchive.install",
          4096,
          "NORMAL",
          MappedSql.BUNDLED,
          List.of(new Component("archive", 1), new Component(STAMPS, 1)));

  /**
   * A vector store. Its commits survive a power cut. Vectors are long, and larger pages leave less
   * room unused.
   */
  public static final Schema VECTORS =
      new Schema(
          "SqliteVectorStore.install",
          16384,
          "FULL",
          MappedSql.BUNDLED,
          List.of(new Component("vectors", 1)));

  /** Matches a statement that creates an object. */
  private static final Pattern OBJECT =
      Pattern.compile(
          "(?ms)^CREATE (?:(TRIGGER) (\\w+).*?^END(?=;)|(TABLE|INDEX) (\\w+).*?(?=;$))");

  private record Component(String name, int latest) {}

  private final String installer;
  private final int pageSize;
  private final String synchronous;
  private final MappedSql sql;
  private final List<Component> components;

  private Schema(
      String installer,
      int pageSize,
      String synchronous,
      MappedSql sql,
      List<Component> components) {
    this.installer = installer;
    this.pageSize = pageSize;
    this.synchronous = synchronous;
    this.sql = sql;
    this.components = components;
  }

  /** Returns the schema of an archive of a host's tables. */
  public static Schema forMapping(ArchiveMapping mapping) {
    return new Schema(
        "SqliteMessageStore.install",
        ARCHIVE.pageSize,
        ARCHIVE.synchronous,
        new MappedSql(mapping),
        List.of(new Component(STAMPS, 1)));
  }

  /** Returns the names for statements over its tables. */
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
  public boolean isInstalled(Session session, Path file) {
    boolean all = true;
    for (Component component : components) {
      int found = version(session, component);
      if (found > component.latest) {
        throw new NewerSchemaException(file.toString(), component.name, found, component.latest);
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
      return; // another process was faster
    }
    requireUtf8(session, file);
    session.dao(LedgerDao.class).create();
    for (Component component : components) {
      install(session, component);
    }
  }

  private void install(Session session, Component component) throws SQLException {
    for (int version = version(session, component) + 1; version <= component.latest; version++) {
      Map<String, String> found = new MappingValidator(session, sql).conflicts();
      session.execute(sql.renderScript(script(component, version), found));
      session.dao(LedgerDao.class).record(ledgerName(component), version);
      if (component.name.equals(STAMPS)) {
        InstalledMapping.write(session, sql.mapping());
      }
    }
  }

  /**
   * Returns the statements that create the objects of this mapping and the tables' keys, in their
   * order, by the objects' names.
   */
  public Map<String, String> objects(Session session) {
    Map<String, String> found = new MappingValidator(session, sql).conflicts();
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

  /**
   * Makes all triggers again, and whatever else is missing. Rows stay, except those of the stamps
   * if their table lost an index: building it again would take long, and filling the table does
   * not.
   */
  void renew(Session session) throws SQLException {
    Map<String, String> objects = objects(session);
    for (String drop : dropStatements()) {
      if (drop.startsWith("DROP TRIGGER")) {
        session.execute(drop);
      }
    }
    Set<String> kept = InstalledObjects.existing(session).keySet();
    for (Map.Entry<String, String> index : objects.entrySet()) {
      if (index.getValue().startsWith("CREATE INDEX") && !kept.contains(index.getKey())) {
        session.execute(sql.render("DROP TABLE IF EXISTS embed_stamps{own}"));
        kept = InstalledObjects.existing(session).keySet();
      }
    }
    for (Map.Entry<String, String> object : objects.entrySet()) {
      if (!kept.contains(object.getKey())) {
        session.execute(object.getValue());
      }
    }
  }

  /** Returns the statements that drop all objects that the scripts may have created. */
  private List<String> dropStatements() {
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

  /** Drops all objects that the scripts may have created, and forgets the components. */
  public void uninstall(Session session) throws SQLException {
    for (String drop : dropStatements()) {
      session.execute(drop);
    }
    removeFromLedger(session);
  }

  /** Removes the components from the ledger, and the ledger itself if it is empty then. */
  private void removeFromLedger(Session session) {
    LedgerDao ledger = session.dao(LedgerDao.class);
    components.forEach(component -> ledger.remove(ledgerName(component)));
    if (ledger.size() == 0) {
      ledger.drop();
    }
  }

  /** Returns whether any component is installed, in whatever version. */
  public boolean isPartlyInstalled(Session session) {
    return components.stream().anyMatch(component -> version(session, component) > 0);
  }

  @Override
  public NotInstalledException notInstalled(Path file) {
    return new NotInstalledException(file.toString(), components.get(0).name, installer);
  }

  private int version(Session session, Component component) {
    LedgerDao ledger = session.dao(LedgerDao.class);
    return ledger.exists() ? ledger.version(ledgerName(component)) : 0;
  }

  private String ledgerName(Component component) {
    return component.name.equals(STAMPS) ? STAMPS + sql.mapping().suffix() : component.name;
  }

  /** Requires UTF-8, because texts are read as their bytes. */
  private static void requireUtf8(Session session, Path file) {
    String encoding = session.dao(CatalogDao.class).encoding();
    if (!encoding.equals("UTF-8")) {
      throw new StoreException(file + ": its encoding is " + encoding + ": convert it to UTF-8");
    }
  }

  private String script(Component component, int version) {
    String name = component.name + "-" + version + ".sql";
    try (InputStream script = Schema.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new IllegalStateException("the jar lacks the script " + name);
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8)
          .replace("{own}", sql.mapping().suffix());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
