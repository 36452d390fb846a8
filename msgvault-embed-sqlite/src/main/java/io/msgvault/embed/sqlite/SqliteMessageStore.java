package io.msgvault.embed.sqlite;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.internal.archive.ArchiveInstaller;
import io.msgvault.embed.sqlite.internal.archive.ArchiveRowDao;
import io.msgvault.embed.sqlite.internal.archive.ArchiveTables;
import io.msgvault.embed.sqlite.internal.archive.CoverageCounter;
import io.msgvault.embed.sqlite.internal.archive.DetailsReader;
import io.msgvault.embed.sqlite.internal.archive.FilterSql;
import io.msgvault.embed.sqlite.internal.archive.InstalledObjects;
import io.msgvault.embed.sqlite.internal.archive.MappedSql;
import io.msgvault.embed.sqlite.internal.archive.MessageReader;
import io.msgvault.embed.sqlite.internal.archive.RemovalDao;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.archive.SqliteLegacyIndex;
import io.msgvault.embed.sqlite.internal.archive.StampGroup;
import io.msgvault.embed.sqlite.internal.archive.StampPages;
import io.msgvault.embed.sqlite.internal.archive.Stamping;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.sqlite.internal.db.TransactionCallback;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;

/**
 * The messages of an archive in an SQLite file. They are in the bundled tables, which {@link
 * SqliteArchive} writes, or in a host's own tables over a mapping. Any SQLite client may write to
 * either: triggers keep revisions and stamps up to date.
 *
 * <p>Scans seek: the cost of {@link #scan} depends on its result, not on the archive's size. It
 * counts characters in bytes of UTF-8. A {@linkplain #stamp stamp} survives a kill of the process.
 * After a power cut the latest stamps may be missing, and their messages need work again.
 *
 * <p>The store reads texts that are not valid UTF-8 with U+FFFD in place of the malformed parts. It
 * reads blobs and numbers that another client stored as texts in the same way.
 */
public final class SqliteMessageStore implements MessageStore {
  private static final int COMPARED_AT_ONCE = 2_000;

  private final Database database;
  private final MappedSql sql;
  private final InstalledObjects installed;

  SqliteMessageStore(Database database, Schema schema) {
    this.database = database;
    this.sql = schema.sql();
    this.installed = new InstalledObjects(schema);
  }

  /**
   * Creates or completes an archive of the bundled schema, and opens it. Creates a missing file,
   * which only its owner can read. Does nothing else if the archive is complete. If triggers were
   * lost, it makes them again as {@link Builder#install} does.
   *
   * @param archive the file; its folder must exist
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     the file
   * @throws io.msgvault.embed.model.StoreException if the file cannot be opened or written
   */
  public static SqliteMessageStore install(Path archive) {
    SqliteConnections connections = new SqliteConnections(archive);
    Database database = Database.install(connections, Schema.ARCHIVE);
    return new SqliteMessageStore(
        database.checked(
            () -> new ArchiveInstaller(connections, MappedSql.BUNDLED_TABLES).install()),
        Schema.ARCHIVE);
  }

  /**
   * Opens an archive of the bundled schema for reading and writing. Writes no schema.
   *
   * @param archive the file
   * @throws IncompatibleTablesException if triggers or columns were lost
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     the file
   * @throws io.msgvault.embed.store.NotInstalledException if the file or the schema is missing
   * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
   */
  public static SqliteMessageStore open(Path archive) {
    return complete(Database.open(new SqliteConnections(archive), Schema.ARCHIVE));
  }

  /**
   * Opens an archive of the bundled schema for reading only. Writes nothing, neither to the file
   * nor beside it. Methods that write throw {@link io.msgvault.embed.model.StoreException}.
   *
   * @param archive the file
   * @throws IncompatibleTablesException if triggers or columns were lost
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     the file
   * @throws io.msgvault.embed.store.NotInstalledException if the file or the schema is missing
   * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
   */
  public static SqliteMessageStore openReadOnly(Path archive) {
    return complete(Database.openReadOnly(new SqliteConnections(archive), Schema.ARCHIVE));
  }

  private static SqliteMessageStore complete(Database database) {
    SqliteMessageStore store = new SqliteMessageStore(database, Schema.ARCHIVE);
    database.checked(() -> store.read(store.installed::requireFilled));
    return store;
  }

  /**
   * Makes a host's own tables an archive, and opens it.
   *
   * @see Builder#install()
   */
  public static SqliteMessageStore install(Path file, ArchiveMapping mapping) {
    return builder(file, mapping).install();
  }

  /**
   * Opens a host's own tables for reading and writing.
   *
   * @see Builder#open()
   */
  public static SqliteMessageStore open(Path file, ArchiveMapping mapping) {
    return builder(file, mapping).open();
  }

  /**
   * Opens a host's own tables for reading only.
   *
   * @see Builder#openReadOnly()
   */
  public static SqliteMessageStore openReadOnly(Path file, ArchiveMapping mapping) {
    return builder(file, mapping).openReadOnly();
  }

  /**
   * Returns what keeps a host's own tables from being an archive.
   *
   * @see Builder#validate()
   */
  public static List<String> validate(Path file, ArchiveMapping mapping) {
    return builder(file, mapping).validate();
  }

  /**
   * Removes exactly what installing has added to a host's own tables.
   *
   * @see Builder#uninstall()
   */
  public static void uninstall(Path file, ArchiveMapping mapping) {
    builder(file, mapping).uninstall();
  }

  /**
   * Returns a builder of a store over a host's own tables.
   *
   * @param file the host's file, which must exist
   * @param mapping the names of its tables and columns
   */
  public static Builder builder(Path file, ArchiveMapping mapping) {
    return new Builder(file, mapping);
  }

  /** Settings of a store over a host's own tables, and the ways to open it. */
  public static final class Builder {
    private final Path file;
    private final ArchiveMapping mapping;
    private ConnectionSetup setup = connection -> {};

    private Builder(Path file, ArchiveMapping mapping) {
      this.file = file;
      this.mapping = mapping;
    }

    /**
     * Sets what each connection gets before its first use, such as the host's own collations and
     * functions. Default: nothing.
     */
    public Builder connectionSetup(ConnectionSetup setup) {
      this.setup = setup;
      return this;
    }

    /**
     * Makes the tables an archive, and opens it. Adds missing parts. You may call it at each start,
     * because complete tables stay as they are, and are only read.
     *
     * <p>The tables of messages and bodies get triggers. Everything else is in tables of this
     * library, the stamps too, and all added names begin with {@code embed_}. The host's tables
     * keep their columns and rows, and each message needs work. The file is put into WAL mode.
     *
     * <p>A first transaction creates everything. Many short ones then give each message its stamp,
     * and leave the file to other writers in between. If the call is interrupted or fails, what is
     * done stays, the next call goes on, and the tables cannot be opened until one has ended.
     *
     * <p>If triggers were lost, or the host added a unique key that the triggers must know,
     * everything is made again. Every message then needs work, because changes may have gone
     * unnoticed. A message whose text did not change keeps its vectors. The archive keeps its
     * identity.
     *
     * @throws IncompatibleTablesException if tables or columns are missing or cannot be used
     * @throws io.msgvault.embed.mapping.MappingMismatchException if the tables are installed with
     *     another mapping
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library
     *     installed the tables
     * @throws io.msgvault.embed.model.StoreException if the file cannot be read or written
     */
    public SqliteMessageStore install() {
      installer(connections()).install();
      return open();
    }

    /**
     * Opens the tables for reading and writing, after {@link #install}. Writes no schema. The file
     * is put into WAL mode.
     *
     * @throws io.msgvault.embed.store.NotInstalledException if nothing is installed
     * @throws IncompatibleTablesException if something is missing or cannot be used
     * @throws io.msgvault.embed.mapping.MappingMismatchException if the tables are installed with
     *     another mapping
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library
     *     installed the tables
     * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
     */
    public SqliteMessageStore open() {
      SqliteConnections connections = connections();
      ArchiveInstaller installer = installer(connections);
      // The check comes first, because a connection for writing would already change the file's
      // mode.
      try (Database database = Database.openUnchecked(connections, installer.schema())) {
        database.read(installer::requireUsable);
      }
      return new SqliteMessageStore(
          Database.openExisting(connections, installer.schema()), installer.schema());
    }

    /**
     * Opens the tables for reading only. Writes nothing, neither to the file nor beside it. Methods
     * that write throw {@link io.msgvault.embed.model.StoreException}.
     *
     * @throws io.msgvault.embed.store.NotInstalledException if nothing is installed
     * @throws IncompatibleTablesException if something is missing or cannot be used
     * @throws io.msgvault.embed.mapping.MappingMismatchException if the tables are installed with
     *     another mapping
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library
     *     installed the tables
     * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
     */
    public SqliteMessageStore openReadOnly() {
      SqliteConnections connections = connections();
      ArchiveInstaller installer = installer(connections);
      Database database = Database.openUnchecked(connections, installer.schema());
      return new SqliteMessageStore(
          database.checked(() -> database.read(installer::requireUsable)), installer.schema());
    }

    /**
     * Returns what {@link #install} or {@link #open} would refuse: host tables and columns that are
     * missing or cannot be used, and missing parts of what {@link #install} adds. Each entry names
     * its remedy.
     *
     * @return an empty list if everything is in order
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library
     *     installed the tables
     * @throws io.msgvault.embed.model.StoreException if the file cannot be read
     */
    public List<String> validate() {
      return installer(connections()).problems();
    }

    /**
     * Removes exactly what {@link #install} has added, in one transaction. The host's messages and
     * other data stay as they are, and so do generations and vectors. Does nothing if nothing is
     * installed. The file stays in WAL mode.
     *
     * <p>If you install again later, the archive has another identity, and its messages need work.
     *
     * @throws io.msgvault.embed.mapping.MappingMismatchException if the tables are installed with
     *     another mapping
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library
     *     installed the tables
     * @throws io.msgvault.embed.model.StoreException if the file cannot be read or written
     */
    public void uninstall() {
      installer(connections()).uninstall();
    }

    private SqliteConnections connections() {
      return new HostConnections(file, mapping.suffix(), setup);
    }

    private ArchiveInstaller installer(SqliteConnections connections) {
      return new ArchiveInstaller(connections, mapping);
    }
  }

  /** Reads from one snapshot, of a file that has everything that keeps stamps true. */
  private <T> T read(TransactionCallback<T> work) {
    return database.read(
        session -> {
          installed.require(session);
          return work.run(session);
        });
  }

  @Override
  public UUID archiveId() {
    return read(ArchiveTables::archiveId);
  }

  @Override
  public long reserveGenerationId(long above) {
    return database.writeSynced(
        session -> {
          long id = Math.addExact(Math.max(above, highestGeneration(session)), 1);
          session.dao(ArchiveRowDao.class).setGeneration(id);
          return id;
        });
  }

  /** Returns the highest id that was handed out or that a stamp carries. */
  private long highestGeneration(Session session) throws SQLException {
    long ofDeleted =
        Results.singleLong(
            session.prepare(
                sql.render(
                    """
                    SELECT max(generation) FROM embed_stamps{own} INDEXED BY embed_deleted{own}
                     WHERE NOT live
                    """)));
    long highest = Math.max(session.dao(ArchiveRowDao.class).generation(), ofDeleted);
    for (StampGroup group : StampGroup.all(session, sql)) {
      Long generation = group.generation();
      highest = generation == null ? highest : Math.max(highest, generation);
    }
    return highest;
  }

  @Override
  public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
    return read(
        session -> {
          long after = afterId;
          while (true) {
            long[] ids =
                needingWork(session, target, scope, after, limits.messages()).stream()
                    .mapToLong(MessageRevision::messageId)
                    .toArray();
            long[] page = MessageReader.prefixWithin(session, sql, ids, limits);
            if (page.length > 0 || ids.length == 0) {
              return MessageReader.read(session, sql, page, limits.bodyCharacters());
            }
            after = ids[ids.length - 1]; // a client has deleted all of these past the triggers
          }
        });
  }

  @Override
  public List<MessageRevision> needingWork(long target, Scope scope, long afterId, int limit) {
    return read(session -> needingWork(session, target, scope, afterId, limit));
  }

  private List<MessageRevision> needingWork(
      Session session, long target, Scope scope, long afterId, int limit) throws SQLException {
    List<StampGroup> groups = CoverageCounter.groupsMissing(session, sql, target, scope);
    return StampGroup.first(session, sql, groups, afterId, limit);
  }

  @Override
  public List<MessageRevision> live(Scope scope, long afterId, int limit) {
    return read(
        session ->
            StampGroup.first(
                session, sql, CoverageCounter.groupsInScope(session, sql, scope), afterId, limit));
  }

  @Override
  public List<MessageDetails> details(Collection<Long> ids) {
    long[] sorted = JsonIds.sorted(ids);
    return read(session -> new DetailsReader(session, sql).read(sorted));
  }

  @Override
  public List<Removal> removed(long afterSequence, int limit) {
    return read(session -> session.dao(RemovalDao.class).after(afterSequence, Math.max(limit, 0)));
  }

  @Override
  public void settleRemoved(Collection<Removal> removals) {
    String settled =
        removals.stream()
            .map(removal -> "\"" + removal.sequence() + "\":" + removal.messageId())
            .collect(Collectors.joining(",", "{", "}"));
    database.change(session -> session.dao(RemovalDao.class).settle(settled));
  }

  @Override
  public List<Message> find(Collection<Long> ids, int bodyCharacters) {
    long[] sorted = JsonIds.sorted(ids);
    return read(session -> MessageReader.read(session, sql, sorted, bodyCharacters));
  }

  @Override
  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
    return database.write(session -> Stamping.stamp(session, sql, target, stamps));
  }

  @Override
  public void unstamp(Collection<Long> ids) {
    long[] sorted = JsonIds.sorted(ids);
    database.change(session -> Stamping.unstamp(session, sql, sorted));
  }

  @Override
  public Coverage coverage(long target, Scope scope) {
    return read(session -> CoverageCounter.coverage(session, sql, target, scope));
  }

  /**
   * Returns the number of messages whose stamp is missing or misplaced, and of stamps without one.
   */
  @Override
  public void sync() {
    database.sync();
  }

  @Override
  public long miscounted() {
    return ofAllPages(this::countDifferences);
  }

  /** {@inheritDoc} Works in many short transactions, and in none where there is nothing to do. */
  @Override
  public long recount() {
    return ofAllPages(
        (after, last) ->
            countDifferences(after, last) == 0
                ? 0
                : database.write(session -> new StampPages(session, sql).mend(after, last)));
  }

  private long countDifferences(long after, long last) {
    return read(session -> new StampPages(session, sql).countDifferences(after, last));
  }

  private long ofAllPages(LongBinaryOperator countOfPage) {
    long sum = 0;
    OptionalLong after = OptionalLong.of(0);
    while (after.isPresent()) {
      long begin = after.getAsLong();
      after = read(session -> new StampPages(session, sql).end(begin, COMPARED_AT_ONCE));
      sum += countOfPage.applyAsLong(begin, after.orElse(Long.MAX_VALUE));
    }
    return sum;
  }

  @Override
  public Set<Long> stampedGenerations() {
    return read(
        session -> {
          Set<Long> stamped = new HashSet<>();
          for (StampGroup group : StampGroup.all(session, sql)) {
            Long generation = group.generation();
            if (generation != null && group.outcome() != null) {
              stamped.add(generation);
            }
          }
          return stamped;
        });
  }

  @Override
  public List<MessageRevision> embeddedIds(long target, long afterId, int limit) {
    return read(session -> stamped(session, target, Stamp.Embedded.CODE, afterId, limit));
  }

  @Override
  public List<Long> blankIds(long target, long afterId, int limit) {
    return read(
        session ->
            stamped(session, target, Stamp.Blank.CODE, afterId, limit).stream()
                .map(MessageRevision::messageId)
                .toList());
  }

  @Override
  public List<Rejection> rejections(long target, long afterId, int limit) {
    return read(
        session ->
            Stamping.rejections(
                session, sql, stamped(session, target, Stamp.Rejected.CODE, afterId, limit)));
  }

  private List<MessageRevision> stamped(
      Session session, long target, String outcome, long afterId, int limit) throws SQLException {
    List<StampGroup> groups =
        StampGroup.all(session, sql).stream()
            .filter(group -> group.isStampedFor(target) && outcome.equals(group.outcome()))
            .toList();
    return StampGroup.first(session, sql, groups, afterId, limit);
  }

  @Override
  public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
    FilterSql where = new FilterSql(sql, filter);
    long[] sorted = JsonIds.sorted(ids);
    return read(session -> where.filterIds(session, sorted));
  }

  @Override
  public Optional<List<Long>> findMatching(MessageFilter filter, int limit) {
    FilterSql where = new FilterSql(sql, filter);
    return read(session -> where.findMatching(session, limit));
  }

  /** Returns true: the index {@code embed_work} leads to the messages that need work. */
  @Override
  public boolean supportsSeekingScan() {
    database.requireOpen();
    return true;
  }

  /**
   * Adopts the vectors and the queue of an earlier index, once; see {@link Migration}. After the
   * first time, the call is a single lookup in the ledger.
   *
   * @param vectors the archive's vector store
   * @param migration declares the tables to adopt
   * @return what was done, or why nothing was done
   * @throws io.msgvault.embed.migration.MalformedVectorsException if vectors do not fit the
   *     declared fingerprint
   */
  public MigrationOutcome migrate(VectorStore vectors, Migration migration) {
    return migration.run(this, vectors, legacyIndex(migration));
  }

  @Override
  public boolean hasUnfinishedMigration() {
    return read(session -> SqliteLegacyIndex.stage(session, sql) == LegacyIndex.Stage.BEGUN);
  }

  /**
   * Gives an unfinished migration up, so that runs are blocked no longer. They then embed what the
   * migration has not stamped. Leave {@link #migrate} out afterwards: a further call takes the
   * migration up again where it ended.
   *
   * @return whether there was an unfinished migration
   */
  public boolean giveUpMigration() {
    return legacyIndex(Migration.ofActiveGeneration()).withdraw();
  }

  LegacyIndex legacyIndex(Migration migration) {
    return new SqliteLegacyIndex(database, sql, migration);
  }

  @Override
  public void close() {
    database.close();
  }
}
