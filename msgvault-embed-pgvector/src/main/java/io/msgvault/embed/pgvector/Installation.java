package io.msgvault.embed.pgvector;

import io.msgvault.embed.archive.ArchiveMapping;
import io.msgvault.embed.archive.OtherMappingException;
import io.msgvault.embed.archive.UnfitTablesException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is added to the tables of a mapping, bundled or a host's own. */
final class Installation {
  /** The scripts of a version, beside the first, by the ends of their names. */
  private static final List<String> SCRIPTS = List.of("-words");

  private static final List<String> SCRIPTS_FOR_BODIES =
      List.of("-bodies", "-words", "-words-of-bodies");

  private final String schema;
  private final ArchiveMapping mapping;
  private final boolean bundled;

  private Installation(String schema, ArchiveMapping mapping, boolean bundled) {
    this.schema = schema;
    this.mapping = mapping;
    this.bundled = bundled;
  }

  /** Over a host's own tables. */
  static Installation of(String schema, ArchiveMapping mapping) {
    return new Installation(schema, mapping, false);
  }

  /** Over the bundled tables, which are made where they are not there. */
  static Installation bundled(String schema) {
    return new Installation(schema, PgArchive.TABLES, true);
  }

  /** Installs what is missing, in one transaction; only reads where nothing is. */
  void install(Database database) {
    if (database.<Boolean>read(this::isInstalled)) {
      return;
    }
    database.write(
        session -> {
          session.execute("SET LOCAL statement_timeout = 0");
          Schema.lock(session);
          if (bundled) {
            Schema.create(session, schema);
            Schema.ARCHIVE.apply(session, schema, List.of());
          }
          if (!isInstalled(session)) {
            add(session, HostTables.of(session, schema, mapping));
          }
          return true;
        });
  }

  private boolean isInstalled(Database.Session session) {
    boolean installed =
        Schema.STAMPS.isInstalled(session, schema)
            && (!bundled || Schema.ARCHIVE.isInstalled(session, schema));
    if (installed) {
      require(session);
    }
    return installed;
  }

  private void add(Database.Session session, HostTables tables) {
    Database.Session archive = session.over(tables);
    archive.execute("LOCK TABLE $messages IN ACCESS EXCLUSIVE MODE");
    if (tables.hasSeparateBodies()) {
      archive.execute("LOCK TABLE $bodies IN SHARE ROW EXCLUSIVE MODE");
    }
    List<String> problems = unusable(archive);
    if (!problems.isEmpty()) {
      throw new UnfitTablesException(problems);
    }
    Schema.STAMPS.apply(archive, schema, tables.hasSeparateBodies() ? SCRIPTS_FOR_BODIES : SCRIPTS);
    archive
        .update("INSERT INTO embed_archive (mapping) VALUES (:mapping)")
        .bind("mapping", written(tables.installed()))
        .execute();
  }

  /** What the rows have that no store can work over. */
  private List<String> unusable(Database.Session archive) {
    boolean low =
        archive
            .query("SELECT EXISTS (SELECT 1 FROM $messages AS m WHERE $id(m) <= 0)")
            .mapTo(Boolean.class)
            .one();
    return low
        ? List.of(
            HostCatalog.column(mapping.messages(), mapping.id())
                + " has keys below 1: give these messages others, or add a column \"bigint GENERATED"
                + " BY DEFAULT AS IDENTITY UNIQUE\" and map that as the id")
        : List.of();
  }

  /**
   * The tables, where all is installed for them.
   *
   * @throws MissingSchemaException if nothing is
   * @throws UnfitTablesException if a table or a column is missing, or not fit
   * @throws OtherMappingException if it is installed for another mapping
   */
  HostTables require(Database.Session session) {
    if (bundled) {
      Schema.ARCHIVE.require(session, schema);
    }
    Schema.STAMPS.require(session, schema);
    HostTables tables = HostTables.of(session, schema, mapping);
    List<String> differences = differences(session, tables.installed());
    if (!differences.isEmpty()) {
      throw new OtherMappingException(differences);
    }
    return tables;
  }

  /** Names everything that is missing, of the host's and of what is added. */
  List<String> missing(Database database) {
    return database.read(
        session -> {
          HostTables tables;
          try {
            tables = HostTables.of(session, schema, mapping);
          } catch (UnfitTablesException e) {
            return e.problems();
          }
          Database.Session archive = session.over(tables);
          List<String> missing = new ArrayList<>(unusable(archive));
          List<String> objects = AddedObjects.of(tables).missing(archive);
          missing.addAll(objects);
          if (!objects.contains(AddedObjects.ARCHIVE)) {
            missing.addAll(differences(session, tables.installed()));
          }
          return missing;
        });
  }

  /** Removes what was added, in one transaction; does nothing where nothing was. */
  void uninstall(Database database) {
    database.write(
        session -> {
          session.execute("SET LOCAL statement_timeout = 0");
          Schema.lock(session);
          if (Schema.STAMPS.isInstalled(session, schema)) {
            HostTables tables = HostTables.asFarAsThere(session, schema, mapping);
            Map<String, String> given = new LinkedHashMap<>(tables.installed());
            given.keySet().retainAll(List.of("messages", "bodies"));
            List<String> differences = differences(session, given);
            if (!differences.isEmpty()) {
              throw new OtherMappingException(differences);
            }
            PgFormerIndex.forget(session);
            AddedObjects.of(tables).remove(session.over(tables));
            Schema.STAMPS.forget(session);
          }
          return true;
        });
  }

  /** In what the given part of a mapping is not as it was installed. */
  private static List<String> differences(Database.Session session, Map<String, String> given) {
    Map<String, String> installed =
        session
            .query("SELECT mapping FROM $schema.embed_archive")
            .mapTo(String.class)
            .one()
            .lines()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(line -> line[0], line -> line[1]));
    return given.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(installed.get(entry.getKey())))
        .map(
            entry ->
                entry.getKey()
                    + ": "
                    + installed.get(entry.getKey())
                    + " was installed, "
                    + entry.getValue()
                    + " is given")
        .toList();
  }

  /** A line for each part; no name that can be mapped breaks a line. */
  private static String written(Map<String, String> installed) {
    return installed.entrySet().stream()
        .map(entry -> entry.getKey() + ' ' + entry.getValue())
        .collect(Collectors.joining("\n"));
  }
}
