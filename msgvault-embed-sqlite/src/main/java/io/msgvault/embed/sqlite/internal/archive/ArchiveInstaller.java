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
  private static final String NOT_INSTALLED =
      "it is not installed: call SqliteMessageStore.install";

  private final SqliteConnections connections;
  private final Path file;
  private final Schema schema;
  private final InstalledObjects installed;

  /**
   * Creates an installer.
   *
   * @param connections to the host's file, which must exist
   */
  public ArchiveInstaller(SqliteConnections connections, ArchiveMapping mapping) {
    this.connections = connections;
    this.file = connections.file();
    this.schema = Schema.forMapping(mapping);
    this.installed = new InstalledObjects(schema);
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
   *
   * @throws IncompatibleTablesException if anything does not fit, or no message can be stamped
   */
  public void install() {
    if (read(this::isComplete)) {
      return;
    }
    try (Database database = Database.openExisting(connections, schema)) {
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
    requireNone(StampTrial.problems(session, schema.sql()));
  }

  private static void requireNone(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
  }

  /** Returns whether nothing is missing; throws if nothing can be added. */
  private boolean isComplete(Session session) throws SQLException {
    boolean complete = schema.isInstalled(session, file);
    requireNone(new MappingValidator(session, schema.sql().mapping()).problems());
    requireNone(takenNames(session));
    return complete && installed.missing(session).isEmpty();
  }

  /** Reads before anything is opened for writing, which alone would change the file's mode. */
  private <T> T read(TransactionCallback<T> work) {
    try (Database database = Database.openUnchecked(connections, schema)) {
      return database.read(work);
    }
  }

  /** Returns what the host has named as this library would, before anything is installed. */
  private List<String> takenNames(Session session) {
    List<String> problems = new ArrayList<>();
    if (schema.isPartlyInstalled(session)) {
      return problems;
    }
    Map<String, String> present = InstalledObjects.existing(session);
    for (String name : schema.objects(session).keySet()) {
      if (present.containsKey(name)) {
        problems.add("something named " + name + " already exists: rename it");
      }
    }
    for (String column : installed.columns(session)) {
      problems.add("the table of messages already has a column " + column + ": rename it");
    }
    return problems;
  }

  /**
   * Installs again. Revisions and generation ids continue from where they were, and removals that
   * are not settled stay listed.
   */
  private void reinstall(Session session) throws SQLException {
    ArchiveRowDao row = session.dao(ArchiveRowDao.class);
    String id = row.archiveId();
    long generation = row.generation();
    long revision = row.revision();
    RemovalDao removals = session.dao(RemovalDao.class);
    boolean kept = InstalledObjects.existing(session).containsKey("embed_removed");
    if (kept) {
      removals.keep();
    }
    remove(session);
    schema.install(session, file);
    if (kept) {
      removals.bringBack();
      removals.dropKept();
    }
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
    List<String> problems = new ArrayList<>(read(this::problems));
    boolean absent = problems.equals(List.of(NOT_INSTALLED));
    if (absent || problems.isEmpty()) {
      problems.addAll(
          Database.tryOut(
                  connections,
                  session ->
                      absent
                          ? StampTrial.problemsWithoutColumns(session, schema)
                          : StampTrial.problems(session, schema.sql()))
              .orElse(List.of()));
    }
    return problems;
  }

  private List<String> problems(Session session) throws SQLException {
    List<String> problems =
        new ArrayList<>(new MappingValidator(session, schema.sql().mapping()).problems());
    try {
      if (!schema.isInstalled(session, file)) {
        problems.addAll(takenNames(session));
        problems.add(NOT_INSTALLED);
      } else if (problems.isEmpty()) {
        problems.addAll(installed.missing(session));
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
    boolean complete = schema.isInstalled(session, file);
    if (!complete && new MappingValidator(session, schema.sql().mapping()).problems().isEmpty()) {
      throw schema.notInstalled(file);
    }
    requireNone(problems(session));
    return complete;
  }

  /**
   * Requires that a stamp can be written, as far as that is known without writing one.
   *
   * @throws IncompatibleTablesException if a trigger of the host's uses what the store's
   *     connections do not know
   */
  public boolean requireStampable(Session session) {
    requireNone(StampTrial.problemsOfCompiling(session, schema.sql()));
    return true;
  }

  /** Removes exactly what {@link #install()} has added, in one transaction. */
  public void uninstall() {
    if (!read(this::isPartlyInstalled)) {
      return;
    }
    try (Database database = Database.openExisting(connections, schema)) {
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
    for (String column : installed.columns(session)) {
      session.execute(schema.sql().render("ALTER TABLE {messages} DROP COLUMN ") + column);
    }
  }
}
