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
import io.msgvault.embed.store.support.SqlTemplate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a migration adopts, and its progress in the archive's ledger.
 *
 * <p>The table {@code embed_migration} holds the revision at which the migration first began. It is
 * dropped once everything is stamped.
 */
public final class SqliteLegacyIndex implements LegacyIndex {
  private static final String BEGIN =
      """
      CREATE TABLE IF NOT EXISTS embed_migration{own} (
        one      INTEGER PRIMARY KEY CHECK (one = 1),
        revision INTEGER NOT NULL
      );
      INSERT OR IGNORE INTO embed_migration{own} SELECT 1, revision FROM embed_archive{own};
      """;

  private static final String STAMP =
      """
      WITH to_stamp (id) AS (
        SELECT m.{id} FROM {messages} m JOIN embed_stamps{own} s ON s.id = m.{id}
         WHERE {condition} AND m.{id} = ? AND s.revision = ?
           AND (s.generation IS NOT ? OR s.outcome IS NULL)
      )
      UPDATE embed_stamps{own} SET generation = ?, outcome = 'EMBEDDED', reason = NULL
       WHERE id IN (SELECT id FROM to_stamp)
      """;

  private static final Pattern COMMA = Pattern.compile(",");

  private final Database database;
  private final MappedSql sql;
  private final Optional<LegacyVectors> vectors;
  private final Optional<LegacyQueue> queue;

  /** Reads the tables that a migration declares. */
  public SqliteLegacyIndex(Database database, MappedSql sql, Migration migration) {
    this.database = database;
    this.sql = sql;
    this.vectors = migration.vectors();
    this.queue = migration.queue();
  }

  @Override
  public Stage stage() {
    return database.read(this::stage);
  }

  private Stage stage(Session session) {
    return stage(session, sql);
  }

  /** Returns the stage that the migration of an archive has reached. */
  public static Stage stage(Session session, MappedSql sql) {
    return Stage.of(session.dao(LedgerDao.class).version(component(sql)));
  }

  private void recordStage(Session session, Stage stage) {
    session.dao(LedgerDao.class).record(component(sql), stage.code());
  }

  private static String component(MappedSql sql) {
    return sql.render("migration{own}");
  }

  /** Removes what a migration has left in the archive. */
  static void removeTraces(Session session, MappedSql sql) throws SQLException {
    session.execute(sql.render("DROP TABLE IF EXISTS embed_migration{own}"));
    session.dao(LedgerDao.class).remove(component(sql));
  }

  @Override
  public long begin() {
    return database.writeSynced(
        session -> {
          session.execute(sql.render(BEGIN));
          if (stage(session) == Stage.OPEN) {
            recordStage(session, Stage.BEGUN);
          }
          try (PreparedStatement select =
              session.prepareOnce(sql.render("SELECT revision FROM embed_migration{own}"))) {
            return Results.singleLong(select);
          }
        });
  }

  @Override
  public boolean withdraw() {
    return database.writeSynced(
        session -> {
          boolean begun = stage(session) == Stage.BEGUN;
          if (begun) {
            session.dao(LedgerDao.class).remove(component(sql));
          }
          return begun;
        });
  }

  @Override
  public void stamp(Generation generation, List<MessageRevision> messages) {
    FilterSql covered = new FilterSql(sql, generation.fingerprint().scope().asFilter());
    database.change(
        session -> {
          if (stage(session) == Stage.BEGUN) {
            try (PreparedStatement update =
                session.prepareOnce(sql.render(STAMP, "condition", covered.condition()))) {
              stamp(update, covered, generation.id(), messages);
            }
          }
        });
  }

  private static void stamp(
      PreparedStatement update, FilterSql covered, long generation, List<MessageRevision> messages)
      throws SQLException {
    for (MessageRevision message : messages) {
      int next = covered.bind(update);
      update.setLong(next, message.messageId());
      update.setLong(next + 1, message.revision());
      update.setLong(next + 2, generation);
      update.setLong(next + 3, generation);
      update.addBatch();
    }
    update.executeBatch();
  }

  /** {@inheritDoc} The log that this syncs has the stamps, too. */
  @Override
  public void markStamped() {
    database.writeSynced(
        session -> {
          boolean begun = stage(session) == Stage.BEGUN;
          if (begun) {
            session.execute(sql.render("DROP TABLE IF EXISTS embed_migration{own}"));
            recordStage(session, Stage.STAMPED);
          }
          return begun;
        });
  }

  // The queue

  @Override
  public Optional<long[]> pendingIds(long generation) {
    return database.read(session -> pending(session, generation));
  }

  /** Returns the ids in the queue, ascending, or empty if there is no such table. */
  private Optional<long[]> pending(Session session, long generation) throws SQLException {
    if (queue.isEmpty() || objectType(session, queue.get().table()).isEmpty()) {
      return Optional.empty();
    }
    LegacyQueue old = queue.get();
    Optional<String> generationColumn = old.generationColumn();
    SqlTemplate names =
        SqlTemplate.of(
            Map.of(
                "table", MappedSql.quote(old.table()),
                "id", column(old.messageIdColumn()),
                "condition", generationColumn.map(name -> column(name) + " = ?").orElse("1")));
    try (PreparedStatement select =
        session.prepareOnce(
            names.render(
                """
                SELECT DISTINCT CAST({id} AS INTEGER) FROM {table} t WHERE {condition} ORDER BY 1
                """))) {
      if (generationColumn.isPresent()) {
        select.setLong(1, old.generation().orElse(generation));
      }
      return Optional.of(Results.allLongs(select));
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
    LegacyVectors old = vectors.orElseThrow();
    if (old.file().isPresent() && !Files.isRegularFile(old.file().get())) {
      return false;
    }
    return readVectors(session -> objectType(session, old.table()).isPresent());
  }

  @Override
  public Map<Long, List<float[]>> vectors(Collection<Long> ids) {
    LegacyVectors old = vectors.orElseThrow();
    String select =
        SqlTemplate.of(
                Map.of(
                    "table", MappedSql.quote(old.table()),
                    "id", column(old.messageIdColumn()),
                    "vector", column(old.vectorColumn()),
                    "comma_chunk", old.chunkColumn().map(chunk -> ", " + column(chunk)).orElse("")))
            .render(
                """
                SELECT {id}, {vector} FROM {table} t
                 WHERE {id} IN (SELECT value FROM json_each(?)) ORDER BY {id}{comma_chunk}
                """);
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

  /** Reads from the file that holds the vectors to adopt. */
  private <T> T readVectors(TransactionCallback<T> work) {
    Optional<Path> file = vectors.orElseThrow().file();
    return file.isPresent()
        ? Database.readOnce(new SqliteConnections(file.get()), work)
        : database.read(work);
  }

  // Names

  /** Returns what a host's name stands for, as DROP takes it, or empty if nothing has the name. */
  private static Optional<String> objectType(Session session, String table) {
    return session.dao(CatalogDao.class).objectType(table);
  }

  /**
   * Returns a column of the table {@code t}. Without the table, SQLite takes the name of a missing
   * column for a text.
   */
  private static String column(String name) {
    return "t." + MappedSql.quote(name);
  }
}
