package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.sqlite.internal.db.TransactionCallback;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a host's tables an archive, checks that they still are one, and takes that back.
 *
 * <p>The table of messages gets four columns and one or two indexes. It and the table of bodies get
 * triggers. Everything else is in tables of this library. All added names begin with {@code
 * embed_}.
 */
public final class ArchiveInstaller {
  private static final List<String> COLUMNS =
      List.of("embed_gen", "embed_outcome", "embed_reason", "embed_rev");

  private final Path file;
  private final Schema schema;

  /**
   * Creates an installer.
   *
   * @param file the host's file, which must exist
   */
  public ArchiveInstaller(Path file, ArchiveMapping mapping) {
    this.file = file;
    this.schema = Schema.forMapping(mapping);
  }

  /** Returns the schema that it installs. */
  public Schema schema() {
    return schema;
  }

  /**
   * Adds missing parts, in one transaction. Complete tables stay as they are.
   *
   * <p>If triggers or columns were lost, or the host added a unique key that the triggers must
   * know, it makes everything again. Every message then needs work, because changes may have gone
   * unnoticed. The archive keeps its identity.
   */
  public void install() {
    if (read(this::isComplete)) {
      return;
    }
    try (Database database = Database.openExisting(new SqliteConnections(file), schema)) {
      database.change(this::install);
    }
  }

  private void install(Session session) throws SQLException {
    if (isComplete(session)) {
      return; // another process was faster
    }
    if (schema.isPartlyInstalled(session)) {
      reinstall(session);
    } else {
      schema.install(session, file);
    }
  }

  /** Returns whether nothing is missing; throws if nothing can be added. */
  private boolean isComplete(Session session) throws SQLException {
    boolean installed = schema.isInstalled(session, file);
    List<String> problems = new MappingValidator(session, schema.sql().mapping()).problems();
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
    if (!schema.isPartlyInstalled(session)) {
      requireUnused(session);
    }
    return installed && missing(session).isEmpty();
  }

  /** Reads before anything is opened for writing, which alone would change the file's mode. */
  private <T> T read(TransactionCallback<T> work) {
    try (Database database = Database.openUnchecked(new SqliteConnections(file), schema)) {
      return database.read(work);
    }
  }

  private void requireUnused(Session session) {
    List<String> problems = new ArrayList<>();
    Map<String, String> present = existingObjects(session);
    for (String name : schema.objects(session).keySet()) {
      if (present.containsKey(name)) {
        problems.add("something named " + name + " already exists: rename it");
      }
    }
    for (String column : existingColumns(session)) {
      problems.add("the table of messages already has a column " + column + ": rename it");
    }
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
  }

  /** Installs again. Revisions and generation ids continue from where they were. */
  private void reinstall(Session session) throws SQLException {
    ArchiveRowDao row = session.dao(ArchiveRowDao.class);
    String id = row.archiveId();
    long generation = row.generation();
    long revision = row.revision();
    remove(session);
    schema.install(session, file);
    row.restore(id, generation, revision + 1);
    session
        .prepare(
            schema
                .sql()
                .render("UPDATE {messages} SET embed_rev = (SELECT revision FROM embed_archive)"))
        .executeUpdate();
  }

  /** Returns what stands between a store and these tables, each with its remedy. */
  public List<String> problems() {
    return read(this::problems);
  }

  private List<String> problems(Session session) throws SQLException {
    List<String> problems =
        new ArrayList<>(new MappingValidator(session, schema.sql().mapping()).problems());
    try {
      if (!schema.isInstalled(session, file)) {
        problems.add("it is not installed: call SqliteMessageStore.install");
      } else if (problems.isEmpty()) {
        problems.addAll(missing(session));
      }
    } catch (MappingMismatchException e) {
      problems.addAll(e.differences());
    }
    return problems;
  }

  /**
   * Requires that nothing stands between a store and these tables.
   *
   * @throws MappingMismatchException if they are installed with another mapping
   * @throws io.msgvault.embed.store.NotInstalledException if the tables fit, but nothing is
   *     installed
   * @throws IncompatibleTablesException if anything else is missing or cannot be used
   */
  public boolean requireUsable(Session session) throws SQLException {
    boolean installed = schema.isInstalled(session, file);
    if (!installed && new MappingValidator(session, schema.sql().mapping()).problems().isEmpty()) {
      throw schema.notInstalled(file);
    }
    List<String> problems = problems(session);
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
    return installed;
  }

  /** Returns the installed objects that are missing or changed. */
  private List<String> missing(Session session) {
    List<String> missing = new ArrayList<>();
    Map<String, String> present = existingObjects(session);
    schema
        .objects(session)
        .forEach(
            (name, text) -> {
              String found = present.getOrDefault(name, "");
              if (found.isEmpty() || (text.startsWith("CREATE TRIGGER") && !text.equals(found))) {
                missing.add(
                    name
                        + (found.isEmpty() ? " is missing" : " is not as it was installed")
                        + ": call SqliteMessageStore.install");
              }
            });
    List<String> columns = existingColumns(session);
    for (String column : COLUMNS) {
      if (!columns.contains(column)) {
        missing.add("the column " + column + " is missing: call SqliteMessageStore.install");
      }
    }
    return missing;
  }

  /** Removes exactly what {@link #install()} has added, in one transaction. */
  public void uninstall() {
    if (!read(this::isPartlyInstalled)) {
      return;
    }
    try (Database database = Database.openExisting(new SqliteConnections(file), schema)) {
      database.change(
          session -> {
            if (isPartlyInstalled(session)) {
              SqliteLegacyIndex.removeTraces(session);
              remove(session);
            }
          });
    }
  }

  /** Returns whether anything is to be removed; throws if another mapping installed it. */
  private boolean isPartlyInstalled(Session session) {
    return schema.isInstalled(session, file) || schema.isPartlyInstalled(session);
  }

  private void remove(Session session) throws SQLException {
    schema.uninstall(session);
    for (String column : existingColumns(session)) {
      session.execute(schema.sql().render("ALTER TABLE {messages} DROP COLUMN ") + column);
    }
  }

  /** Returns the added columns that exist, the last one first. */
  private List<String> existingColumns(Session session) {
    return session.dao(CatalogDao.class).addedColumns(schema.sql().mapping().messages());
  }

  /** Returns the statement that created each object of the file, by the object's name. */
  private static Map<String, String> existingObjects(Session session) {
    Map<String, String> objects = new HashMap<>();
    session
        .dao(CatalogDao.class)
        .definitions()
        .forEach(object -> objects.put(object.name(), object.sql()));
    return objects;
  }
}
