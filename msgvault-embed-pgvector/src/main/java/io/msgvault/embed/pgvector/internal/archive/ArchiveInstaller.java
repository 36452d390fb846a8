package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.LockedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Installs and removes the additions to the tables of a mapping, bundled or a host's own. */
public final class ArchiveInstaller {
  /** Functions that triggers on the messages alone, and on the bodies alone, call. */
  private static final String MESSAGES_FUNCTION = "embed_renew";

  private static final String BODIES_FUNCTION = "embed_body_inserted";

  /** Bounds the wait for the lock that a trial needs to about two seconds. */
  private static final int TRIALS = 10;

  private final String schema;
  private final ArchiveMapping mapping;
  private final boolean bundled;

  private ArchiveInstaller(String schema, ArchiveMapping mapping, boolean bundled) {
    this.schema = schema;
    this.mapping = mapping;
    this.bundled = bundled;
  }

  /** Returns an installer for a host's own tables. */
  public static ArchiveInstaller of(String schema, ArchiveMapping mapping) {
    return new ArchiveInstaller(schema, mapping, false);
  }

  /** Returns an installer for the bundled tables, which creates them too. */
  public static ArchiveInstaller bundled(String schema) {
    return new ArchiveInstaller(schema, MappedSql.BUNDLED_TABLES, true);
  }

  /**
   * Installs missing parts, in one transaction. If the triggers are there, it only corrects counts
   * that are off, and adapts the triggers to tables, columns or a schema that were renamed.
   */
  public void install(Database database) {
    if (!database.<Boolean>read(this::isComplete)) {
      database.write(
          session -> {
            session.execute("SET LOCAL statement_timeout = 0");
            Schema.lockInstallation(session);
            if (bundled) {
              Schema.createIfMissing(session, schema);
              Schema.ARCHIVE.apply(session, schema, List.of());
            }
            MappedSql tables = MappedSql.of(session, schema, mapping, bundled);
            if (!Schema.STAMPS.isInstalled(session, schema)) {
              add(session.withArchive(tables), tables);
            } else if (!isComplete(session)) {
              mend(session.withArchive(tables), tables);
            }
            return true;
          });
    }
    Database archive = database.withArchive(database.read(this::requireInstalled));
    try {
      CoverageCounter.recount(archive);
    } catch (LockedException locked) {
      return; // the next backstop counts
    }
  }

  /** Returns whether all is installed for this mapping, under the present names. */
  private boolean isComplete(Database.Session session) {
    if (!Schema.STAMPS.isInstalled(session, schema)
        || (bundled && !Schema.ARCHIVE.isInstalled(session, schema))) {
      return false;
    }
    MappedSql tables = MappedSql.of(session, schema, mapping, bundled);
    return differences(session, tables.installedParts()).isEmpty()
        && InstalledObjects.of(tables).missingTriggers(session.withArchive(tables)).isEmpty()
        && !hasOutdatedFunctions(session);
  }

  private static boolean hasOutdatedFunctions(Database.Session session) {
    return session.<Boolean>inOwnPath(
        () -> session.dao(CatalogDao.class).hasOutdatedFunctions(session.sql("{schema}")));
  }

  /**
   * Creates functions and triggers anew. If some were missing or switched off, changes may have
   * passed unseen, so every message needs work afterwards.
   */
  private void mend(Database.Session archive, MappedSql tables) {
    List<String> differences = differences(archive, tables.installedParts());
    if (!differences.isEmpty() && !isRenamed(archive, tables)) {
      throw new MappingMismatchException(differences);
    }
    lock(archive, tables);
    boolean unwatched = !InstalledObjects.of(tables).missingTriggers(archive).isEmpty();
    Schema.STAMPS.reapply(archive, scriptSuffixes(tables));
    archive
        .dao(ArchiveDao.class)
        .rename(render(tables.installedParts()), tables.installedColumns());
    if (unwatched) {
      archive.execute("UPDATE {messages} AS m SET embed_rev = {m.renewed}");
    }
    requireNoObstacles(archive);
  }

  /** Returns whether the tables with the triggers have these names now, and the same columns. */
  private boolean isRenamed(Database.Session archive, MappedSql tables) {
    return archive.dao(ArchiveDao.class).installedColumns().equals(tables.installedColumns())
        && watched(archive, MESSAGES_FUNCTION).equals(Optional.of(mapping.messages()))
        && (!tables.hasSeparateBodies()
            || watched(archive, BODIES_FUNCTION)
                .equals(mapping.bodies().map(ArchiveMapping.Related::table)));
  }

  private static Optional<String> watched(Database.Session session, String function) {
    return session.dao(CatalogDao.class).tableWatchedBy(session.sql("{schema}"), function);
  }

  /** Returns the ends of the names of the scripts with functions and triggers. */
  private static List<String> scriptSuffixes(MappedSql tables) {
    return tables.hasSeparateBodies() ? List.of("-triggers", "-bodies") : List.of("-triggers");
  }

  private static void lock(Database.Session archive, MappedSql tables) {
    archive.execute("LOCK TABLE {messages} IN ACCESS EXCLUSIVE MODE");
    if (tables.hasSeparateBodies()) {
      archive.execute("LOCK TABLE {bodies} IN SHARE ROW EXCLUSIVE MODE");
    }
  }

  private void add(Database.Session archive, MappedSql tables) {
    lock(archive, tables);
    List<String> problems = findUnusableIds(archive);
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
    Schema.STAMPS.apply(archive, schema, scriptSuffixes(tables));
    archive
        .dao(ArchiveDao.class)
        .create(render(tables.installedParts()), tables.installedColumns());
    requireNoObstacles(archive);
  }

  private static void requireNoObstacles(Database.Session archive) {
    List<String> obstacles = HostObstacles.find(archive);
    if (!obstacles.isEmpty()) {
      throw new IncompatibleTablesException(obstacles);
    }
  }

  /** Returns what no store can work over in the rows themselves. */
  private List<String> findUnusableIds(Database.Session archive) {
    boolean tooLow =
        archive
            .query("SELECT EXISTS (SELECT 1 FROM {messages} AS m WHERE {m.id} <= 0)")
            .mapTo(Boolean.class)
            .one();
    return tooLow
        ? List.of(
            TableCatalog.column(mapping.messages(), mapping.id())
                + " has keys below 1: give these messages others, or add a column \"bigint GENERATED"
                + " BY DEFAULT AS IDENTITY UNIQUE\" and map that as the id")
        : List.of();
  }

  /**
   * Returns the tables as SQL, if all is installed for them.
   *
   * @throws io.msgvault.embed.store.NotInstalledException if nothing is
   * @throws IncompatibleTablesException if a table or a column is missing, or does not fit
   * @throws MappingMismatchException if it is installed for another mapping
   */
  public MappedSql requireInstalled(Database.Session session) {
    if (bundled) {
      Schema.ARCHIVE.requireInstalled(session, schema, "PgArchive.install");
    }
    Schema.STAMPS.requireInstalled(session, schema, "PgMessageStore.install");
    MappedSql tables = MappedSql.of(session, schema, mapping, bundled);
    List<String> differences = explainedDifferences(session, tables);
    if (!differences.isEmpty()) {
      throw new MappingMismatchException(differences);
    }
    return tables;
  }

  /**
   * Returns everything that is missing or in the way, of the host's tables and of the additions.
   */
  public List<String> findProblems(Database database) {
    MappedSql tables;
    try {
      tables = database.read(session -> MappedSql.of(session, schema, mapping, bundled));
    } catch (IncompatibleTablesException e) {
      return e.problems();
    }
    Database archive = database.withArchive(tables);
    List<String> problems = new ArrayList<>(archive.read(session -> findMissing(session, tables)));
    try {
      problems.addAll(
          archive.write(TRIALS, session -> session.tryOut(() -> HostObstacles.find(session))));
    } catch (LockedException e) {
      problems.add("whether a stamp can land could not be tried: " + e.getMessage());
    }
    return problems;
  }

  private List<String> findMissing(Database.Session archive, MappedSql tables) {
    List<String> missing = new ArrayList<>(findUnusableIds(archive));
    List<String> objects = InstalledObjects.of(tables).missing(archive);
    missing.addAll(objects);
    if (!objects.contains(InstalledObjects.ARCHIVE_TABLE)) {
      missing.addAll(explainedDifferences(archive, tables));
    }
    if (hasOutdatedFunctions(archive)) {
      missing.add("the triggers' functions were made for another schema: install it");
    }
    return missing;
  }

  /** Removes the additions, in one transaction. Does nothing if there are none. */
  public void uninstall(Database database) {
    database.write(
        session -> {
          session.execute("SET LOCAL statement_timeout = 0");
          Schema.lockInstallation(session);
          if (Schema.STAMPS.isInstalled(session, schema)) {
            MappedSql tables = MappedSql.lenient(session, schema, mapping);
            Map<String, String> now = new LinkedHashMap<>();
            watched(session, MESSAGES_FUNCTION)
                .ifPresent(table -> now.put("messages", TableCatalog.quote(table)));
            watched(session, tables.hasSeparateBodies() ? BODIES_FUNCTION : MESSAGES_FUNCTION)
                .ifPresent(table -> now.put("bodies", TableCatalog.quote(table)));
            Map<String, String> parts = new LinkedHashMap<>(tables.installedParts());
            parts.keySet().retainAll(List.of("messages", "bodies"));
            parts.entrySet().removeIf(part -> part.getValue().equals(now.get(part.getKey())));
            List<String> differences = differences(session, parts);
            if (!differences.isEmpty()) {
              throw new MappingMismatchException(differences);
            }
            PgLegacyIndex.removeTraces(session);
            InstalledObjects.of(tables)
                .remove(
                    session.withArchive(
                        (alias, name) ->
                            now.containsKey(name)
                                ? Optional.of(TableCatalog.quote(schema) + '.' + now.get(name))
                                : tables.resolve(alias, name)));
            Schema.STAMPS.removeFromLedger(session);
          }
          return true;
        });
  }

  private List<String> explainedDifferences(Database.Session session, MappedSql tables) {
    List<String> differences = new ArrayList<>(differences(session, tables.installedParts()));
    if (!differences.isEmpty() && isRenamed(session, tables)) {
      differences.add("these are the same columns under other names: call install to adopt them");
    }
    return differences;
  }

  /**
   * Returns a line for each part that differs from the installed one. The parts are expressions and
   * not only names, as a column may have changed its type since.
   */
  private static List<String> differences(Database.Session session, Map<String, String> parts) {
    Map<String, String> installed =
        session
            .dao(ArchiveDao.class)
            .installedMapping()
            .lines()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(line -> line[0], line -> line[1]));
    return parts.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(installed.get(entry.getKey())))
        .map(
            entry ->
                entry.getKey()
                    + ": installed with "
                    + installed.get(entry.getKey())
                    + ", given "
                    + entry.getValue())
        .toList();
  }

  /** Returns a line for each part. No name that can be mapped breaks a line. */
  private static String render(Map<String, String> installed) {
    return installed.entrySet().stream()
        .map(entry -> entry.getKey() + ' ' + entry.getValue())
        .collect(Collectors.joining("\n"));
  }
}
