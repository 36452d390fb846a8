package io.msgvault.embed.sqlite;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.sqlite.internal.archive.ArchiveTables;
import io.msgvault.embed.sqlite.internal.archive.MappingValidator;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.archive.SqliteLegacyIndex;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.sqlite.internal.db.TransactionCallback;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Makes a host's own tables in an SQLite file an archive, for {@link SqliteMessageStore#open(Path,
 * ArchiveMapping)}, and takes that back.
 *
 * <pre>{@code
 * SqliteArchiveSchema.install(Path.of("app.db"), mapping);
 * MessageStore messages = SqliteMessageStore.open(Path.of("app.db"), mapping);
 * }</pre>
 *
 * <p>The table of messages gets four columns, {@code embed_gen}, {@code embed_outcome}, {@code
 * embed_reason} and {@code embed_rev}, and an index, or two where soft deletion is mapped. It and
 * the table of bodies get triggers. All else is in tables of our own, and everything that is added
 * has a name that begins with {@code embed_}. The host's rows stay as they are, and each of them
 * needs work.
 *
 * <p>A host's {@code INSERT} into the table of messages must name its columns from then on.
 * Installing puts the file into WAL mode, and uninstalling leaves it there.
 */
public final class SqliteArchiveSchema {
  private static final List<String> COLUMNS =
      List.of("embed_gen", "embed_outcome", "embed_reason", "embed_rev");

  private SqliteArchiveSchema() {}

  /**
   * Adds what is missing, in one transaction: all of it or nothing. It may be repeated: what is
   * complete is left alone. Where triggers or columns got lost, or a unique key of the host's that
   * they must know was added, everything is made anew, and every message needs work, since nobody
   * knows what has changed meanwhile; the archive keeps its identity.
   *
   * @param file the host's file, which must be there
   * @throws IncompatibleTablesException if tables or columns are missing, or can't be worked over
   * @throws MappingMismatchException if it is installed with another mapping
   * @throws NewerSchemaException if a later version of this library installed it
   * @throws io.msgvault.embed.model.StoreException if the file can't be read or written
   */
  public static void install(Path file, ArchiveMapping mapping) {
    Schema schema = Schema.forMapping(mapping);
    if (read(file, schema, session -> isComplete(session, schema, file))) {
      return;
    }
    try (Database database = Database.openExisting(new SqliteConnections(file), schema)) {
      database.change(session -> install(session, schema, file));
    }
  }

  private static void install(Session session, Schema schema, Path file) throws SQLException {
    if (isComplete(session, schema, file)) {
      return; // another was faster
    }
    if (schema.isPartlyInstalled(session)) {
      reinstall(session, schema, file);
    } else {
      schema.install(session, file);
    }
  }

  /** Whether there is nothing to add; throws where nothing can be added. */
  private static boolean isComplete(Session session, Schema schema, Path file) throws SQLException {
    boolean installed = schema.isInstalled(session, file);
    List<String> problems = new MappingValidator(session, schema.sql().mapping()).problems();
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
    if (!schema.isPartlyInstalled(session)) {
      requireUnused(session, schema);
    }
    return installed && missing(session, schema).isEmpty();
  }

  /** Looks before anything is opened for writing, which alone would change the file's mode. */
  private static <T> T read(Path file, Schema schema, TransactionCallback<T> work) {
    try (Database database = Database.openUnchecked(new SqliteConnections(file), schema)) {
      return database.read(work);
    }
  }

  private static void requireUnused(Session session, Schema schema) throws SQLException {
    List<String> problems = new ArrayList<>();
    Map<String, String> present = existingObjects(session);
    for (String name : schema.objects(session).keySet()) {
      if (present.containsKey(name)) {
        problems.add("there is already something with the name " + name + ": rename it");
      }
    }
    for (String column : existingColumns(session, schema)) {
      problems.add("the table of messages has already a column " + column + ": rename it");
    }
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
  }

  /** Revisions and generation ids go on from where they were. */
  private static void reinstall(Session session, Schema schema, Path file) throws SQLException {
    UUID id = ArchiveTables.archiveId(session);
    long generation = Results.singleLong(session.prepare("SELECT generation FROM embed_archive"));
    long revision = Results.singleLong(session.prepare("SELECT revision FROM embed_archive"));
    remove(session, schema);
    schema.install(session, file);
    PreparedStatement restore =
        session.prepare(
            "UPDATE embed_archive SET archive_id = ?, generation = ?, revision = ? + 1");
    restore.setString(1, id.toString());
    restore.setLong(2, generation);
    restore.setLong(3, revision);
    restore.executeUpdate();
    session
        .prepare(
            schema
                .sql()
                .render("UPDATE {messages} SET embed_rev = (SELECT revision FROM embed_archive)"))
        .executeUpdate();
  }

  /**
   * What is missing for a store to work over these tables, and what can't be worked over: of the
   * host's tables and columns, and of what {@link #install} adds. Each is named, with the way out.
   * Nothing is changed.
   *
   * @param file the host's file, which must be there
   * @return nothing if all is well
   * @throws NewerSchemaException if a later version of this library installed it
   * @throws io.msgvault.embed.model.StoreException if the file can't be read
   */
  public static List<String> validate(Path file, ArchiveMapping mapping) {
    Schema schema = Schema.forMapping(mapping);
    return read(file, schema, session -> problems(session, schema, file));
  }

  /** All that stands between a store and these tables. */
  static List<String> problems(Session session, Schema schema, Path file) throws SQLException {
    List<String> problems =
        new ArrayList<>(new MappingValidator(session, schema.sql().mapping()).problems());
    try {
      if (!schema.isInstalled(session, file)) {
        problems.add("it is not installed: call SqliteArchiveSchema.install");
      } else if (problems.isEmpty()) {
        problems.addAll(missing(session, schema));
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
   */
  static boolean requireUsable(Session session, Schema schema, Path file) throws SQLException {
    boolean installed = schema.isInstalled(session, file);
    List<String> problems = problems(session, schema, file);
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
    return installed;
  }

  /** What was installed and is there no more, or is not as it must be. */
  private static List<String> missing(Session session, Schema schema) throws SQLException {
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
                        + ": call SqliteArchiveSchema.install");
              }
            });
    List<String> columns = existingColumns(session, schema);
    for (String column : COLUMNS) {
      if (!columns.contains(column)) {
        missing.add("the column " + column + " is missing: call SqliteArchiveSchema.install");
      }
    }
    return missing;
  }

  /**
   * Takes away exactly what {@link #install} has added, in one transaction. Messages and all else
   * of the host's stay as they are; so do generations and vectors. Where nothing is installed,
   * nothing happens. An archive that is installed again later is another archive, and its messages
   * need work.
   *
   * @param file the host's file, which must be there
   * @throws MappingMismatchException if it is installed with another mapping
   * @throws NewerSchemaException if a later version of this library installed it
   * @throws io.msgvault.embed.model.StoreException if the file can't be read or written
   */
  public static void uninstall(Path file, ArchiveMapping mapping) {
    Schema schema = Schema.forMapping(mapping);
    if (!read(file, schema, session -> isPartlyInstalled(session, schema, file))) {
      return;
    }
    try (Database database = Database.openExisting(new SqliteConnections(file), schema)) {
      database.change(
          session -> {
            if (isPartlyInstalled(session, schema, file)) {
              SqliteLegacyIndex.removeTraces(session);
              remove(session, schema);
            }
          });
    }
  }

  /** Whether there is anything to remove; throws where it was not installed with this mapping. */
  private static boolean isPartlyInstalled(Session session, Schema schema, Path file)
      throws SQLException {
    return schema.isInstalled(session, file) || schema.isPartlyInstalled(session);
  }

  private static void remove(Session session, Schema schema) throws SQLException {
    for (String drop : schema.dropStatements()) {
      session.execute(drop);
    }
    for (String column : existingColumns(session, schema)) {
      session.execute(schema.sql().render("ALTER TABLE {messages} DROP COLUMN ") + column);
    }
    schema.removeFromLedger(session);
  }

  /** Our columns that are there, the last one first. */
  private static List<String> existingColumns(Session session, Schema schema) throws SQLException {
    PreparedStatement select =
        session.prepare(
            """
            SELECT name FROM pragma_table_info(?)
             WHERE name IN ('embed_gen', 'embed_outcome', 'embed_reason', 'embed_rev')
             ORDER BY cid DESC
            """);
    select.setString(1, schema.sql().mapping().messages());
    List<String> names = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }

  private static Map<String, String> existingObjects(Session session) throws SQLException {
    Map<String, String> present = new HashMap<>();
    try (ResultSet row =
        session
            .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
            .executeQuery()) {
      while (row.next()) {
        present.put(row.getString(1), row.getString(2));
      }
    }
    return present;
  }
}
