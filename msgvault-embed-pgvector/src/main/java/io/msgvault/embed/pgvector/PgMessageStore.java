package io.msgvault.embed.pgvector;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.archive.ArchiveInstaller;
import io.msgvault.embed.pgvector.internal.archive.CoverageCounter;
import io.msgvault.embed.pgvector.internal.archive.FilterSql;
import io.msgvault.embed.pgvector.internal.archive.KeywordIndex;
import io.msgvault.embed.pgvector.internal.archive.MessageReader;
import io.msgvault.embed.pgvector.internal.archive.PgLegacyIndex;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The messages of an archive in one schema of a PostgreSQL database (version 14 or later), over the
 * host's connections: of the bundled tables, which {@link PgArchive#install} makes, or of tables
 * that the host has, to which {@link PgArchiveSchema#install} adds what is needed.
 *
 * <p>Triggers keep revisions and stamps right for every writer; see {@code stamps-1.sql} in this
 * package. Coverage is read from counts that triggers keep, so that it costs the same for any
 * number of messages. Scans seek in an index; until the server has vacuumed after many stamps, they
 * step over its dead entries. Characters are counted as bytes in UTF-8; a body beyond the cap
 * counts as four times the cap, at the most.
 *
 * <p>The connections must not take part in a transaction that the host has opened around the call:
 * each method begins and ends its own, and leaves no setting behind. A role that only reads needs
 * {@code USAGE} of the schema and {@code SELECT} on its tables; one that stamps also {@code UPDATE}
 * on the table of messages and {@code embed_archive}, and {@code INSERT, DELETE, UPDATE} on {@code
 * embed_counts}; a host's own writes need nothing beyond the rights to its tables.
 */
public final class PgMessageStore implements MessageStore {
  /** So many calls of {@link #stamp} make one that adds up the counts first. */
  private static final int STAMP_CALLS_PER_COMPACTION = 32;

  private final Database database;
  private final AtomicInteger stampCalls = new AtomicInteger();
  private volatile boolean closed;

  private PgMessageStore(Database database) {
    this.database = database;
  }

  /**
   * Opens the archive of bundled tables in a schema; writes nothing.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the schema that {@link PgArchive#install} was given
   * @throws MissingSchemaException if the schema has no archive
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgMessageStore open(DataSource dataSource, String schema) {
    return open(dataSource, ArchiveInstaller.bundled(schema), schema);
  }

  /**
   * Opens the archive over a host's own tables; writes nothing.
   *
   * @param dataSource gives the connections, one at a time to each thread; it stays the caller's
   * @param schema the schema that {@link PgArchiveSchema#install} was given
   * @param mapping the tables; what triggers depend on must be as it was at the installation, and
   *     the rest may be mapped otherwise
   * @throws io.msgvault.embed.mapping.IncompatibleTablesException if a table or column is missing,
   *     or not such as a store can work over
   * @throws io.msgvault.embed.mapping.MappingMismatchException if another mapping is installed
   * @throws MissingSchemaException if nothing is installed in the schema
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgMessageStore open(DataSource dataSource, String schema, ArchiveMapping mapping) {
    return open(dataSource, ArchiveInstaller.of(schema, mapping), schema);
  }

  private static PgMessageStore open(
      DataSource dataSource, ArchiveInstaller installation, String schema) {
    Database database = new Database(dataSource, schema);
    return new PgMessageStore(database.withArchive(database.read(installation::requireInstalled)));
  }

  @Override
  public UUID archiveId() {
    return read(PgArchive::archiveId);
  }

  @Override
  public long reserveGenerationId(long above) {
    return write(
        session ->
            session
                .query(
                    """
                    UPDATE $schema.embed_archive
                       SET generation = 1 + greatest(generation, :above,
                             (SELECT max(coalesce(m.embed_gen, 0)) FROM $messages AS m
                               WHERE $live(m)))
                    RETURNING generation""")
                .bind("above", above)
                .mapTo(Long.class)
                .one());
  }

  @Override
  public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
    requireOpen();
    return database.seek(
        session ->
            MessageReader.scan(session, target, scope, afterId, limits)
                .map(MessageReader.MESSAGE)
                .list());
  }

  @Override
  public List<Message> find(Collection<Long> ids, int bodyCharacters) {
    return read(
        session ->
            MessageReader.find(session, ids, bodyCharacters).map(MessageReader.MESSAGE).list());
  }

  @Override
  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
    requireOpen();
    if (stampCalls.getAndIncrement() % STAMP_CALLS_PER_COMPACTION == 0) {
      write(CoverageCounter::compact);
    }
    List<Long> ids = new ArrayList<>(stamps.size());
    List<Long> revisions = new ArrayList<>(stamps.size());
    List<String> outcomes = new ArrayList<>(stamps.size());
    List<@Nullable String> reasons = new ArrayList<>(stamps.size());
    for (Stamp stamp : stamps) {
      ids.add(stamp.messageId());
      revisions.add(stamp.revision());
      outcomes.add(outcomeName(stamp.outcome()));
      reasons.add(
          stamp.outcome() instanceof Stamp.Rejected rejected
              ? PgValues.sanitized(rejected.reason())
              : null);
    }
    return write(
        session ->
            new HashSet<>(
                session
                    .query(
                        """
                        WITH given AS (
                          SELECT * FROM unnest(:ids, :revisions, :outcomes, :reasons)
                                     AS g (id, revision, outcome, reason)
                        ), locked AS MATERIALIZED (
                          SELECT g.id, g.outcome, g.reason
                            FROM given AS g JOIN $messages AS m
                              ON $id(m) = g.id AND m.embed_rev = g.revision AND $live(m)
                           ORDER BY $id(m) FOR NO KEY UPDATE OF m
                        ), landed AS (
                          UPDATE $messages AS m
                             SET embed_gen = :target, embed_outcome = l.outcome,
                                 embed_reason = l.reason
                            FROM locked AS l WHERE $id(m) = l.id
                          RETURNING l.id
                        )
                        SELECT id FROM given WHERE id NOT IN (SELECT id FROM landed)""")
                    .bind("target", target)
                    .bindArray("ids", Long.class, ids)
                    .bindArray("revisions", Long.class, revisions)
                    .bindArray("outcomes", String.class, outcomes)
                    .bindArray("reasons", String.class, reasons)
                    .mapTo(Long.class)
                    .list()));
  }

  private static String outcomeName(Stamp.Outcome outcome) {
    if (outcome instanceof Stamp.Embedded) {
      return "EMBEDDED";
    }
    return outcome instanceof Stamp.Blank ? "BLANK" : "REJECTED";
  }

  @Override
  public void unstamp(Collection<Long> ids) {
    write(
        session ->
            session
                .update(
                    """
                    WITH locked AS MATERIALIZED (
                      SELECT $id(m) AS id FROM $messages AS m
                       WHERE $id(m) = ANY (:ids)
                       ORDER BY $id(m) FOR NO KEY UPDATE
                    )
                    UPDATE $messages AS m SET embed_rev = -1
                      FROM locked AS l WHERE $id(m) = l.id""")
                .bindArray("ids", Long.class, ids)
                .execute());
  }

  @Override
  public Coverage coverage(long target, Scope scope) {
    return read(session -> CoverageCounter.count(session, target, scope));
  }

  @Override
  public Set<Long> stampedGenerations() {
    return read(CoverageCounter::stampedGenerations);
  }

  @Override
  public List<MessageRevision> embeddedIds(long target, long afterId, int limit) {
    return readStamped(
        """
        SELECT $id(m), m.embed_rev FROM $messages AS m
         WHERE $live(m) AND m.embed_gen = :target AND m.embed_outcome = 'EMBEDDED'
           AND $id(m) > :after
         ORDER BY $id(m) LIMIT :limit""",
        target,
        afterId,
        limit,
        (row, context) -> new MessageRevision(row.getLong(1), row.getLong(2)));
  }

  @Override
  public List<Rejection> rejections(long target, long afterId, int limit) {
    return readStamped(
        """
        SELECT $id(m), coalesce(m.embed_reason, '') FROM $messages AS m
         WHERE $live(m) AND m.embed_gen = :target AND m.embed_outcome = 'REJECTED'
           AND $id(m) > :after
         ORDER BY $id(m) LIMIT :limit""",
        target,
        afterId,
        limit,
        (row, context) -> new Rejection(row.getLong(1), row.getString(2)));
  }

  private <T> List<T> readStamped(
      String sql, long target, long afterId, int limit, RowMapper<T> mapper) {
    return read(
        session ->
            session
                .query(sql)
                .bind("target", target)
                .bind("after", afterId)
                .bind("limit", limit)
                .map(mapper)
                .list());
  }

  @Override
  public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
    return read(
        session -> {
          FilterSql where = new FilterSql(filter, session.mappedSql().filters());
          Query query =
              session.query(
                  "SELECT $id(m) FROM $messages AS m WHERE $id(m) = ANY (:ids) AND "
                      + where.condition());
          return new HashSet<>(
              where.bind(query).bindArray("ids", Long.class, ids).mapTo(Long.class).list());
        });
  }

  @Override
  public Optional<List<Long>> findMatching(MessageFilter filter, int limit) {
    List<Long> ids =
        read(
            session -> {
              FilterSql where = new FilterSql(filter, session.mappedSql().filters());
              Query query =
                  session.query(
                      "SELECT $id(m) FROM $messages AS m WHERE "
                          + where.condition()
                          + " LIMIT :limit");
              return where.bind(query).bind("limit", limit + 1L).mapTo(Long.class).list();
            });
    return ids.size() > limit ? Optional.empty() : Optional.of(ids.stream().sorted().toList());
  }

  /**
   * As {@link MessageStore} says. Words are lower-cased as the database's locale does; "C" knows
   * ASCII alone.
   */
  @Override
  public KeywordCandidates keywordSearch(KeywordQuery query, MessageFilter filter, int limit) {
    return read(session -> KeywordIndex.search(session, query, filter, limit));
  }

  /** Always true. */
  @Override
  public boolean supportsKeywordSearch() {
    requireOpen();
    return true;
  }

  /** Always true: the index {@code embed_scan} leads to what needs work. */
  @Override
  public boolean supportsSeekingScan() {
    requireOpen();
    return true;
  }

  /**
   * Takes over what there was of an index before, once; see {@link Migration}. From the second time
   * on it costs one look into the ledger. It needs three connections at once, and the rights of a
   * role that owns the tables. While it stamps, it waits up to ten seconds for a row that another
   * transaction holds, before it stamps anew; writers wait meanwhile for the rows it has stamped.
   *
   * @param vectors the archive's vector store
   * @param migration what there was; its tables or views are in the archive's schema
   * @return what was done, or why nothing was
   * @throws io.msgvault.embed.migration.MalformedVectorsException if vectors to be imported do not
   *     fit the declared fingerprint
   */
  public MigrationOutcome migrate(VectorStore vectors, Migration migration) {
    requireOpen();
    return migration.run(this, vectors, legacyIndex(migration));
  }

  LegacyIndex legacyIndex(Migration migration) {
    return new PgLegacyIndex(database, migration);
  }

  /** Lets the store go; connections are held only during a call. */
  @Override
  public void close() {
    closed = true;
  }

  private <T> T read(Function<Database.Session, T> work) {
    requireOpen();
    return database.read(work);
  }

  private <T> T write(Function<Database.Session, T> work) {
    requireOpen();
    return database.write(work);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the message store is closed");
    }
  }
}
