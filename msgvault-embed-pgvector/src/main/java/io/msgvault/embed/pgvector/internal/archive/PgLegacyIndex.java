package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Kind;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgVectors;
import io.msgvault.embed.store.MessageRevision;
import java.sql.Array;
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
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Reads the host's tables of a migration, in the archive's schema, and keeps its stage in the
 * archive's ledger. The table {@code embed_migration} has the revision at which the migration first
 * began; it is dropped once everything is stamped.
 */
public final class PgLegacyIndex implements LegacyIndex {
  /** Locks out writers, whose revisions may be drawn but not committed yet. */
  private static final String BEGIN =
      """
      CREATE TABLE IF NOT EXISTS {schema}.embed_migration{own} (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        revision bigint NOT NULL
      );
      LOCK TABLE {messages} IN SHARE MODE;
      INSERT INTO {schema}.embed_migration{own} (revision)
      SELECT (CASE WHEN is_called THEN last_value + 1 ELSE last_value END << 24) - 1
        FROM {schema}.embed_revisions{own}
      ON CONFLICT DO NOTHING""";

  private static final String COMPONENT = "migration{own}";

  private static final String LOCK_LEDGER =
      "LOCK TABLE {schema}.embed_ledger IN SHARE ROW EXCLUSIVE MODE";

  private static final String STAMP =
      """
      WITH locked AS MATERIALIZED (
        SELECT input.id
          FROM unnest(CAST(:ids AS bigint[]), CAST(:revisions AS bigint[])) AS input (id, revision)
          JOIN {messages} AS m ON {m.id} = input.id AND m.embed_rev = input.revision
         WHERE m.embed_gen IS DISTINCT FROM :target AND {condition}
         ORDER BY {m.id} FOR NO KEY UPDATE OF m
      ), stamped AS (
        UPDATE {messages} AS m
           SET embed_gen = :target, embed_outcome = 'EMBEDDED', embed_reason = NULL
          FROM locked AS l WHERE {m.id} = l.id
        RETURNING l.id
      )
      SELECT count(*) FROM stamped""";

  /**
   * Bounds the wait for a row that another transaction holds to about ten minutes. It is longer
   * than that of other writes, because a migration that throws may keep a host from starting.
   */
  private static final int STAMP_ATTEMPTS = 3_000;

  private final Database database;
  private final MappedSql tables;
  private final Optional<LegacyVectors> vectors;
  private final Optional<LegacyQueue> queue;

  /**
   * Declares what there was.
   *
   * @param database the archive's database, where statements name its tables
   * @param tables these tables
   */
  public PgLegacyIndex(Database database, MappedSql tables, Migration migration) {
    this.database = database;
    this.tables = tables;
    this.vectors = migration.vectors();
    this.queue = migration.queue();
    if (vectors.flatMap(LegacyVectors::file).isPresent()) {
      throw new IllegalArgumentException(
          "vectors in an SQLite file can't be imported into PostgreSQL: copy them into a table of"
              + " the archive's schema");
    }
  }

  @Override
  public Stage stage() {
    return database.read(PgLegacyIndex::stage);
  }

  /** Returns the stage that the migration of an archive has reached. */
  public static Stage stage(Database.Session session) {
    return Stage.of(session.dao(LedgerDao.class).version(session.sql(COMPONENT)));
  }

  private static void recordStage(Database.Session session, Stage stage) {
    session.dao(LedgerDao.class).record(session.sql(COMPONENT), stage.code());
  }

  /** Reads the stage under a lock, so that one migration at a time decides on it. */
  private static Stage stageUnderLock(Database.Session session) {
    session.execute(LOCK_LEDGER);
    return stage(session);
  }

  /** Removes what a migration has left in the archive. */
  static void removeTraces(Database.Session session) {
    session.execute("DROP TABLE IF EXISTS {schema}.embed_migration{own}");
    session.dao(LedgerDao.class).remove(session.sql(COMPONENT));
  }

  @Override
  public long begin() {
    return database.write(
        session -> {
          Stage stage = stageUnderLock(session);
          if (stage != Stage.BEGUN) {
            session.execute(BEGIN);
          }
          if (stage == Stage.OPEN) {
            recordStage(session, Stage.BEGUN);
          }
          return session.dao(Statements.class).firstRevision();
        });
  }

  @Override
  public boolean withdraw() {
    return database.write(
        session -> {
          boolean begun = stageUnderLock(session) == Stage.BEGUN;
          if (begun) {
            session.dao(LedgerDao.class).remove(session.sql(COMPONENT));
          }
          return begun;
        });
  }

  @Override
  public void stamp(Generation generation, List<MessageRevision> messages) {
    FilterSql covered = new FilterSql(generation.fingerprint().scope().asFilter(), tables);
    database.write(
        STAMP_ATTEMPTS,
        session -> {
          if (stageUnderLock(session) != Stage.BEGUN) {
            return 0L;
          }
          return covered
              .bind(session.query(STAMP))
              .bind("target", generation.id())
              .bindArray(
                  "ids", Long.class, messages.stream().map(MessageRevision::messageId).toList())
              .bindArray(
                  "revisions",
                  Long.class,
                  messages.stream().map(MessageRevision::revision).toList())
              .mapTo(Long.class)
              .one();
        });
  }

  @Override
  public void markStamped() {
    database.write(
        session -> {
          boolean begun = stageUnderLock(session) == Stage.BEGUN;
          if (begun) {
            session.execute("DROP TABLE IF EXISTS {schema}.embed_migration{own}");
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

  /** Returns the ids in the queue, ascending and each once; empty if there is no such table. */
  private Optional<long[]> pending(Database.Session session, long generation) {
    if (queue.isEmpty() || objectType(session, queue.get().table()).isEmpty()) {
      return Optional.empty();
    }
    LegacyQueue legacy = queue.get();
    Query query =
        session
            .query(
                """
                SELECT DISTINCT CAST({id} AS bigint) FROM {schema}.{table}
                 WHERE {condition} ORDER BY 1""")
            .define("id", Database.quote(legacy.messageIdColumn()))
            .define("table", Database.quote(legacy.table()))
            .define(
                "condition",
                legacy
                    .generationColumn()
                    .map(column -> Database.quote(column) + " = :generation")
                    .orElse("true"));
    if (legacy.generationColumn().isPresent()) {
      query.bind("generation", legacy.generation().orElse(generation));
    }
    return Optional.of(query.mapTo(Long.class).stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public void finish() {
    database.write(
        session -> {
          if (stageUnderLock(session) != Stage.STAMPED) {
            return false;
          }
          if (queue.isPresent() && queue.get().onCompletion() == LegacyQueue.OnCompletion.DROP) {
            String name = queue.get().table();
            objectType(session, name)
                .ifPresent(
                    type ->
                        session
                            .update("DROP {type} {schema}.{table}")
                            .define("type", type)
                            .define("table", Database.quote(name))
                            .execute());
          }
          recordStage(session, Stage.ENDED);
          return true;
        });
  }

  // The vectors

  @Override
  public boolean hasVectors() {
    return database.read(session -> objectType(session, vectors.orElseThrow().table()).isPresent());
  }

  @Override
  public Map<Long, List<float[]>> vectors(Collection<Long> ids) {
    LegacyVectors legacy = vectors.orElseThrow();
    Map<Long, List<float[]>> found = new LinkedHashMap<>();
    Set<Long> unfinished = new HashSet<>();
    database.read(
        session -> {
          found.clear();
          unfinished.clear();
          String type = typeOf(session, legacy.table(), legacy.vectorColumn());
          return session
              .query(
                  """
                  SELECT CAST({id} AS bigint), CAST({vector} AS {type}) FROM {schema}.{table}
                   WHERE {id} = ANY (:ids) ORDER BY 1 {then_chunk}""")
              .define("id", Database.quote(legacy.messageIdColumn()))
              .define("vector", Database.quote(legacy.vectorColumn()))
              .define("type", PgVectors.isVectorType(type) ? "text" : "real[]")
              .define("table", Database.quote(legacy.table()))
              .define(
                  "then_chunk",
                  legacy.chunkColumn().map(chunk -> ", " + Database.quote(chunk)).orElse(""))
              .bindArray("ids", Long.class, ids)
              .map(
                  (row, context) -> {
                    long message = row.getLong(1);
                    float[] vector = vector(message, type, row);
                    if (vector == null) {
                      unfinished.add(message);
                    } else {
                      found.computeIfAbsent(message, first -> new ArrayList<>()).add(vector);
                    }
                    return message;
                  })
              .list();
        });
    found.keySet().removeAll(unfinished);
    return found;
  }

  /** Returns the type of a column, without its schema; for a domain, its base type. */
  private String typeOf(Database.Session session, String table, String column) {
    String base =
        new TableCatalog(session, database.schema(), List.of(table))
            .column(table, column, Kind.OTHER, Kind.values())
            .base();
    return base.substring(base.lastIndexOf('.') + 1);
  }

  private float @Nullable [] vector(long message, String type, ResultSet row) throws SQLException {
    return PgVectors.isVectorType(type) ? ofText(type, row.getString(2)) : ofArray(message, row);
  }

  private static float @Nullable [] ofText(String type, @Nullable String value)
      throws SQLException {
    return value == null ? null : PgVectors.ofText(type, value);
  }

  private float @Nullable [] ofArray(long message, ResultSet row) throws SQLException {
    Array array = row.getArray(2);
    if (array == null) {
      return null;
    }
    if (!(array.getArray() instanceof @Nullable Float[] components)) {
      throw new MalformedVectorsException(message, vectors.orElseThrow().table());
    }
    float[] vector = new float[components.length];
    for (int i = 0; i < vector.length; i++) {
      Float component = components[i];
      vector[i] = component == null ? Float.NaN : component;
    }
    return vector;
  }

  /** Returns the statement word for what a host's name stands for; empty if for nothing. */
  private static Optional<String> objectType(Database.Session session, String name) {
    return session
        .dao(CatalogDao.class)
        .objectType(session.sql("{schema}") + '.' + Database.quote(name));
  }

  /** The table of a migration that is under way. */
  interface Statements {
    @SqlQuery("SELECT revision FROM {schema}.embed_migration{own}")
    long firstRevision();
  }
}
