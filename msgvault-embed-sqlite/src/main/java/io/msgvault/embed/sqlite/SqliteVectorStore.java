package io.msgvault.embed.sqlite;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.codes.Rotation;
import io.msgvault.embed.sqlite.internal.codes.ScanHelpers;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.FileLease;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.sqlite.internal.db.TransactionCallback;
import io.msgvault.embed.sqlite.internal.index.CodeIndex;
import io.msgvault.embed.sqlite.internal.index.GenerationDao;
import io.msgvault.embed.sqlite.internal.index.Generations;
import io.msgvault.embed.sqlite.internal.index.RunDao;
import io.msgvault.embed.sqlite.internal.index.VectorRow;
import io.msgvault.embed.sqlite.internal.index.VectorTable;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.store.support.GenerationLifecycle;
import io.msgvault.embed.store.support.VectorMath;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Vectors in an SQLite file of their own, or in the archive's file beside its tables.
 *
 * <p>A search scans short codes of all vectors in memory, and compares the query in full with the
 * vectors of the best candidates. The codes are loaded at a generation's first search and then
 * follow the file. They take about dimension/8 + 16 bytes for each vector ({@link #codeBytes}).
 *
 * <p>Vectors that {@link #upsert} has written survive a power cut. {@link #dropRetired} frees the
 * space of retired generations for new ones; {@link #compact} makes the file smaller.
 *
 * <p>A lease is a lock on a file beside the store's, named after the generation ({@code
 * vectors.db.lease-3}). The file stays when the lease ends. If it were deleted, one process could
 * hold a lock on the deleted file while another locks its successor. It is deleted with its
 * generation.
 */
public final class SqliteVectorStore implements VectorStore {
  private static final int MAX_RUNS = 1000;
  private static final int ROWS_DROPPED_AT_ONCE = 500;

  private final Database database;
  private final Clock clock;
  private final Set<FileLease> leases = ConcurrentHashMap.newKeySet();
  private final Map<Long, CodeIndex> codes = new ConcurrentHashMap<>();

  private final ScanHelpers scanHelpers;

  SqliteVectorStore(Database database, Clock clock) {
    this(database, clock, ScanHelpers.NONE);
  }

  private SqliteVectorStore(Database database, Clock clock, ScanHelpers scanHelpers) {
    this.database = database;
    this.clock = clock;
    this.scanHelpers = scanHelpers;
  }

  /**
   * Creates or completes a store with the default settings, and opens it.
   *
   * @see Builder#install()
   */
  public static SqliteVectorStore install(Path vectors) {
    return builder(vectors).install();
  }

  /**
   * Opens a store with the default settings.
   *
   * @see Builder#open()
   */
  public static SqliteVectorStore open(Path vectors) {
    return builder(vectors).open();
  }

  /**
   * Opens a store with the default settings for reading only.
   *
   * @see Builder#openReadOnly()
   */
  public static SqliteVectorStore openReadOnly(Path vectors) {
    return builder(vectors).openReadOnly();
  }

  /**
   * Drops the store's tables, with all vectors, in one transaction. All of them are derived data: a
   * later run fills a new store. Does nothing if no store is installed. The file stays, and so do
   * other tables in it.
   *
   * @param vectors the file, which must exist
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     the file
   * @throws io.msgvault.embed.model.StoreException if the file cannot be read or written
   */
  public static void uninstall(Path vectors) {
    SqliteConnections connections = new SqliteConnections(vectors);
    try (Database database = Database.openUnchecked(connections, Schema.VECTORS)) {
      boolean installed =
          database.<Boolean>read(
              session ->
                  Schema.VECTORS.isInstalled(session, vectors)
                      || Schema.VECTORS.isPartlyInstalled(session));
      if (!installed) {
        return;
      }
    }
    try (Database database = Database.openExisting(connections, Schema.VECTORS)) {
      database.change(
          session -> {
            if (Schema.VECTORS.isPartlyInstalled(session)) {
              new Generations(session).dropAll();
              Schema.VECTORS.uninstall(session);
            }
          });
    }
  }

  /**
   * Returns a builder with the default settings.
   *
   * @param vectors the file
   */
  public static Builder builder(Path vectors) {
    return new Builder(vectors);
  }

  /** Settings of a store, and the ways to open it. */
  public static final class Builder {
    private final Path vectors;
    private Clock clock = Clock.systemUTC();
    private ScanHelpers scanHelpers = ScanHelpers.NONE;

    private Builder(Path vectors) {
      this.vectors = vectors;
    }

    /**
     * Sets the clock that dates the creation, activation and retirement of generations. Default:
     * the system's.
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Sets an executor whose threads scan parts of a large generation beside the searching thread.
     * A search never waits for a thread to become free, and does all the work itself if the
     * executor rejects its tasks. Default: none.
     */
    public Builder executor(Executor executor) {
      this.scanHelpers = ScanHelpers.of(executor);
      return this;
    }

    /**
     * Creates or completes the store, and opens it. Creates a missing file, which only its owner
     * can read; its folder must exist. Does nothing else if the store is complete.
     *
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
     *     the file
     * @throws io.msgvault.embed.model.StoreException if the file cannot be opened or written
     */
    public SqliteVectorStore install() {
      return store(Database.install(new SqliteConnections(vectors), Schema.VECTORS));
    }

    /**
     * Opens the store for reading and writing. Writes no schema.
     *
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
     *     the file
     * @throws io.msgvault.embed.store.NotInstalledException if the file or the schema is missing
     * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
     */
    public SqliteVectorStore open() {
      return store(Database.open(new SqliteConnections(vectors), Schema.VECTORS));
    }

    /**
     * Opens the store for searching and status. Writes nothing, neither to the file nor beside it.
     * Methods that write throw {@link io.msgvault.embed.model.StoreException}.
     *
     * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
     *     the file
     * @throws io.msgvault.embed.store.NotInstalledException if the file or the schema is missing
     * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
     */
    public SqliteVectorStore openReadOnly() {
      return store(Database.openReadOnly(new SqliteConnections(vectors), Schema.VECTORS));
    }

    private SqliteVectorStore store(Database database) {
      return new SqliteVectorStore(database, clock, scanHelpers);
    }
  }

  /** {@inheritDoc} A store that is open for reading only is checked, not bound. */
  @Override
  public void bind(UUID archive) {
    TransactionCallback<Optional<String>> readBinding =
        session -> session.dao(GenerationDao.class).binding();
    Optional<String> bound = database.read(readBinding);
    if (bound.isEmpty() && !database.readOnly()) {
      bound =
          database.write(
              session -> {
                Optional<String> other = readBinding.run(session);
                if (other.isEmpty()) {
                  session.dao(GenerationDao.class).bind(archive.toString());
                }
                return other;
              });
    }
    bound
        .map(UUID::fromString)
        .filter(other -> !other.equals(archive))
        .ifPresent(
            other -> {
              throw new ArchiveMismatchException(other, archive);
            });
  }

  @Override
  public Optional<UUID> archive() {
    return database
        .read(session -> session.dao(GenerationDao.class).binding())
        .map(UUID::fromString);
  }

  // Generations

  @Override
  public List<Generation> generations() {
    return database.read(session -> session.dao(GenerationDao.class).all());
  }

  @Override
  public Generation create(Fingerprint fingerprint, long id) {
    return database.write(session -> new Generations(session).create(fingerprint, id, now()));
  }

  @Override
  public void activate(long generation, CoverageCheck check) {
    check.require(
        GenerationLifecycle.requireBuilding(
            database.read(session -> new Generations(session).require(generation))));
    database.change(session -> new Generations(session).activate(generation, now()));
  }

  @Override
  public void retire(long generation) {
    database.change(session -> new Generations(session).retire(generation, now()));
  }

  @Override
  public void forceRetire(long generation) {
    database.change(session -> new Generations(session).forceRetire(generation, now()));
  }

  @Override
  public Generation revive(long generation) {
    return database.write(session -> new Generations(session).revive(generation));
  }

  @Override
  public void drop(long generation) {
    boolean more =
        database.read(
            session -> {
              Generations generations = new Generations(session);
              GenerationLifecycle.requireRetired(generations.require(generation));
              return generations.findTable(generation).isPresent();
            });
    if (!more) {
      return;
    }
    while (more) {
      // Each step is a transaction of its own, so that others can write in between.
      more =
          database.write(
              session ->
                  new Generations(session).dropSomeRows(generation, ROWS_DROPPED_AT_ONCE, now()));
    }
    FileLease.delete(leaseFile(generation));
    codes.remove(generation);
  }

  // Vectors

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    Generation found = database.read(session -> requireWritable(session, generation));
    int dimension = found.fingerprint().dimension();
    Rotation rotation = codes(found).rotation();
    MessageVectors.requireValid(batch, dimension);
    List<VectorRow> rows = VectorRow.of(batch, dimension, rotation);
    database.change(
        session ->
            // Checked again, because another process may have retired it in between.
            new Generations(session).table(requireWritable(session, generation)).upsert(rows));
  }

  private static Generation requireWritable(Session session, long generation) {
    return GenerationLifecycle.requireWritable(new Generations(session).require(generation));
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    long[] sorted = JsonIds.sorted(messageIds);
    database.change(
        session -> {
          Optional<VectorTable> table = new Generations(session).findTable(generation);
          if (table.isPresent()) {
            table.get().delete(sorted);
          }
        });
  }

  @Override
  public IndexSize size(long generation) {
    return database.read(
        session -> {
          Optional<VectorTable> table = new Generations(session).findTable(generation);
          return table.isPresent() ? table.get().size() : new IndexSize(0, 0);
        });
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    return database.read(
        session -> {
          Optional<VectorTable> table = new Generations(session).findTable(generation);
          return table.isPresent() ? table.get().messageIds(afterId, limit) : List.of();
        });
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    long[] sorted = JsonIds.sorted(messageIds);
    return database.read(
        session -> {
          Optional<VectorTable> table = new Generations(session).findTable(generation);
          return table.isPresent() ? table.get().vectors(sorted) : List.of();
        });
  }

  // Search

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    return database.read(
        session -> {
          Generation found = requireSearchable(session, generation, query, k);
          return new Generations(session).table(found).search(query, k, codes(session, found));
        },
        codes::clear);
  }

  /** Compares the query with every vector, in time proportional to the generation's size. */
  List<VectorHit> searchExactly(long generation, float[] query, int k) {
    return database.read(
        session ->
            new Generations(session)
                .table(requireSearchable(session, generation, query, k))
                .searchExactly(query, k));
  }

  /** Returns the memory that the codes take at the moment, in bytes. */
  public long codeBytes() {
    return codes.values().stream().mapToLong(CodeIndex::bytes).sum();
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    long[] sorted = JsonIds.sorted(messageIds);
    return database.read(
        session ->
            new Generations(session)
                .table(requireSearchable(session, generation, query, k))
                .searchExactly(query, k, sorted));
  }

  /** {@inheritDoc} Up to 2,000 messages are compared exactly. */
  @Override
  public List<VectorHit> search(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    long[] sorted = JsonIds.sorted(messageIds);
    return database.read(
        session -> {
          Generation found = requireSearchable(session, generation, query, k);
          return new Generations(session)
              .table(found)
              .search(query, k, sorted, codes(session, found));
        },
        codes::clear);
  }

  private static Generation requireSearchable(
      Session session, long generation, float[] query, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, but is " + k);
    }
    Generation found =
        GenerationLifecycle.requireSearchable(new Generations(session).require(generation));
    VectorMath.requireValid("the query", query, found.fingerprint().dimension());
    return found;
  }

  /**
   * Returns the codes to search. Before it adds those of another generation, it removes those of
   * retired ones, which another process may have dropped.
   */
  private CodeIndex codes(Session session, Generation generation) {
    if (!codes.containsKey(generation.id())) {
      for (Generation other : session.dao(GenerationDao.class).all()) {
        if (other.state() == Generation.State.RETIRED) {
          codes.remove(other.id());
        }
      }
    }
    return codes(generation);
  }

  private CodeIndex codes(Generation generation) {
    return codes.computeIfAbsent(
        generation.id(),
        id -> new CodeIndex(new Rotation(generation.fingerprint().dimension()), scanHelpers));
  }

  /** Returns 0.99. Generations of up to 2,000 vectors are searched exactly. */
  @Override
  public double recall() {
    database.requireOpen();
    return 0.99;
  }

  // Bookkeeping of the runs

  @Override
  public Watermark watermark(long generation) {
    return database.read(
        session ->
            session
                .dao(GenerationDao.class)
                .watermark(generation)
                .orElseThrow(() -> new UnknownGenerationException(generation)));
  }

  @Override
  public boolean advanceWatermark(long generation, Watermark from, long to) {
    database.requireOpen();
    if (to < from.id()) {
      throw new IllegalArgumentException(
          "a watermark cannot be advanced from " + from.id() + " to " + to);
    }
    return database.write(
        session -> {
          new Generations(session).require(generation);
          return session.dao(GenerationDao.class).advance(generation, from, to) > 0;
        });
  }

  @Override
  public void lowerWatermarks(long belowId) {
    database.change(
        session -> {
          session.dao(GenerationDao.class).lowerWatermarks(Math.max(1, belowId) - 1);
        });
  }

  @Override
  public Optional<Lease> lease(long generation) {
    database.read(session -> new Generations(session).require(generation));
    database.requireWritable();
    Optional<FileLease> taken = FileLease.tryAcquire(leaseFile(generation));
    leases.removeIf(lease -> !lease.isHeld());
    taken.ifPresent(leases::add);
    return taken.map(lease -> lease);
  }

  private Path leaseFile(long generation) {
    Path file = database.file();
    return file.resolveSibling(file.getFileName() + ".lease-" + generation);
  }

  @Override
  public void recordBackstop(long generation, Instant began) {
    database.change(
        session -> {
          new Generations(session).require(generation);
          session.dao(GenerationDao.class).recordBackstop(generation, began.toString());
        });
  }

  @Override
  public RunRecord beginRun(long generation, RunKind kind, Instant started) {
    return database.write(
        session -> {
          new Generations(session).require(generation);
          RunDao runs = session.dao(RunDao.class);
          runs.abandon(generation, started.toString());
          long id = runs.begin(generation, kind == RunKind.BACKSTOP, started.toString());
          runs.deleteUpTo(id - MAX_RUNS);
          return RunRecord.builder(id, generation, kind, started).build();
        });
  }

  @Override
  public void endRun(RunRecord ended) {
    database.requireOpen();
    Instant at =
        ended.ended().orElseThrow(() -> new IllegalArgumentException("the run has not ended"));
    database.change(
        session -> {
          session
              .dao(RunDao.class)
              .end(ended.id(), at.toString(), ended.status(), ended.counts(), ended.detail());
        });
  }

  @Override
  public List<RunRecord> runs(int limit) {
    return database.read(session -> session.dao(RunDao.class).latest(limit));
  }

  /**
   * Writes the file anew, so that nothing in it or beside it still has bytes of what was deleted.
   * The file then is as small as it can be. Needs free disk of twice the file's size while it runs,
   * and writers of the file wait for it. Part of how to erase mail for good: see {@code
   * docs/operations.md}.
   *
   * @throws io.msgvault.embed.model.StoreException if the file cannot be written, the disk is full,
   *     or another connection keeps a transaction open; the deleted bytes may still be there then
   */
  public void compact() {
    database.compact();
  }

  @Override
  public void close() {
    leases.forEach(FileLease::close);
    leases.clear();
    database.close();
  }

  private String now() {
    return clock.instant().toString();
  }
}
