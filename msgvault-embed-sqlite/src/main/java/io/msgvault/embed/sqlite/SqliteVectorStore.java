package io.msgvault.embed.sqlite;

import io.msgvault.embed.ArchiveMismatchException;
import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.CoverageCheck;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.GenerationConflictException;
import io.msgvault.embed.GenerationStateException;
import io.msgvault.embed.IndexSize;
import io.msgvault.embed.InvalidVectorException;
import io.msgvault.embed.Lease;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.RunCounts;
import io.msgvault.embed.RunRecord;
import io.msgvault.embed.UnknownGenerationException;
import io.msgvault.embed.VectorHit;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.Watermark;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Vectors in an SQLite file of their own, or in the archive's file beside its tables.
 *
 * <p>A search scans short codes of all vectors in memory and compares the query with the vectors of
 * the best candidates; {@link #searchExactly} compares it with all. The codes are loaded at a
 * generation's first search and then follow the file; they take about dimension/8 + 16 bytes for
 * each vector ({@link #codeBytes}).
 *
 * <p>What {@link #upsert} returned from survives a power cut. {@link #reclaim} makes the room of
 * retired generations free for new ones; the file does not shrink.
 *
 * <p>A lease is a lock on a file beside the store's, named for the generation ({@code
 * vectors.db.lease-3}). The file stays when the lease ends: were it deleted, one process could hold
 * a lock on the deleted file while another locks its successor. It goes with its generation.
 */
public final class SqliteVectorStore implements VectorStore {
  private static final int RUNS_KEPT = 1000;
  private static final int RECLAIMED_AT_ONCE = 500;

  private final Database database;
  private final Clock clock;
  private final Set<FileLease> leases = ConcurrentHashMap.newKeySet();
  private final Map<Long, CodeIndex> codes = new ConcurrentHashMap<>();

  private SqliteVectorStore(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Opens a store; a missing file is created, readable by its owner only, and the schema is
   * installed or upgraded where need be.
   *
   * @param vectors the file; its folder must be there
   * @throws NewerSchemaException if a later version of this library wrote it
   * @throws io.msgvault.embed.StoreException if it can't be opened
   */
  public static SqliteVectorStore open(Path vectors) {
    return open(vectors, Clock.systemUTC());
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param clock tells when generations are created, activated and retired
   */
  public static SqliteVectorStore open(Path vectors, Clock clock) {
    return new SqliteVectorStore(Database.open(new Connector(vectors), Schema.VECTORS), clock);
  }

  /**
   * Opens a store for searching and looking only. Nothing is written, neither to the file nor
   * beside it; methods that write throw {@link io.msgvault.embed.StoreException}.
   *
   * @param vectors the file
   * @throws NewerSchemaException if a later version of this library wrote it
   * @throws io.msgvault.embed.StoreException if it is not there, is no vector store of this
   *     version, or can't be opened
   */
  public static SqliteVectorStore openReadOnly(Path vectors) {
    return new SqliteVectorStore(
        Database.openReadOnly(new Connector(vectors), Schema.VECTORS), Clock.systemUTC());
  }

  /** {@inheritDoc} A store that is open for reading only is checked, not bound. */
  @Override
  public void bind(UUID archive) {
    Work<Optional<String>> look = session -> session.dao(GenerationDao.class).binding();
    Optional<String> bound = database.read(look);
    if (bound.isEmpty() && !database.readOnly()) {
      bound =
          database.write(
              session -> {
                Optional<String> faster = look.in(session);
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

  // Generations

  @Override
  public List<Generation> generations() {
    return database.read(session -> session.dao(GenerationDao.class).all());
  }

  @Override
  public Generation create(Fingerprint fingerprint, long id) {
    return database.write(
        session -> {
          GenerationDao generations = session.dao(GenerationDao.class);
          Optional<Generation> building = generations.inState(Generation.State.BUILDING);
          if (building.isPresent()) {
            if (building.get().fingerprint().equals(fingerprint)) {
              return building.get();
            }
            throw new GenerationConflictException(building.get(), fingerprint);
          }
          long highest = generations.highestId();
          if (id <= highest) {
            throw new IllegalArgumentException(
                "the id of a new generation must be above " + highest + ", but is " + id);
          }
          generations.insert(id, fingerprint, fingerprint.scope().toString(), now());
          new VectorTable(session, id, fingerprint.dimension()).create();
          return generation(session, id);
        });
  }

  @Override
  public void activate(long generation, CoverageCheck check) {
    check.require(database.read(session -> building(session, generation)));
    database.change(
        session -> {
          building(session, generation);
          GenerationDao generations = session.dao(GenerationDao.class);
          String now = now();
          generations
              .inState(Generation.State.ACTIVE)
              .ifPresent(former -> generations.retire(former.id(), now));
          generations.activate(generation, now);
        });
  }

  private static Generation building(Session session, long id) {
    Generation generation = generation(session, id);
    if (generation.state() != Generation.State.BUILDING) {
      throw new GenerationStateException(
          id, generation.state(), "only a generation that is being built can be activated");
    }
    return generation;
  }

  @Override
  public void retire(long generation) {
    database.change(
        session -> {
          Generation found = generation(session, generation);
          if (found.state() == Generation.State.ACTIVE) {
            throw new GenerationStateException(
                generation,
                found.state(),
                "it serves searches; activate its successor, or force its retirement");
          }
          retire(session, found);
        });
  }

  @Override
  public void retireForced(long generation) {
    database.change(
        session -> {
          retire(session, generation(session, generation));
        });
  }

  private void retire(Session session, Generation generation) {
    if (generation.state() != Generation.State.RETIRED) {
      session.dao(GenerationDao.class).retire(generation.id(), now());
    }
  }

  @Override
  public void reclaim() {
    for (long id : database.read(session -> session.dao(GenerationDao.class).reclaimable())) {
      while (database.write(session -> reclaimSome(session, id))) {
        // Each step is a transaction of its own, so that others may write in between.
        database.requireOpen();
      }
      FileLease.delete(leaseFile(id));
      codes.remove(id);
    }
  }

  /** Returns whether there is more to do. */
  private boolean reclaimSome(Session session, long id) throws SQLException {
    GenerationDao generations = session.dao(GenerationDao.class);
    if (!generations.hasVectors(id)) {
      return false;
    }
    VectorTable table = table(session, generation(session, id));
    if (table.deleteSome(RECLAIMED_AT_ONCE)) {
      return true;
    }
    table.drop();
    generations.reclaimed(id, now());
    return false;
  }

  // Vectors

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    database.change(
        session -> {
          Generation found = unretired(session, generation, "it takes no vectors any more");
          for (MessageVectors message : batch) {
            for (ChunkVector chunk : message.chunks()) {
              InvalidVectorException.check(
                  "message " + message.messageId(),
                  chunk.vector(),
                  found.fingerprint().dimension());
            }
          }
          table(session, found).put(batch, codes(found).rotation());
        });
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    long[] sorted = IdChunks.sorted(messageIds);
    database.change(
        session -> {
          table(session, unretired(session, generation, "reclaim deletes its vectors"))
              .delete(sorted);
        });
  }

  @Override
  public IndexSize size(long generation) {
    return database.read(
        session ->
            hasVectors(session, generation)
                ? table(session, generation(session, generation)).size()
                : new IndexSize(0, 0));
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    return database.read(
        session ->
            hasVectors(session, generation)
                ? table(session, generation(session, generation)).messageIds(afterId, limit)
                : List.of());
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    long[] sorted = IdChunks.sorted(messageIds);
    return database.read(
        session ->
            hasVectors(session, generation)
                ? table(session, generation(session, generation)).vectors(sorted)
                : List.of());
  }

  // Search

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    return database.read(
        session -> {
          Generation found = searched(session, generation, query, k);
          return table(session, found).search(query, k, codes(found));
        });
  }

  /**
   * As {@link #search}, but compares the query with every vector: exact, in time proportional to
   * the size of the generation.
   */
  public List<VectorHit> searchExactly(long generation, float[] query, int k) {
    return database.read(
        session -> table(session, searched(session, generation, query, k)).searchExactly(query, k));
  }

  /** The memory that codes for searching take at the moment, in bytes. */
  public long codeBytes() {
    return codes.values().stream().mapToLong(CodeIndex::bytes).sum();
  }

  @Override
  public List<VectorHit> searchAmong(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    long[] sorted = IdChunks.sorted(messageIds);
    return database.read(
        session ->
            table(session, searched(session, generation, query, k)).searchAmong(query, k, sorted));
  }

  private static Generation searched(Session session, long generation, float[] query, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, but is " + k);
    }
    Generation found = unretired(session, generation, "search the active one");
    InvalidVectorException.check("the query", query, found.fingerprint().dimension());
    return found;
  }

  private CodeIndex codes(Generation generation) {
    return codes.computeIfAbsent(
        generation.id(), id -> new CodeIndex(new Rotation(generation.fingerprint().dimension())));
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
          generation(session, generation);
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
    database.read(session -> generation(session, generation));
    database.requireWritable();
    Optional<FileLease> taken = FileLease.take(leaseFile(generation));
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
          generation(session, generation);
          session.dao(GenerationDao.class).recordBackstop(generation, began.toString());
        });
  }

  @Override
  public RunRecord beginRun(long generation, boolean backstop, Instant started) {
    return database.write(
        session -> {
          generation(session, generation);
          RunDao runs = session.dao(RunDao.class);
          runs.abandon(generation, started.toString());
          long id = runs.begin(generation, backstop, started.toString());
          runs.forget(id - RUNS_KEPT);
          return new RunRecord(
              id,
              generation,
              backstop,
              started,
              Optional.empty(),
              RunRecord.Status.RUNNING,
              RunCounts.NONE,
              "");
        });
  }

  /** {@inheritDoc} An entry that was closed as ABANDONED meanwhile stays as it is. */
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

  private static Generation generation(Session session, long id) {
    return session
        .dao(GenerationDao.class)
        .byId(id)
        .orElseThrow(() -> new UnknownGenerationException(id));
  }

  private static Generation unretired(Session session, long id, String remedy) {
    Generation generation = generation(session, id);
    if (generation.state() == Generation.State.RETIRED) {
      throw new GenerationStateException(id, generation.state(), remedy);
    }
    return generation;
  }

  /** Whether an existing generation still has its table. */
  private static boolean hasVectors(Session session, long id) {
    generation(session, id);
    return session.dao(GenerationDao.class).hasVectors(id);
  }

  private static VectorTable table(Session session, Generation generation) {
    return new VectorTable(session, generation.id(), generation.fingerprint().dimension());
  }

  private String now() {
    return clock.instant().toString();
  }
}
