package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.archive.Schema;
import io.msgvault.embed.pgvector.internal.db.ClosableDatabase;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.LockedException;
import io.msgvault.embed.pgvector.internal.db.PgVectorExtension;
import io.msgvault.embed.pgvector.internal.index.Generations;
import io.msgvault.embed.pgvector.internal.index.HnswIndex;
import io.msgvault.embed.pgvector.internal.index.HnswIndexBuild;
import io.msgvault.embed.pgvector.internal.index.Leases;
import io.msgvault.embed.pgvector.internal.index.Runs;
import io.msgvault.embed.pgvector.internal.index.VectorSearch;
import io.msgvault.embed.pgvector.internal.index.VectorTable;
import io.msgvault.embed.pgvector.internal.index.VectorWrites;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * An index in one schema of a PostgreSQL database (version 14 or later) with pgvector (0.8 or
 * later), over the host's connections.
 *
 * <p>Each generation has partitions and an HNSW index of its own. The index is built when the
 * generation is activated: in parallel, and much faster than row by row. Later writes update it.
 * Building it takes no lock that a search of the active generation would wait for. A small
 * generation, and one without an index, is searched exactly. Vectors of more than 2,000 dimensions
 * are indexed in half precision; hits are ranked in full precision all the same.
 *
 * <h2>Requirements</h2>
 *
 * <ul>
 *   <li>Connections that do not take part in a transaction of the host's, with auto-commit on;
 *       others are refused (VS-21). Each method begins and ends its own, and leaves no setting
 *       behind. A lease keeps one connection for its whole life, so a pool needs room for one more.
 *       Building an index may keep one for minutes. {@code statement_timeout} does not bound it,
 *       but a {@code socketTimeout} of the driver does.
 *   <li>The extension: an administrator runs {@code CREATE EXTENSION vector}.
 *   <li>A role that owns the schema, or may create it. A role that only searches needs {@code
 *       USAGE} of the schema and {@code SELECT} on its tables, also on future ones ({@code ALTER
 *       DEFAULT PRIVILEGES}).
 * </ul>
 *
 * <p>Several workers may {@linkplain #sharedLease share} a generation. A lease is an advisory lock;
 * a shared one has further locks, for the stripes that its worker has claimed. Such locks belong to
 * a session of the server. A pooler that hands one session to several clients (PgBouncer with
 * {@code pool_mode} other than {@code session}) breaks them. {@link Lease#isHeld} may then be false
 * at any time, and a run ends. Give the job a data source that leads to the server itself. Searches
 * may go through any pooler.
 */
public final class PgVectorStore implements VectorStore {
  /** The size of a table up to which comparing with every vector is as fast as the index. */
  private static final long EXACT_UP_TO_BYTES = 1 << 20;

  /** Bounds an attempt to drop a table to about two seconds, with the time-out of a lock. */
  private static final int DROP_ATTEMPTS = 10;

  /** The recall that the benchmark {@code pg} and the store's own tests measure. */
  private static final double RECALL = 0.99;

  private final ClosableDatabase database;
  private final Clock clock;
  private final HnswIndex.Precision precision;
  private final HnswIndexBuild build;
  private final VectorSearch search;
  private final Leases leases;
  private final VectorWrites writes;

  private PgVectorStore(Database database, Builder builder) {
    this.database = new ClosableDatabase(database, "the vector store");
    this.leases = new Leases(database);
    this.writes = new VectorWrites(this.database, leases, builder.writeRounds);
    this.clock = builder.clock;
    this.precision = builder.precision;
    this.search = new VectorSearch(this.database, builder.exactUpTo);
    this.build = new HnswIndexBuild(database, builder.buildMemory, builder.buildWorkers);
  }

  /** The tables of an index, each before those it refers to. */
  private static final List<String> TABLES =
      List.of("embed_runs", "embed_chunks", "embed_messages", "embed_generations", "embed_binding");

  /**
   * Creates the schema and the index's tables where they are missing, and returns the store with
   * default settings. See {@link Builder#install}.
   */
  public static PgVectorStore install(DataSource dataSource, String schema) {
    return builder(dataSource, schema).install();
  }

  /** Returns the store of a schema with default settings. See {@link Builder#open}. */
  public static PgVectorStore open(DataSource dataSource, String schema) {
    return builder(dataSource, schema).open();
  }

  /**
   * Returns the store of a schema with default settings, for reading. See {@link
   * Builder#openReadOnly}.
   */
  public static PgVectorStore openReadOnly(DataSource dataSource, String schema) {
    return builder(dataSource, schema).openReadOnly();
  }

  /**
   * Drops the index's own tables, with all vectors, in one transaction. Everything in them is
   * derived: a later run fills a new index. Does nothing where none is installed.
   *
   * @param dataSource gives the connection; it stays the caller's
   * @param schema the schema that {@code install} was given
   * @throws MissingPrivilegeException if the role may not drop them
   * @throws StoreException if a later version of this library installed the tables, they stayed
   *     locked by others, or the database can't be reached. Nothing was changed then
   */
  public static void uninstall(DataSource dataSource, String schema) {
    Schema.VECTORS.uninstall(new Database(dataSource, schema), TABLES);
  }

  /**
   * Returns a builder for a store with other settings.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the schema of the index, that of the archive or another
   */
  public static Builder builder(DataSource dataSource, String schema) {
    return new Builder(dataSource, schema);
  }

  @Override
  public void bind(UUID archive) {
    Optional<UUID> bound = database.lookUp(Generations::archive);
    UUID known =
        bound.isPresent()
            ? bound.get()
            : database.write(session -> Generations.bind(session, archive));
    if (!known.equals(archive)) {
      throw new ArchiveMismatchException(known, archive);
    }
  }

  @Override
  public Optional<UUID> archive() {
    return database.lookUp(Generations::archive);
  }

  // Generations

  @Override
  public List<Generation> generations() {
    return database.lookUp(Generations::all);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnindexableDimensionException if a new generation is needed and has more than 4,000
   *     dimensions
   */
  @Override
  public Generation create(Fingerprint fingerprint, long id) {
    return database.write(session -> Generations.create(session, fingerprint, id, clock.instant()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Before that, it builds the generation's HNSW index. This takes about a minute for 300,000
   * vectors of 384 dimensions on two cores.
   */
  @Override
  public void activate(long generation, CoverageCheck check) {
    Generation candidate =
        database.read(session -> Generations.requireBuilding(session, generation));
    check.require(candidate);
    prepare(generation);
    String indexedAs = index(candidate).precision().type();
    change(
        session -> {
          Generations.activate(session, generation, indexedAs, clock.instant());
        });
  }

  /**
   * Builds the generation's HNSW index, unless it is there.
   *
   * @throws GenerationStateException if the generation is retired
   */
  @Override
  public void prepare(long generation) {
    Generation filled =
        database.read(session -> Generations.requireSearchable(session, generation));
    database.open();
    build.run(index(filled));
  }

  private HnswIndex index(Generation generation) {
    int dimension = generation.fingerprint().dimension();
    return new HnswIndex(
        generation.id(), dimension, HnswIndex.Precision.forDimension(dimension, precision));
  }

  @Override
  public void retire(long generation) {
    change(session -> Generations.retire(session, generation, clock.instant()));
  }

  @Override
  public void forceRetire(long generation) {
    change(session -> Generations.forceRetire(session, generation, clock.instant()));
  }

  @Override
  public Generation revive(long generation) {
    return database.open().write(session -> Generations.revive(session, generation));
  }

  @Override
  public void drop(long generation) {
    for (String table :
        database.read(session -> Generations.droppableTables(session, generation))) {
      dropUnlessInUse(generation, table);
    }
  }

  private void dropUnlessInUse(long generation, String table) {
    try {
      database
          .open()
          .write(
              DROP_ATTEMPTS,
              session -> {
                Generations.drop(session, generation, table);
                return true;
              });
    } catch (LockedException inUse) {
      return; // the next call drops it
    }
  }

  // Vectors

  /**
   * {@inheritDoc}
   *
   * <p>While the generation's HNSW index is built, this waits for it, however long that takes. It
   * ends earlier if the thread is interrupted or the store is closed.
   */
  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    writes.run(
        generation,
        session -> {
          Generation known = Generations.requireWritable(session, generation);
          int dimension = known.fingerprint().dimension();
          VectorTable.check(batch, dimension);
          VectorTable.upsert(session, generation, dimension, batch);
        });
  }

  /** {@inheritDoc} It waits for a build as {@link #upsert} does. */
  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    writes.run(
        generation,
        session -> {
          Generations.require(session, generation);
          VectorTable.delete(session, generation, messageIds);
        });
  }

  @Override
  public IndexSize size(long generation) {
    return readGeneration(generation, session -> VectorTable.size(session, generation));
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    return readGeneration(
        generation, session -> VectorTable.messageIds(session, generation, afterId, limit));
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    return readGeneration(
        generation, session -> VectorTable.vectors(session, generation, messageIds));
  }

  private <T> T readGeneration(long generation, Function<Database.Session, T> work) {
    return database.read(
        session -> {
          Generations.require(session, generation);
          return work.apply(session);
        });
  }

  // Search

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    return search.search(generation, query, k);
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return search.searchExactly(generation, query, k, messageIds);
  }

  /**
   * Returns the recall for vectors that models make of texts. If the nearest are hardly nearer than
   * the rest, as among random directions, the graph of the index leads to fewer of them.
   */
  @Override
  public double recall() {
    database.open();
    return RECALL;
  }

  // Runs

  @Override
  public Watermark watermark(long generation) {
    return database.lookUp(session -> Generations.watermark(session, generation));
  }

  @Override
  public boolean advanceWatermark(long generation, Watermark from, long to) {
    if (to < from.id()) {
      throw new IllegalArgumentException(
          "a watermark is advanced from " + from.id() + " upwards, not to " + to);
    }
    return database.write(session -> Generations.advanceWatermark(session, generation, from, to));
  }

  @Override
  public void lowerWatermarks(long belowId) {
    database.write(session -> Generations.lowerWatermarks(session, belowId));
  }

  @Override
  public Optional<Lease> lease(long generation) {
    database.open();
    return leases.lease(generation);
  }

  @Override
  public boolean supportsSharedLease() {
    database.open();
    return true;
  }

  @Override
  public Optional<SharedLease> sharedLease(long generation) {
    database.open();
    return leases.sharedLease(generation);
  }

  @Override
  public void recordBackstop(long generation, Instant began) {
    change(
        session -> {
          Generations.recordBackstop(session, generation, began);
        });
    build.measure(database.read(session -> index(Generations.require(session, generation))));
  }

  @Override
  public RunRecord beginRun(long generation, RunKind kind, Instant started) {
    return database.write(session -> Runs.begin(session, generation, kind, started));
  }

  @Override
  public void endRun(RunRecord ended) {
    change(session -> Runs.end(session, ended));
  }

  @Override
  public List<RunRecord> runs(int limit) {
    return database.read(session -> Runs.latest(session, limit));
  }

  /** Gives all leases back and closes the store. It holds other connections only during a call. */
  @Override
  public void close() {
    database.close();
    leases.close();
  }

  private void change(Consumer<Database.Session> work) {
    database.write(
        session -> {
          work.accept(session);
          return true;
        });
  }

  /** Sets options of a store; each has a default. */
  public static final class Builder {
    private final DataSource dataSource;
    private final String schema;
    private Clock clock = Clock.systemUTC();
    private HnswIndex.Precision precision = HnswIndex.Precision.VECTOR;
    private long exactUpTo = EXACT_UP_TO_BYTES;
    private int buildMemory = HnswIndexBuild.DEFAULT_MEMORY;
    private int buildWorkers = HnswIndexBuild.DEFAULT_WORKERS;
    private int writeRounds = VectorWrites.DEFAULT_ROUNDS;

    private Builder(DataSource dataSource, String schema) {
      this.dataSource = dataSource;
      this.schema = schema;
    }

    /** Indexes new generations in half precision at any dimension, in half the memory. */
    public Builder halfPrecision() {
      precision = HnswIndex.Precision.HALFVEC;
      return this;
    }

    /**
     * Sets the memory for building an index, in mebibytes, at least 1. Default: 256. It is never
     * less than the server's own {@code maintenance_work_mem}. An index that fits (about 2 KiB for
     * each vector of 384 dimensions) is built several times faster.
     */
    public Builder buildMemory(int buildMemory) {
      if (buildMemory < 1) {
        throw new IllegalArgumentException(
            "buildMemory must be at least 1 MiB, but is " + buildMemory);
      }
      this.buildMemory = buildMemory;
      return this;
    }

    /** Sets how many processes of the server help to build an index, at least 0. Default: 2. */
    public Builder buildWorkers(int buildWorkers) {
      if (buildWorkers < 0) {
        throw new IllegalArgumentException(
            "buildWorkers must be at least 0, but is " + buildWorkers);
      }
      this.buildWorkers = buildWorkers;
      return this;
    }

    /** Sets the size of the table, in bytes, up to which searches compare with every vector. */
    Builder exactUpTo(long exactUpTo) {
      this.exactUpTo = exactUpTo;
      return this;
    }

    /** Sets for about how many seconds a write waits for another transaction than a build. */
    Builder writeRounds(int writeRounds) {
      this.writeRounds = writeRounds;
      return this;
    }

    /** Sets the clock that dates the life cycle of generations. Default: the system's, in UTC. */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Creates the schema and its tables where they are missing, and returns the store. Writes
     * nothing where all is there.
     *
     * @throws MissingExtensionException if the database has no pgvector, or too old a one
     * @throws MissingPrivilegeException if the role may not create what is missing
     * @throws PoolTooSmallException if the data source does not give three connections at once
     * @throws StoreException if a later version of this library installed the tables, or the
     *     database can't be reached
     */
    public PgVectorStore install() {
      Database database = database();
      database.requirePool();
      Schema.VECTORS.install(database);
      return new PgVectorStore(database, this);
    }

    /**
     * Returns the store. Writes nothing.
     *
     * @throws MissingExtensionException if the database has no pgvector, or too old a one
     * @throws io.msgvault.embed.store.NotInstalledException if the schema has no index
     * @throws PoolTooSmallException if the data source does not give three connections at once
     * @throws StoreException if a later version of this library installed the tables, or the
     *     database can't be reached
     */
    public PgVectorStore open() {
      Database database = database();
      database.requirePool();
      return open(database);
    }

    /**
     * Returns the store for reading. Every write throws {@link StoreException}, also taking a
     * lease, and every transaction is read-only.
     *
     * @throws MissingExtensionException if the database has no pgvector, or too old a one
     * @throws io.msgvault.embed.store.NotInstalledException if the schema has no index
     * @throws StoreException if a later version of this library installed the tables, or the
     *     database can't be reached
     */
    public PgVectorStore openReadOnly() {
      return open(database().readOnly());
    }

    private PgVectorStore open(Database database) {
      database.read(
          session -> {
            Schema.VECTORS.requireInstalled(session, schema, "PgVectorStore.install");
            return true;
          });
      return new PgVectorStore(database, this);
    }

    private Database database() {
      Database plain = new Database(dataSource, schema);
      return plain.withExtension(PgVectorExtension.requireInstalled(plain));
    }
  }
}
