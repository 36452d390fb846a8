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
import io.msgvault.embed.store.ChunkVector;
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
 * <p>A search scans short codes of all vectors in memory and compares the query with the vectors of
 * the best candidates. The codes are loaded at a generation's first search and then follow the
 * file; they take about dimension/8 + 16 bytes for each vector ({@link #codeBytes}).
 *
 * <p>What {@link #upsert} returned from survives a power cut. {@link #dropRetired} makes the room
 * of retired generations free for new ones; the file does not shrink.
 *
 * <p>A lease is a lock on a file beside the store's, named for the generation ({@code
 * vectors.db.lease-3}). The file stays when the lease ends: were it deleted, one process could hold
 * a lock on the deleted file while another locks its successor. It goes with its generation.
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
     * @throws NewerSchemaException if a later version of this library wrote the file
     * @throws io.msgvault.embed.model.StoreException if the file cannot be opened or written
     */
    public SqliteVectorStore install() {
      return store(Database.install(new SqliteConnections(vectors), Schema.VECTORS));
    }

    /**
     * Opens the store for reading and writing. Writes no schema.
     *
     * @throws NewerSchemaException if a later version of this library wrote the file
     * @throws io.msgvault.embed.model.StoreException if the file is missing, is no vector store of
     *     this version, or cannot be opened
     */
    public SqliteVectorStore open() {
      return store(Database.open(new SqliteConnections(vectors), Schema.VECTORS));
    }

    /**
     * Opens the store for searching and status. Writes nothing, neither to the file nor beside it.
     * Methods that write throw {@link io.msgvault.embed.model.StoreException}.
     *
     * @throws NewerSchemaException if a later version of this library wrote the file
     * @throws io.msgvault.embed.model.StoreException if the file is missing, is no vector store of
     *     this version, or cannot be opened
     */
    public SqliteVectorStore openReadOnly() {
      return store(Database.openReadOnly(new SqliteConnections(vectors), Schema.VECTORS));
    }

    private SqliteVectorStore store(Database database) {
      return new SqliteVectorStore(database, clock, scanHelpers);
    }
  }

  /** As {@link VectorStore} says. A store that is open for reading only is checked, not bound. */
  @Override
  public void bind(UUID archive) {
    TransactionCallback<Optional<String>> look =
        session -> session.dao(GenerationDao.class).binding();
    Optional<String> bound = database.read(look);
    if (bound.isEmpty() && !database.readOnly()) {
      bound =
          database.write(
              session -> {
                Optional<String> faster = look.run(session);
                if (faster.isEmpty()) {
                  session.dao(GenerationDao.class).bind(archive.toString());
                }
                return faster;
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
    check.require(database.read(session -> new Generations(session).requireBuilding(generation)));
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
      // Each step is a transaction of its own, so that others may write in between.
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
    for (MessageVectors message : batch) {
      for (ChunkVector chunk : message.chunks()) {
        VectorMath.requireValid("message " + message.messageId(), chunk.vector(), dimension);
      }
    }
    List<VectorRow> rows = VectorRow.of(batch, dimension, rotation);
    database.change(
        session ->
            // Asked again: it may have been retired meanwhile.
            new Generations(session).table(requireWritable(session, generation)).upsert(rows));
  }

  private static Generation requireWritable(Session session, long generation) {
    return new Generations(session).requireNotRetired(generation, "it takes no vectors any more");
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    long[] sorted = JsonIds.sorted(messageIds);
    database.change(
        session -> {
          Generations generations = new Generations(session);
          generations
              .table(generations.requireNotRetired(generation, "reclaim deletes its vectors"))
              .delete(sorted);
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

  /** The memory that codes for searching take at the moment, in bytes. */
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

  /** As {@link #search(long, float[], int)}; up to 2,000 messages are compared exactly. */
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
    Generations generations = new Generations(session);
    Generation found = generations.requireNotRetired(generation, "search the active one");
    VectorMath.requireValid("the query", query, found.fingerprint().dimension());
    return found;
  }

  /**
   * The codes to search. Whenever those of a further generation are begun, those of retired ones
   * go, which another process may have reclaimed.
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

  /** 0.99; generations of up to 2,000 vectors are searched exactly. */
  @Override
  public double recall() {
    database.requireOpen();
    return 0.99;
  }

  // Book-keeping of the runs

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
          "a watermark can't be advanced from " + from.id() + " to " + to);
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
          session.dao(GenerationDao.class).lowerWatermarks(Math.max(0, belowId - 1));
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
