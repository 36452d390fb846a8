package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.LockedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Installs and removes the additions to the tables of a mapping, bundled or a host's own. */
public final class ArchiveInstaller {
  /** How long an installation tries to lock tables that others use. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The number of messages that are made to need work in one transaction. */
  private static final int RENEWED_AT_ONCE = 1_000;

  /** Bounds the wait for the lock that a trial needs to about two seconds. */
  private static final int TRIALS = 10;

  private final Database database;
  private final String schema;
  private final ArchiveMapping mapping;
  private final boolean bundled;
  private final Duration patience;

  private ArchiveInstaller(
      Database database, ArchiveMapping mapping, boolean bundled, Duration patience) {
    this.database = database.withSuffix(mapping.suffix());
    this.schema = database.schema();
    this.mapping = mapping;
    this.bundled = bundled;
    this.patience = patience;
  }

  /** Returns an installer for a host's own tables. */
  public static ArchiveInstaller of(Database database, ArchiveMapping mapping) {
    return new ArchiveInstaller(database, mapping, false, PATIENCE);
  }

  /** Returns an installer for the bundled tables, which creates them too. */
  public static ArchiveInstaller bundled(Database database) {
    return new ArchiveInstaller(database, MappedSql.BUNDLED_TABLES, true, PATIENCE);
  }

  /** Returns the database, where statements name what belongs to this archive. */
  public Database database() {
    return database;
  }

  /** Returns this installer, where a change of tables that others use is given up earlier. */
  public ArchiveInstaller withPatience(Duration shorter) {
    return new ArchiveInstaller(database, mapping, bundled, shorter);
  }

  /**
   * Installs missing parts in steps, each of which holds up writers for a moment at most. If it is
   * interrupted, the next call goes on. Only reads the catalogs where all is there.
   */
  public void install() {
    if (database.<Boolean>read(this::isComplete)) {
      return;
    }
    try (AdvisoryLocks locks = AdvisoryLocks.open(database.dataSource())) {
      Instant deadline = Instant.now().plus(SharedTables.LONG_PATIENCE);
      while (!locks.tryLock("msgvault-embed install " + schema, AdvisoryLocks.Mode.EXCLUSIVE)) {
        if (Instant.now().isAfter(deadline)) {
          throw new StoreException(
              "another installation in the schema \"" + schema + "\" did not end within an hour");
        }
        SharedTables.pause();
      }
      installAlone(locks.over(database));
    }
  }

  /** Installs missing parts while no other session does. */
  private void installAlone(Database alone) {
    if (alone.<Boolean>read(this::isComplete)) {
      return;
    }
    requireUsableKeys(alone);
    Begun begun = sharedTables(alone).change(this::begin);
    Database archive = alone.withArchive(begun.tables);
    if (archive.<Boolean>read(session -> session.dao(ArchiveDao.class).isUnwatched())) {
      renewAll(archive);
    }
    new ScanIndexes(archive, sharedTables(archive), qualifiedMessages()).build();
    archive.write(session -> finish(session, begun.newPartitions));
  }

  /**
   * What the first step has found.
   *
   * @param newPartitions whether partitions came since the last call, perhaps with messages
   */
  private record Begun(MappedSql tables, boolean newPartitions) {}

  private String qualifiedMessages() {
    return MappedSql.qualified(schema, mapping.messages());
  }

  private SharedTables sharedTables(Database by) {
    Set<String> names = new LinkedHashSet<>();
    names.add(qualifiedMessages());
    mapping.bodies().ifPresent(rows -> names.add(MappedSql.qualified(schema, rows.table())));
    return new SharedTables(by, names, patience);
  }

  /** Adds columns and triggers, or makes those that are there fit. */
  private Begun begin(Database.Session session) {
    Schema.lockInstallation(session);
    if (bundled) {
      Schema.createIfMissing(session, schema);
      Schema.ARCHIVE.apply(session, schema, List.of());
    }
    MappedSql tables = MappedSql.of(session, schema, mapping, bundled);
    Database.Session archive = session.withArchive(tables);
    boolean newPartitions = false;
    if (!InstalledObjects.isBegun(session)) {
      add(archive, tables);
    } else if (!isWatched(session, tables)) {
      newPartitions = !InstalledObjects.of(tables).missingOnPartitions(archive).isEmpty();
      mend(archive, tables);
    }
    return new Begun(tables, newPartitions);
  }

  /**
   * Adds to the counts the messages that were there before the triggers. They are all that is
   * missing, because whoever wrote without triggers had ended before there were any.
   */
  private boolean finish(Database.Session archive, boolean newPartitions) {
    boolean installed = Schema.STAMPS.isInstalled(archive, schema);
    if (newPartitions || !installed) {
      CoverageCounter.recount(archive);
    }
    if (!installed) {
      archive.dao(ArchiveDao.class).setUnwatched(false);
      Schema.STAMPS.record(archive);
    }
    return true;
  }

  /** Makes every message need work, a few at a time. */
  private static void renewAll(Database archive) {
    Optional<Long> last = Optional.of(0L);
    while (last.isPresent()) {
      long after = last.get();
      last = archive.write(session -> Stamps.renewPage(session, after, RENEWED_AT_ONCE));
    }
  }

  /** Returns whether all is installed for this mapping, under the present names. */
  private boolean isComplete(Database.Session session) {
    if (!Schema.STAMPS.isInstalled(session, schema)
        || (bundled && !Schema.ARCHIVE.isInstalled(session, schema))) {
      return false;
    }
    MappedSql tables = MappedSql.of(session, schema, mapping, bundled);
    return isWatched(session, tables)
        && InstalledObjects.of(tables).missingIndexes(session.withArchive(tables)).isEmpty();
  }

  /** Returns whether triggers see every change, by this mapping and under the present names. */
  private static boolean isWatched(Database.Session session, MappedSql tables) {
    InstalledObjects objects = InstalledObjects.of(tables);
    Database.Session archive = session.withArchive(tables);
    return InstalledMapping.differences(session, tables.installedParts()).isEmpty()
        && objects.missingTriggers(archive).isEmpty()
        && objects.missingOnPartitions(archive).isEmpty()
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
    List<String> differences = InstalledMapping.differences(archive, tables.installedParts());
    if (!differences.isEmpty() && !InstalledMapping.isRenamed(archive, mapping, tables)) {
      throw new MappingMismatchException(differences);
    }
    lock(archive, tables);
    InstalledObjects objects = InstalledObjects.of(tables);
    boolean unwatched = !objects.missingTriggers(archive).isEmpty();
    Schema.STAMPS.reapply(archive, scriptSuffixes(tables));
    objects.addToPartitions(archive);
    ArchiveDao dao = archive.dao(ArchiveDao.class);
    dao.rename(InstalledMapping.render(tables.installedParts()), tables.installedColumns());
    if (unwatched) {
      dao.setUnwatched(true);
      Schema.STAMPS.unrecord(archive);
    }
    requireNone(HostObstacles.find(archive));
  }

  /** Returns the ends of the names of the scripts with functions and triggers, in their order. */
  private static List<String> scriptSuffixes(MappedSql tables) {
    List<String> suffixes = new ArrayList<>();
    suffixes.add(tables.isPartitioned() ? "-rows" : "-statements");
    suffixes.add("-triggers");
    if (tables.hasSeparateBodies()) {
      suffixes.add("-bodies");
      suffixes.add(tables.hasPartitionedBodies() ? "-body-rows" : "-body-statements");
    }
    return suffixes;
  }

  /**
   * Locks the tables. The first lock holds up no reader or writer, and makes the server's own
   * vacuuming give way; the second is only asked for once that is out of the way.
   */
  private static void lock(Database.Session archive, MappedSql tables) {
    String all = tables.hasSeparateBodies() ? "{messages}, {bodies}" : "{messages}";
    archive.execute("SET LOCAL lock_timeout = '3s'");
    archive.execute("LOCK TABLE " + all + " IN SHARE UPDATE EXCLUSIVE MODE");
    archive.execute("SET LOCAL lock_timeout = '100ms'");
    archive.execute("LOCK TABLE {messages} IN ACCESS EXCLUSIVE MODE");
    if (tables.hasSeparateBodies()) {
      archive.execute("LOCK TABLE {bodies} IN SHARE ROW EXCLUSIVE MODE");
    }
  }

  private void add(Database.Session archive, MappedSql tables) {
    requireNone(InstalledMapping.otherMappings(archive));
    lock(archive, tables);
    Schema.STAMPS.begin(archive, schema, scriptSuffixes(tables));
    InstalledObjects.of(tables).addToPartitions(archive);
    archive
        .dao(ArchiveDao.class)
        .create(InstalledMapping.render(tables.installedParts()), tables.installedColumns());
    requireNone(HostObstacles.find(archive));
  }

  private static void requireNone(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
  }

  /** Reads the keys before anything is locked; from the first step on, a constraint holds. */
  private void requireUsableKeys(Database alone) {
    List<String> problems =
        alone.seek(
            session -> {
              if (session.dao(CatalogDao.class).objectType(qualifiedMessages()).isEmpty()) {
                return List.of(); // the bundled table is created later
              }
              session.execute("SET LOCAL statement_timeout = 0");
              MappedSql tables = MappedSql.of(session, schema, mapping, bundled);
              return UnusableKeys.find(session.withArchive(tables), mapping, tables);
            });
    requireNone(problems);
  }

  /**
   * Returns the tables as SQL, if all is installed for them. Only reads.
   *
   * @throws io.msgvault.embed.store.NotInstalledException if nothing is
   * @throws IncompatibleTablesException if a table or a column is missing, or does not fit
   * @throws MappingMismatchException if it is installed for another mapping
   */
  public MappedSql requireInstalled() {
    return database.read(this::requireInstalled);
  }

  private MappedSql requireInstalled(Database.Session session) {
    if (bundled) {
      Schema.ARCHIVE.requireInstalled(session, schema, "PgArchive.install");
    }
    Schema.STAMPS.requireInstalled(session, schema, "PgMessageStore.install");
    MappedSql tables = MappedSql.of(session, schema, mapping, bundled);
    List<String> differences = InstalledMapping.explainedDifferences(session, mapping, tables);
    if (!differences.isEmpty()) {
      throw new MappingMismatchException(differences);
    }
    return tables;
  }

  /**
   * Returns everything that is missing or in the way, of the host's tables and of the additions.
   */
  public List<String> findProblems() {
    MappedSql tables;
    try {
      tables = database.read(session -> MappedSql.of(session, schema, mapping, bundled));
    } catch (IncompatibleTablesException e) {
      return e.problems();
    }
    Database archive = database.withArchive(tables);
    List<String> others = archive.read(InstalledMapping::otherMappings);
    if (!others.isEmpty()) {
      return others;
    }
    List<String> problems = new ArrayList<>(archive.seek(session -> findMissing(session, tables)));
    try {
      problems.addAll(
          archive.write(TRIALS, session -> session.tryOut(() -> HostObstacles.find(session))));
    } catch (LockedException e) {
      problems.add("whether a stamp can land could not be tried: " + e.getMessage());
    }
    if (problems.isEmpty() && archive.read(CoverageCounter::miscounted) > 0) {
      problems.add(
          "the counts are off, since triggers were switched off or partitions came or went: call"
              + " recount, or wait for the next backstop, which also finds what left unseen");
    }
    return problems;
  }

  private List<String> findMissing(Database.Session archive, MappedSql tables) {
    List<String> missing = new ArrayList<>(UnusableKeys.find(archive, mapping, tables));
    missing.addAll(InstalledObjects.of(tables).missing(archive));
    if (InstalledObjects.isBegun(archive)) {
      missing.addAll(InstalledMapping.explainedDifferences(archive, mapping, tables));
    }
    if (hasOutdatedFunctions(archive)) {
      missing.add("the triggers' functions were made for another schema: install it");
    }
    if (missing.isEmpty() && !Schema.STAMPS.isInstalled(archive, schema)) {
      missing.add("the installation was interrupted: install it, and it goes on");
    }
    return missing;
  }

  /** Removes the additions, in one transaction. Does nothing if there are none. */
  public void uninstall() {
    sharedTables(database)
        .change(
            session -> {
              Schema.lockInstallation(session);
              if (InstalledObjects.isBegun(session)) {
                remove(session);
              }
              return true;
            });
  }

  private void remove(Database.Session session) {
    MappedSql tables = MappedSql.lenient(session, schema, mapping);
    Map<String, String> now = InstalledMapping.watchedTables(session, tables.hasSeparateBodies());
    Map<String, String> parts = new LinkedHashMap<>(tables.installedParts());
    parts.keySet().retainAll(List.of("messages", "bodies"));
    parts.entrySet().removeIf(part -> part.getValue().equals(now.get(part.getKey())));
    List<String> differences = InstalledMapping.differences(session, parts);
    if (!differences.isEmpty()) {
      throw new MappingMismatchException(differences);
    }
    PgLegacyIndex.removeTraces(session);
    Database.Session archive =
        session.withArchive(
            (alias, name) ->
                now.containsKey(name)
                    ? Optional.of(TableCatalog.quote(schema) + '.' + now.get(name))
                    : tables.resolve(alias, name));
    InstalledObjects.of(tables).remove(archive);
    Schema.STAMPS.removeFromLedger(session);
  }
}
