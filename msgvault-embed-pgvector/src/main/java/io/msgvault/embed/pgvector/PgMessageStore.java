package io.msgvault.embed.pgvector;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.archive.ArchiveDao;
import io.msgvault.embed.pgvector.internal.archive.ArchiveInstaller;
import io.msgvault.embed.pgvector.internal.archive.CoverageCounter;
import io.msgvault.embed.pgvector.internal.archive.DetailsReader;
import io.msgvault.embed.pgvector.internal.archive.FilterSql;
import io.msgvault.embed.pgvector.internal.archive.MappedSql;
import io.msgvault.embed.pgvector.internal.archive.MessageReader;
import io.msgvault.embed.pgvector.internal.archive.PgLegacyIndex;
import io.msgvault.embed.pgvector.internal.archive.RemovalDao;
import io.msgvault.embed.pgvector.internal.archive.Stamps;
import io.msgvault.embed.pgvector.internal.db.ClosableDatabase;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * The messages of an archive in one schema of a PostgreSQL database (version 14 or later), over the
 * host's connections. It works over the bundled tables, or over a host's own tables that an {@link
 * ArchiveMapping} names.
 *
 * <p>Triggers keep revisions and stamps current for every writer. Coverage is read from counts that
 * triggers keep, so it costs the same for any number of messages. Scans seek in an index. After
 * many stamps they step over dead entries of that index until the server has vacuumed. Characters
 * are counted as bytes in UTF-8; a body beyond the cap counts as at most four times the cap.
 *
 * <p>The connections must not take part in a transaction that the host has opened around the call.
 * Each method begins and ends its own, and leaves no setting behind. It refuses a connection with
 * auto-commit off, or in a transaction (MS-27).
 *
 * <p>A role that only reads needs {@code USAGE} of the schema and {@code SELECT} on its tables. One
 * that stamps also needs {@code UPDATE} on the table of messages and {@code embed_archive}, {@code
 * INSERT, DELETE, UPDATE} on {@code embed_counts}, and {@code DELETE} on {@code embed_removed}. A
 * host's own writers need only the rights to its tables.
 */
public final class PgMessageStore implements MessageStore {
  /** The number of calls of {@link #stamp} to each one that compacts the counts first. */
  private static final int STAMP_CALLS_PER_COMPACTION = 32;

  private final ClosableDatabase database;
  private final MappedSql tables;
  private final AtomicInteger stampCalls = new AtomicInteger();

  private PgMessageStore(Database database, MappedSql tables) {
    this.database = new ClosableDatabase(database.withArchive(tables), "the message store");
    this.tables = tables;
  }

  // The bundled tables

  /**
   * Creates the schema and the bundled tables where they are missing, as {@link PgArchive#install}
   * does, and returns the store.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the name of the schema, with capitals as they are
   * @throws MissingPrivilegeException if the role may not create what is missing
   * @throws io.msgvault.embed.mapping.MappingMismatchException if the schema has an archive over a
   *     host's own tables
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgMessageStore install(DataSource dataSource, String schema) {
    return install(ArchiveInstaller.bundled(new Database(dataSource, schema)));
  }

  /**
   * Returns the store over the bundled tables of a schema. Writes nothing.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the schema that {@link PgArchive#install} was given
   * @throws io.msgvault.embed.store.NotInstalledException if the schema has no archive
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgMessageStore open(DataSource dataSource, String schema) {
    return open(ArchiveInstaller.bundled(new Database(dataSource, schema)));
  }

  /**
   * Returns the store over the bundled tables of a schema, for reading. Every write throws {@link
   * io.msgvault.embed.model.StoreException}, and every transaction is read-only.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the schema that {@link PgArchive#install} was given
   * @throws io.msgvault.embed.store.NotInstalledException if the schema has no archive
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgMessageStore openReadOnly(DataSource dataSource, String schema) {
    return open(ArchiveInstaller.bundled(new Database(dataSource, schema).readOnly()));
  }

  // A host's own tables

  /**
   * Adds to a host's own tables what a store over them needs, and returns the store. Every message
   * that is there needs work then. Reads only the catalogs where it is installed for this mapping,
   * and in order.
   *
   * <p>The table of messages gets the columns {@code embed_rev}, {@code embed_gen}, {@code
   * embed_outcome} and {@code embed_reason}, two constraints, two indexes and the triggers {@code
   * zz_embed_…}. A table of bodies gets triggers of the same names. The schema gets the tables
   * {@code embed_archive}, {@code embed_counts} and {@code embed_removed}, a sequence and the
   * triggers' functions, with the line {@code stamps} in {@code embed_ledger}. No row of the host's
   * is rewritten or dropped. Stamping is an {@code UPDATE} of the message's row, so a host's own
   * triggers for updates fire.
   *
   * <p>All tables are in one schema. It has room for one mapping without a name, and for others
   * each with a {@linkplain ArchiveMapping.Builder#name name}, which then ends the names of all
   * that is added, except columns and constraints. So a table of messages takes one mapping. The
   * tables of messages and bodies must be logged ones that take part in no inheritance, because
   * triggers could not see every write to others. They may be partitioned; a unique index then
   * begins with the key, and the host keeps it unique over all partitions. The rest may be views.
   * Keys of messages are integers above 0, {@code NOT NULL} and unique by themselves, and a message
   * has at most one body. Texts are of any type of strings with any collation. Type and source may
   * be texts, integers, enums or uuids, and the names by them in another table. Texts among them
   * have at most 2,000 bytes. An empty type or source counts as none.
   *
   * <p>Others read and write meanwhile. One short transaction adds columns and triggers. Two
   * indexes are then built concurrently, and the messages that were there are counted in one
   * snapshot. The transaction waits 100 milliseconds at most for its locks, lets others pass, and
   * tries again for ten minutes. An interrupted installation goes on with the next call; until it
   * has ended, {@link #open(DataSource, String, ArchiveMapping)} throws {@link
   * io.msgvault.embed.store.NotInstalledException}. Of two calls at once, the second waits.
   *
   * <p>If a table of bodies has no foreign key, no transaction may write a body while another,
   * uncommitted one inserts its message. Writes with {@code session_replication_role = replica}
   * fire no triggers; {@link #recount} corrects what they left wrong in the counts, and so it does
   * after partitions were attached, detached or dropped. This method adopts tables, columns and a
   * schema that were renamed. If triggers were missing, it adds them, and every message needs work.
   * It adds triggers to later partitions, and then counts anew.
   *
   * <p>The role needs to own the tables of messages and bodies, and {@code CREATE} on the schema.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the name of the schema that has the tables, with capitals as they are
   * @param mapping the tables
   * @throws io.msgvault.embed.mapping.IncompatibleTablesException if a table or column is missing,
   *     no store can work over it, or it has the messages of a mapping of another name
   * @throws io.msgvault.embed.mapping.MappingMismatchException if another mapping is installed in
   *     the schema under the same name or without one, and the two differ in columns that triggers
   *     depend on. Columns that only filters read may be mapped otherwise at any time
   * @throws MissingPrivilegeException if the role may not add what is needed
   * @throws TablesInUseException if other transactions kept the tables in use
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached. What was added stays, and the next call goes on
   */
  public static PgMessageStore install(
      DataSource dataSource, String schema, ArchiveMapping mapping) {
    return install(ArchiveInstaller.of(new Database(dataSource, schema), mapping));
  }

  /**
   * Returns the store over a host's own tables. Writes nothing.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the schema that {@link #install(DataSource, String, ArchiveMapping)} was given
   * @param mapping the tables; the columns that triggers depend on must be as they were at the
   *     installation, and the others may be mapped otherwise
   * @throws io.msgvault.embed.mapping.IncompatibleTablesException if a table or column is missing,
   *     or no store can work over it
   * @throws io.msgvault.embed.mapping.MappingMismatchException if another mapping is installed
   * @throws io.msgvault.embed.store.NotInstalledException if nothing is installed in the schema
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgMessageStore open(DataSource dataSource, String schema, ArchiveMapping mapping) {
    return open(ArchiveInstaller.of(new Database(dataSource, schema), mapping));
  }

  /**
   * Returns the store over a host's own tables, for reading. Every write throws {@link
   * io.msgvault.embed.model.StoreException}, and every transaction is read-only.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the schema that {@link #install(DataSource, String, ArchiveMapping)} was given
   * @param mapping the tables, as {@link #open(DataSource, String, ArchiveMapping)} takes them
   * @throws io.msgvault.embed.mapping.IncompatibleTablesException if a table or column is missing,
   *     or no store can work over it
   * @throws io.msgvault.embed.mapping.MappingMismatchException if another mapping is installed
   * @throws io.msgvault.embed.store.NotInstalledException if nothing is installed in the schema
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgMessageStore openReadOnly(
      DataSource dataSource, String schema, ArchiveMapping mapping) {
    return open(ArchiveInstaller.of(new Database(dataSource, schema).readOnly(), mapping));
  }

  /**
   * Lists what {@link #install(DataSource, String, ArchiveMapping)} would refuse, and what of its
   * additions is missing or switched off, on partitions too. It reads and counts keys, and tries a
   * stamp in a part of a transaction that is undone, for which it may lock the table of messages
   * for a moment. Changes nothing.
   *
   * @param dataSource gives the connection; it stays the caller's
   * @param schema the name of the schema that has the tables
   * @param mapping the tables
   * @return everything that is missing or does not fit, each with the remedy; empty if nothing is.
   *     While the host's own tables do not fit, only their problems
   * @throws io.msgvault.embed.model.StoreException if the database can't be reached
   */
  public static List<String> validate(
      DataSource dataSource, String schema, ArchiveMapping mapping) {
    return ArchiveInstaller.of(new Database(dataSource, schema), mapping).findProblems();
  }

  /**
   * Removes exactly what {@link #install(DataSource, String, ArchiveMapping)} added, in one
   * transaction. The archive's identity and all stamps go too, so a later installation is that of
   * another archive. Does nothing where nothing is installed. An index in the schema stays; it
   * belongs to no archive then.
   *
   * @param dataSource gives the connection; it stays the caller's
   * @param schema the schema that was given to {@code install}
   * @param mapping the tables; of it, those of messages and bodies matter
   * @throws io.msgvault.embed.mapping.MappingMismatchException if it is installed for other tables
   * @throws MissingPrivilegeException if the role may not remove it
   * @throws TablesInUseException if other transactions kept the tables in use. Nothing was changed
   *     then
   * @throws io.msgvault.embed.model.StoreException if a host's object, such as a view, depends on
   *     the additions, or the database can't be reached. Nothing was changed then
   */
  public static void uninstall(DataSource dataSource, String schema, ArchiveMapping mapping) {
    ArchiveInstaller.of(new Database(dataSource, schema), mapping).uninstall();
  }

  private static PgMessageStore install(ArchiveInstaller installer) {
    installer.install();
    return open(installer);
  }

  private static PgMessageStore open(ArchiveInstaller installer) {
    return new PgMessageStore(installer.database(), installer.requireInstalled());
  }

  @Override
  public UUID archiveId() {
    return database.lookUp(session -> session.dao(ArchiveDao.class).archiveId());
  }

  @Override
  public long reserveGenerationId(long above) {
    return database.write(session -> Stamps.reserveGenerationId(session, above));
  }

  @Override
  public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
    return database.seek(
        session ->
            MessageReader.scan(session, target, scope, afterId, limits)
                .map(MessageReader.MESSAGE)
                .list());
  }

  @Override
  public List<Message> find(Collection<Long> ids, int bodyCharacters) {
    return database.read(
        session ->
            MessageReader.find(session, ids, bodyCharacters).map(MessageReader.MESSAGE).list());
  }

  @Override
  public List<MessageRevision> needingWork(long generation, Scope scope, long afterId, int limit) {
    return database.seek(
        session -> MessageReader.needingWork(session, generation, scope, afterId, limit));
  }

  @Override
  public List<MessageRevision> live(Scope scope, long afterId, int limit) {
    return database.seek(session -> MessageReader.live(session, scope, afterId, limit));
  }

  @Override
  public List<MessageDetails> details(Collection<Long> ids) {
    return database.read(session -> DetailsReader.read(session, ids));
  }

  @Override
  public List<Removal> removed(long afterSequence, int limit) {
    return database.lookUp(session -> session.dao(RemovalDao.class).removed(afterSequence, limit));
  }

  @Override
  public void settleRemoved(Collection<Removal> removals) {
    database.write(
        session -> {
          session.dao(RemovalDao.class).settle(removals);
          return true;
        });
  }

  @Override
  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
    if (stampCalls.getAndIncrement() % STAMP_CALLS_PER_COMPACTION == 0) {
      database.write(CoverageCounter::compact);
    }
    return database.write(session -> Stamps.stamp(session, target, stamps));
  }

  @Override
  public void unstamp(Collection<Long> ids) {
    database.write(session -> Stamps.unstamp(session, ids));
  }

  @Override
  public Coverage coverage(long target, Scope scope) {
    return database.read(session -> CoverageCounter.count(session, target, scope));
  }

  @Override
  public long miscounted() {
    return database.read(CoverageCounter::miscounted);
  }

  @Override
  public void sync() {
    database.open().sync();
  }

  @Override
  public long recount() {
    return CoverageCounter.recount(database.open());
  }

  @Override
  public Set<Long> stampedGenerations() {
    return database.read(CoverageCounter::stampedGenerations);
  }

  @Override
  public List<MessageRevision> embeddedIds(long target, long afterId, int limit) {
    return database.read(session -> Stamps.embedded(session, target, afterId, limit));
  }

  @Override
  public List<Long> blankIds(long target, long afterId, int limit) {
    return database.read(session -> Stamps.blank(session, target, afterId, limit));
  }

  @Override
  public List<Rejection> rejections(long target, long afterId, int limit) {
    return database.read(session -> Stamps.rejected(session, target, afterId, limit));
  }

  @Override
  public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
    return database.read(session -> new FilterSql(filter, tables).among(session, ids));
  }

  @Override
  public Optional<List<Long>> findMatching(MessageFilter filter, int limit) {
    return database.read(session -> new FilterSql(filter, tables).find(session, limit));
  }

  /** Returns true: the index {@code embed_scan} leads to messages that need work. */
  @Override
  public boolean supportsSeekingScan() {
    database.open();
    return true;
  }

  /**
   * Imports an earlier index, once; see {@link Migration}. Later calls only look into the ledger.
   * It needs three connections at once, and the rights of a role that owns the tables. It waits up
   * to ten minutes for a row that another transaction holds, and holds no row itself meanwhile.
   *
   * @param vectors the archive's vector store
   * @param migration describes the earlier index; its tables or views are in the archive's schema
   * @return what was done, or why nothing was
   * @throws io.msgvault.embed.migration.MalformedVectorsException if vectors to be imported do not
   *     fit the declared fingerprint
   */
  public MigrationOutcome migrate(VectorStore vectors, Migration migration) {
    return migration.run(this, vectors, legacyIndex(migration));
  }

  @Override
  public boolean hasUnfinishedMigration() {
    return database.lookUp(PgLegacyIndex::stage) == LegacyIndex.Stage.BEGUN;
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
    return new PgLegacyIndex(database.open(), tables, migration);
  }

  /** Closes the store. It holds connections only during a call. */
  @Override
  public void close() {
    database.close();
  }
}
