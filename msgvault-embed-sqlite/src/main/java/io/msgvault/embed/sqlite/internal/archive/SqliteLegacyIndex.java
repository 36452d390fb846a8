package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.sqlite.internal.db.TransactionCallback;
import io.msgvault.embed.store.MessageRevision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host's tables of a takeover, and the mark in the archive's ledger. The table {@code
 * embed_takeover} has the revision at which the takeover began; it goes when everything is stamped.
 */
public final class SqliteLegacyIndex implements LegacyIndex {
  private static final String BEGIN =
      """
      CREATE TABLE IF NOT EXISTS embed_takeover (
        one      INTEGER PRIMARY KEY CHECK (one = 1),
        revision INTEGER NOT NULL
      );
      INSERT OR IGNORE INTO embed_takeover SELECT 1, revision FROM embed_archive;
      """;

  private static final String STAMP =
      """
      WITH settled (id) AS (
        SELECT m.{id} FROM {messages} m
         WHERE <condition> AND m.{id} = ? AND m.embed_rev = ?
           AND (m.embed_gen IS NOT ? OR m.embed_outcome IS NULL)
      )
      UPDATE {messages} SET embed_gen = ?, embed_outcome = 'EMBEDDED', embed_reason = NULL
       WHERE {id} IN (SELECT id FROM settled)
      """;

  private static final Pattern COMMA = Pattern.compile(",");

  private final Database database;
  private final MappedSql sql;
  private final Optional<LegacyVectors> vectors;
  private final Optional<LegacyQueue> queue;

  public SqliteLegacyIndex(Database database, MappedSql sql, Migration migration) {
    this.database = database;
    this.sql = sql;
    this.vectors = migration.vectors();
    this.queue = migration.queue();
  }

  @Override
  public Stage stage() {
    return database.read(SqliteLegacyIndex::stage);
  }

  private static Stage stage(Session session) throws SQLException {
    long mark =
        Results.singleLong(
            session.prepare(
                "SELECT ifnull(max(version), 0) FROM embed_ledger WHERE component = 'takeover'"));
    return Stage.of((int) mark);
  }

  private static void recordStage(Session session, Stage stage) throws SQLException {
    PreparedStatement insert =
        session.prepare(
            """
            INSERT INTO embed_ledger (component, version, applied_at)
            VALUES ('takeover', ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
            """);
    insert.setInt(1, stage.code());
    insert.executeUpdate();
  }

  /** Removes what a takeover has left in the archive. */
  public static void removeTraces(Session session) throws SQLException {
    session.execute(
        """
        DROP TABLE IF EXISTS embed_takeover;
        DELETE FROM embed_ledger WHERE component = 'takeover';
        """);
  }

  @Override
  public long begin() {
    return database.writeSynced(
        session -> {
          session.execute(BEGIN);
          try (PreparedStatement select =
              session.prepareOnce("SELECT revision FROM embed_takeover")) {
            return Results.singleLong(select);
          }
        });
  }

  @Override
  public StampResult stamp(
      Generation generation, LongFunction<List<MessageRevision>> vectorsAfter) {
    FilterSql covered = new FilterSql(sql, generation.fingerprint().scope().asFilter());
    return database.writeSynced(
        session -> {
          if (stage(session) != Stage.OPEN) {
            return new StampResult(0, OptionalLong.empty());
          }
          Optional<long[]> pending = pending(session, generation.id());
          long stamped = 0;
          try (PreparedStatement update =
              session.prepareOnce(sql.render(STAMP).replace("<condition>", covered.condition()))) {
            List<MessageRevision> page = vectorsAfter.apply(0);
            while (!page.isEmpty()) {
              for (MessageRevision message : page) {
                if (pending.isEmpty()
                    || Arrays.binarySearch(pending.get(), message.messageId()) < 0) {
                  int next = covered.bind(update);
                  update.setLong(next, message.messageId());
                  update.setLong(next + 1, message.revision());
                  update.setLong(next + 2, generation.id());
                  update.setLong(next + 3, generation.id());
                  update.addBatch();
                }
              }
              stamped += Arrays.stream(update.executeBatch()).sum();
              page = vectorsAfter.apply(page.get(page.size() - 1).messageId());
            }
          }
          session.execute("DROP TABLE IF EXISTS embed_takeover");
          recordStage(session, Stage.STAMPED);
          return new StampResult(
              stamped,
              pending.isPresent() ? OptionalLong.of(pending.get().length) : OptionalLong.empty());
        });
  }

  // The queue

  @Override
  public long[] pendingIds(long generation) {
    return database.read(session -> pending(session, generation)).orElse(new long[0]);
  }

  /** Ascending, each once; empty if there is no such table. */
  private Optional<long[]> pending(Session session, long generation) throws SQLException {
    if (queue.isEmpty() || objectType(session, queue.get().table()).isEmpty()) {
      return Optional.empty();
    }
    LegacyQueue former = queue.get();
    String id = column(former.messageIdColumn());
    String select =
        "SELECT DISTINCT CAST("
            + id
            + " AS INTEGER) FROM "
            + MappedSql.quote(former.table())
            + " t";
    String order = " ORDER BY 1";
    if (former.generationColumn().isEmpty()) {
      try (PreparedStatement all = session.prepareOnce(select + order)) {
        return Optional.of(Results.allLongs(all));
      }
    }
    String column = column(former.generationColumn().get());
    try (PreparedStatement some =
        session.prepareOnce(select + " WHERE " + column + " = ?" + order)) {
      some.setLong(1, former.generation().orElse(generation));
      return Optional.of(Results.allLongs(some));
    }
  }

  @Override
  public void finish() {
    database.writeSynced(
        session -> {
          if (stage(session) != Stage.STAMPED) {
            return false;
          }
          if (queue.isPresent() && queue.get().onCompletion() == LegacyQueue.OnCompletion.DROP) {
            Optional<String> kind = objectType(session, queue.get().table());
            if (kind.isPresent()) {
              session.execute("DROP " + kind.get() + ' ' + MappedSql.quote(queue.get().table()));
            }
          }
          recordStage(session, Stage.ENDED);
          return true;
        });
  }

  // The vectors

  @Override
  public boolean hasVectors() {
    LegacyVectors former = vectors.orElseThrow();
    if (former.file().isPresent() && !Files.isRegularFile(former.file().get())) {
      return false;
    }
    return readVectors(session -> objectType(session, former.table()).isPresent());
  }

  @Override
  public Map<Long, List<float[]>> vectors(Collection<Long> ids) {
    LegacyVectors former = vectors.orElseThrow();
    String id = column(former.messageIdColumn());
    String select =
        "SELECT "
            + id
            + ", "
            + column(former.vectorColumn())
            + " FROM "
            + MappedSql.quote(former.table())
            + " t WHERE "
            + id
            + " IN (SELECT value FROM json_each(?)) ORDER BY "
            + id
            + former.chunkColumn().map(chunk -> ", " + column(chunk)).orElse("");
    return readVectors(
        session -> {
          Map<Long, List<float[]>> found = new LinkedHashMap<>();
          Set<Long> unfinished = new HashSet<>();
          try (PreparedStatement statement = session.prepareOnce(select)) {
            statement.setString(1, JsonIds.toJson(JsonIds.sorted(ids)));
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                long message = row.getLong(1);
                Object value = row.getObject(2);
                if (value == null) {
                  unfinished.add(message);
                } else {
                  found
                      .computeIfAbsent(message, first -> new ArrayList<>())
                      .add(vector(message, value));
                }
              }
            }
          }
          found.keySet().removeAll(unfinished);
          return found;
        });
  }

  private float[] vector(long id, Object value) {
    float[] vector =
        value instanceof byte[] blob
            ? decodeBlob(blob)
            : value instanceof String json ? parseJson(json.strip()) : null;
    if (vector == null) {
      throw new MalformedVectorsException(id, vectors.orElseThrow().table());
    }
    return vector;
  }

  private static float @Nullable [] decodeBlob(byte[] blob) {
    if (blob.length % Float.BYTES != 0) {
      return null;
    }
    float[] vector = new float[blob.length / Float.BYTES];
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  private static float @Nullable [] parseJson(String json) {
    if (!json.startsWith("[") || !json.endsWith("]")) {
      return null;
    }
    String[] numbers = COMMA.split(json.substring(1, json.length() - 1), -1);
    float[] vector = new float[numbers.length];
    try {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = Float.parseFloat(numbers[i]);
      }
    } catch (NumberFormatException e) {
      return null;
    }
    return vector;
  }

  /** Reads where the host's vectors are. */
  private <T> T readVectors(TransactionCallback<T> work) {
    Optional<Path> file = vectors.orElseThrow().file();
    return file.isPresent()
        ? Database.readOnce(new SqliteConnections(file.get()), work)
        : database.read(work);
  }

  // Names

  /** What a host's name stands for, as it is dropped; empty if it stands for nothing. */
  private static Optional<String> objectType(Session session, String table) throws SQLException {
    PreparedStatement select =
        session.prepare(
            """
            SELECT upper(type) FROM sqlite_schema
             WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view')
            """);
    select.setString(1, table);
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }

  /** A column of the table {@code t}. Without that, SQLite takes a name it misses for a text. */
  private static String column(String name) {
    return "t." + MappedSql.quote(name);
  }
}
