package org.example.embed.h2;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.store.support.GenerationLifecycle;
import io.msgvault.embed.store.support.RunRows;
import io.msgvault.embed.store.support.VectorMath;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.example.embed.h2.Database.Session;

/**
 * Stores vectors and generations in H2. A search compares the query with every vector, so its
 * recall is 1.
 *
 * <p>A change of a generation locks the only row of {@code embed_index}. A write of vectors locks
 * the row of its generation. So changes of generations are serialised, and no write goes to a
 * generation that is being retired.
 */
public final class H2VectorStore implements VectorStore {
  private static final String GENERATIONS =
      """
      SELECT id, model, dimension, text_policy, scope, state, created, activated, retired,
             last_backstop
        FROM embed_generations
      """;

  private static final String CHUNKS =
      "SELECT message_id, revision, first_unit, end_unit, vector FROM embed_vectors";

  private static final String ORDER_BY_ID = GENERATIONS + " WHERE id = ?";

  private final Database database;
  private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

  /** Opens the index in a database, and creates its tables if they do not exist. */
  public H2VectorStore(DataSource dataSource) {
    database = new Database(dataSource, "index.sql");
  }

  @Override
  public void bind(UUID archive) {
    Optional<UUID> bound =
        database.transaction(
            session -> {
              session.update(
                  "UPDATE embed_index SET archive_id = ? WHERE archive_id IS NULL", archive);
              return session.first(
                  "SELECT archive_id FROM embed_index",
                  row -> row.getObject("archive_id", UUID.class));
            });
    if (!bound.equals(Optional.of(archive))) {
      throw new ArchiveMismatchException(bound.orElseThrow(), archive);
    }
  }

  @Override
  public Optional<UUID> archive() {
    return database.transaction(
        session ->
            session.first(
                "SELECT archive_id FROM embed_index WHERE archive_id IS NOT NULL",
                row -> row.getObject("archive_id", UUID.class)));
  }

  // Generations

  @Override
  public List<Generation> generations() {
    return database.transaction(
        session -> session.list(GENERATIONS + " ORDER BY id", H2VectorStore::readGeneration));
  }

  private static Generation readGeneration(ResultSet row) throws SQLException {
    return Generation.builder(row.getLong("id"), new Fingerprint( row.getString("model"), row.getInt("dimension"), row.getString("text_policy"), Scope.parse(row.getString("scope"))), row.getObject("created", Instant.class)).state(Generation.State.valueOf(row.getString("state"))).activated(readInstant(row, "activated")).retired(readInstant(row, "retired")).lastBackstop(readInstant(row, "last_backstop")).build();
  }

  private static Optional<Instant> readInstant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, Instant.class));
  }

  private static Generation require(Session session, long generation) throws SQLException {
    return session
        .first(ORDER_BY_ID, H2VectorStore::readGeneration, generation)
        .orElseThrow(() -> new UnknownGenerationException(generation));
  }

  /** Requires that a generation accepts writes, and keeps it so until the commit. */
  private static Generation requireWritable(Session session, long generation) throws SQLException {
    session.first(ORDER_BY_ID + " FOR UPDATE", row -> row.getLong("id"), generation);
    return GenerationLifecycle.requireWritable(require(session, generation));
  }

  /** Blocks other changes of generations until the commit. */
  private static void lockLifeCycle(Session session) throws SQLException {
    session.first("SELECT one FROM embed_index FOR UPDATE", row -> row.getInt("one"));
  }

  @Override
  public Generation create(Fingerprint fingerprint, long id) {
    return database.transaction(
        session -> {
          lockLifeCycle(session);
          List<Generation> all = session.list(GENERATIONS, H2VectorStore::readGeneration);
          Optional<Generation> resumed = GenerationLifecycle.resumable(all, fingerprint, id);
          if (resumed.isPresent()) {
            return resumed.get();
          }
          session.update(
              """
              INSERT INTO embed_generations
                (id, model, dimension, text_policy, scope, state, created)
              VALUES (?, ?, ?, ?, ?, 'BUILDING', ?)
              """,
              id,
              fingerprint.model(),
              fingerprint.dimension(),
              fingerprint.text(),
              fingerprint.scope().toString(),
              Instant.now());
          session.update("INSERT INTO embed_leases (generation) VALUES (?)", id);
          return require(session, id);
        });
  }

  @Override
  public void activate(long generation, CoverageCheck check) {
    check.require(database.transaction(session -> requireBuilding(session, generation)));
    database.transaction(
        session -> {
          lockLifeCycle(session);
          requireBuilding(session, generation);
          Instant now = Instant.now();
          session.update(
              "UPDATE embed_generations SET state = 'RETIRED', retired = ? WHERE state = 'ACTIVE'",
              now);
          return session.update(
              "UPDATE embed_generations SET state = 'ACTIVE', activated = ? WHERE id = ?",
              now,
              generation);
        });
  }

  private static Generation requireBuilding(Session session, long generation) throws SQLException {
    return GenerationLifecycle.requireBuilding(require(session, generation));
  }

  @Override
  public void retire(long generation) {
    database.transaction(
        session -> {
          lockLifeCycle(session);
          GenerationLifecycle.requireRetirable(require(session, generation));
          return retire(session, generation);
        });
  }

  @Override
  public void forceRetire(long generation) {
    database.transaction(
        session -> {
          lockLifeCycle(session);
          require(session, generation);
          return retire(session, generation);
        });
  }

  private static int retire(Session session, long generation) throws SQLException {
    return session.update(
        """
        UPDATE embed_generations SET state = 'RETIRED', retired = ?
         WHERE id = ? AND state <> 'RETIRED'
        """,
        Instant.now(),
        generation);
  }

  @Override
  public Generation revive(long generation) {
    return database.transaction(
        session -> {
          lockLifeCycle(session);
          List<Generation> all = session.list(GENERATIONS, H2VectorStore::readGeneration);
          GenerationLifecycle.requireRevivable(all, generation, false);
          session.update(
              """
              UPDATE embed_generations
                 SET state = 'BUILDING', activated = NULL, retired = NULL, last_backstop = NULL,
                     watermark = 0, epoch = epoch + 1
               WHERE id = ?
              """,
              generation);
          return require(session, generation);
        });
  }

  @Override
  public void drop(long generation) {
    int deleted;
    do {
      deleted =
          database.transaction(
              session -> {
                GenerationLifecycle.requireRetired(require(session, generation));
                return session.update(
                    "DELETE FROM embed_vectors WHERE generation = ? FETCH FIRST 1000 ROWS ONLY",
                    generation);
              });
    } while (deleted > 0);
  }

  // Vectors

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    database.transaction(
        session -> {
          int dimension = requireWritable(session, generation).fingerprint().dimension();
          MessageVectors.requireValid(batch, dimension);
          delete(session, generation, batch.stream().map(MessageVectors::messageId).toList());
          try (PreparedStatement insert =
              session.prepare(
                  """
                  INSERT INTO embed_vectors (generation, message_id, position, revision, digest,
                                             first_unit, end_unit, vector)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                  """)) {
            for (MessageVectors message : batch) {
              insert.setLong(1, generation);
              insert.setLong(2, message.messageId());
              insert.setLong(4, message.revision());
              insert.setString(5, message.textDigest());
              for (int i = 0; i < message.chunks().size(); i++) {
                ChunkVector chunk = message.chunks().get(i);
                insert.setInt(3, i);
                insert.setInt(6, chunk.start());
                insert.setInt(7, chunk.end());
                insert.setBytes(8, toBytes(chunk.vector()));
                insert.addBatch();
              }
            }
            return insert.executeBatch();
          }
        });
  }

  private static byte[] toBytes(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  private static ChunkVector readChunk(ResultSet row) throws SQLException {
    byte[] bytes = row.getBytes("vector");
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(vector);
    return new ChunkVector(row.getInt("first_unit"), row.getInt("end_unit"), vector);
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    database.transaction(
        session -> {
          require(session, generation);
          return delete(session, generation, messageIds);
        });
  }

  private static int delete(Session session, long generation, Collection<Long> ids)
      throws SQLException {
    int deleted = 0;
    for (Object[] slice : Database.partition(ids)) {
      deleted +=
          session.update(
              "DELETE FROM embed_vectors WHERE generation = ? AND message_id = ANY(?)",
              generation,
              slice);
    }
    return deleted;
  }

  @Override
  public IndexSize size(long generation) {
    return database.transaction(
        session -> {
          require(session, generation);
          return session
              .first(
                  """
                  SELECT COUNT(DISTINCT message_id) AS messages, COUNT(*) AS chunks
                    FROM embed_vectors WHERE generation = ?
                  """,
                  row -> new IndexSize(row.getLong("messages"), row.getLong("chunks")),
                  generation)
              .orElseThrow();
        });
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    return database.transaction(
        session -> {
          require(session, generation);
          return session.list(
              """
              SELECT DISTINCT message_id, revision FROM embed_vectors
               WHERE generation = ? AND message_id > ? ORDER BY message_id LIMIT ?
              """,
              row -> new MessageRevision(row.getLong("message_id"), row.getLong("revision")),
              generation,
              afterId,
              limit);
        });
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    record Found(long id, long revision, String digest, ChunkVector chunk) {}
    List<Found> rows =
        database.transaction(
            session -> {
              require(session, generation);
              List<Found> found = new ArrayList<>();
              for (Object[] slice : Database.partition(messageIds)) {
                found.addAll(
                    session.list(
                        """
                        SELECT message_id, revision, digest, first_unit, end_unit, vector
                          FROM embed_vectors WHERE generation = ? AND message_id = ANY(?)
                         ORDER BY message_id, position
                        """,
                        row ->
                            new Found(
                                row.getLong("message_id"),
                                row.getLong("revision"),
                                row.getString("digest"),
                                readChunk(row)),
                        generation,
                        slice));
              }
              return found;
            });
    List<MessageVectors> messages = new ArrayList<>();
    for (int i = 0; i < rows.size(); ) {
      Found first = rows.get(i);
      List<ChunkVector> chunks = new ArrayList<>();
      while (i < rows.size() && rows.get(i).id == first.id) {
        chunks.add(rows.get(i++).chunk);
      }
      messages.add(new MessageVectors(first.id, first.revision, first.digest, chunks));
    }
    return messages;
  }

  // Search

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    return topHits(
        generation,
        query,
        k,
        session ->
            session.list(CHUNKS + " WHERE generation = ?", row -> readHit(row, query), generation));
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return topHits(
        generation,
        query,
        k,
        session -> {
          List<VectorHit> hits = new ArrayList<>();
          for (Object[] slice : Database.partition(messageIds)) {
            hits.addAll(
                session.list(
                    CHUNKS + " WHERE generation = ? AND message_id = ANY(?)",
                    row -> readHit(row, query),
                    generation,
                    slice));
          }
          return hits;
        });
  }

  private List<VectorHit> topHits(
      long generation, float[] query, int k, Database.TransactionCallback<List<VectorHit>> chunks) {
    List<VectorHit> all =
        database.transaction(
            session -> {
              if (k < 1) {
                throw new IllegalArgumentException(
                    "a search asks for at least 1 hit, not for " + k);
              }
              Generation searched =
                  GenerationLifecycle.requireSearchable(require(session, generation));
              VectorMath.requireValid("the query", query, searched.fingerprint().dimension());
              return chunks.execute(session);
            });
    Map<Long, VectorHit> best = new HashMap<>();
    for (VectorHit hit : all) {
      best.merge(hit.messageId(), hit, (one, other) -> other.score() > one.score() ? other : one);
    }
    return best.values().stream()
        .sorted(
            Comparator.comparingDouble(VectorHit::score)
                .reversed()
                .thenComparing(VectorHit::messageId))
        .limit(k)
        .toList();
  }

  private static VectorHit readHit(ResultSet row, float[] query) throws SQLException {
    ChunkVector chunk = readChunk(row);
    return new VectorHit(
        row.getLong("message_id"),
        row.getLong("revision"),
        chunk.start(),
        chunk.end(),
        VectorMath.cosine(query, chunk.vector()));
  }

  @Override
  public double recall() {
    database.requireOpen();
    return 1;
  }

  // Records of runs

  @Override
  public Watermark watermark(long generation) {
    return database.transaction(
        session ->
            session
                .first(
                    "SELECT watermark, epoch FROM embed_generations WHERE id = ?",
                    row -> new Watermark(row.getLong("watermark"), row.getLong("epoch")),
                    generation)
                .orElseThrow(() -> new UnknownGenerationException(generation)));
  }

  @Override
  public boolean advanceWatermark(long generation, Watermark from, long to) {
    Watermark advanced = from.advance(to);
    return database.transaction(
        session -> {
          require(session, generation);
          return session.update(
                  """
                  UPDATE embed_generations SET watermark = ?
                   WHERE id = ? AND watermark = ? AND epoch = ?
                  """,
                  advanced.id(),
                  generation,
                  from.id(),
                  from.epoch())
              == 1;
        });
  }

  @Override
  public void lowerWatermarks(long belowId) {
    database.transaction(
        session ->
            session.update(
                """
                UPDATE embed_generations SET watermark = LEAST(watermark, ?), epoch = epoch + 1
                """,
                Math.max(1, belowId) - 1));
  }

  @Override
  public Optional<Lease> lease(long generation) {
    database.transaction(session -> require(session, generation));
    try {
      Connection connection = database.connect();
      boolean free =
          new Session(connection)
              .first(
                  "SELECT generation FROM embed_leases WHERE generation = ? FOR UPDATE SKIP LOCKED",
                  row -> row.getLong("generation"),
                  generation)
              .isPresent();
      if (!free) {
        connection.close();
        return Optional.empty();
      }
      Lease lease = new RowLease(connection);
      leases.add(lease);
      return Optional.of(lease);
    } catch (SQLException e) {
      throw Database.failure(e);
    }
  }

  /** A lease: a connection that does nothing but hold the lock on a row. */
  private final class RowLease implements Lease {
    private final Connection connection;

    private RowLease(Connection connection) {
      this.connection = connection;
    }

    @Override
    public boolean isHeld() {
      try {
        return !connection.isClosed() && connection.isValid(1);
      } catch (SQLException e) {
        throw Database.failure(e);
      }
    }

    @Override
    public void close() {
      leases.remove(this);
      try {
        connection.close();
      } catch (SQLException e) {
        throw Database.failure(e);
      }
    }
  }

  @Override
  public void recordBackstop(long generation, Instant began) {
    database.transaction(
        session -> {
          require(session, generation);
          return session.update(
              "UPDATE embed_generations SET last_backstop = ? WHERE id = ?", began, generation);
        });
  }

  @Override
  public RunRecord beginRun(long generation, RunKind kind, Instant started) {
    return database.transaction(
        session -> {
          require(session, generation);
          session.update(
              """
              UPDATE embed_runs SET status = 'ABANDONED', ended = ?
               WHERE ended IS NULL
                 AND (generation = ?
                      OR generation IN (SELECT id FROM embed_generations WHERE state = 'RETIRED'))
              """,
              started,
              generation);
          return session
              .first(
                  """
                  SELECT * FROM FINAL TABLE (
                    INSERT INTO embed_runs (generation, backstop, started, status, counts, detail)
                    VALUES (?, ?, ?, 'RUNNING', ?, ''))
                  """,
                  H2VectorStore::readRun,
                  generation,
                  kind == RunKind.BACKSTOP,
                  started,
                  toArray(RunCounts.NONE))
              .orElseThrow();
        });
  }

  @Override
  public void endRun(RunRecord ended) {
    database.transaction(
        session ->
            session.update(
                "UPDATE embed_runs SET ended = ?, status = ?, counts = ?, detail = ? WHERE id = ?",
                ended.ended().orElseThrow(),
                ended.status().name(),
                toArray(ended.counts()),
                ended.detail(),
                ended.id()));
  }

  @Override
  public List<RunRecord> runs(int limit) {
    return database.transaction(
        session ->
            session.list(
                "SELECT * FROM embed_runs ORDER BY id DESC LIMIT ?", H2VectorStore::readRun, limit));
  }

  private static RunRecord readRun(ResultSet row) throws SQLException {
    Long[] n = row.getObject("counts", Long[].class);
    return RunRecord.builder(row.getLong("id"), row.getLong("generation"), row.getBoolean("backstop") ? RunKind.BACKSTOP : RunKind.FILL, row.getObject("started", Instant.class)).ended(readInstant(row, "ended")).status(RunRecord.Status.valueOf(row.getString("status"))).counts(RunRows.readCounts(column -> n[RunRows.COUNT_COLUMNS.indexOf(column)])).detail(row.getString("detail")).build();
  }

  private static Long[] toArray(RunCounts counts) {
    return RunRows.toColumns(counts).values().toArray(Long[]::new);
  }

  @Override
  public void close() {
    database.close();
    leases.forEach(Lease::close);
  }
}
