package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.MessageRevision;
import java.sql.Array;
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
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The host's tables of a takeover, in the archive's schema, and the mark in the archive's ledger.
 * The table {@code embed_takeover} has the revision at which the takeover began; it goes when
 * everything is stamped.
 */
public final class PgLegacyIndex implements LegacyIndex {
  /** The lock waits for writers under way, whose revisions may be drawn but not committed yet. */
  private static final String BEGIN =
      """
      CREATE TABLE IF NOT EXISTS $schema.embed_takeover (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        revision bigint NOT NULL
      );
      LOCK TABLE $messages IN SHARE MODE;
      INSERT INTO $schema.embed_takeover (revision)
      SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END
        FROM $schema.embed_revisions
      ON CONFLICT DO NOTHING""";

  private static final String STAMP =
      """
      WITH locked AS MATERIALIZED (
        SELECT given.id
          FROM unnest(:ids, :revisions) AS given (id, revision)
          JOIN $messages AS m ON $id(m) = given.id AND m.embed_rev = given.revision
         WHERE m.embed_gen IS DISTINCT FROM :target AND <condition>
         ORDER BY $id(m) FOR NO KEY UPDATE OF m
      ), stamped AS (
        UPDATE $messages AS m
           SET embed_gen = :target, embed_outcome = 'EMBEDDED', embed_reason = NULL
          FROM locked AS l WHERE $id(m) = l.id
        RETURNING l.id
      )
      SELECT count(*) FROM stamped""";

  /**
   * Stamping an archive anew because of one row that somebody holds for a moment may never end, so
   * the one transaction that stamps everything waits for it, longer than other writers do. The
   * price: meanwhile it keeps what it has stamped, and a host's transaction that holds a row for
   * more than a second and then wants such a one may be the victim of the deadlock.
   */
  private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '10s'";

  private final Database database;
  private final Optional<LegacyVectors> vectors;
  private final Optional<LegacyQueue> queue;

  public PgLegacyIndex(Database database, Migration migration) {
    this.database = database;
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

  private static Stage stage(Database.Session session) {
    return Stage.of(
        session
            .query(
                """
                SELECT coalesce(max(version), 0) FROM $schema.embed_ledger
                 WHERE component = 'takeover'""")
            .mapTo(Integer.class)
            .one());
  }

  private static void recordStage(Database.Session session, Stage stage) {
    session
        .update(
            """
            INSERT INTO $schema.embed_ledger (component, version)
            VALUES ('takeover', :version)""")
        .bind("version", stage.code())
        .execute();
  }

  /** One takeover at a time decides how far it is. */
  private static Stage stageUnderLock(Database.Session session) {
    session.execute("LOCK TABLE $schema.embed_ledger IN SHARE ROW EXCLUSIVE MODE");
    return stage(session);
  }

  /** Removes what a takeover has left in the archive. */
  static void removeTraces(Database.Session session) {
    session.execute(
        """
        DROP TABLE IF EXISTS $schema.embed_takeover;
        DELETE FROM $schema.embed_ledger WHERE component = 'takeover'""");
  }

  @Override
  public long begin() {
    return database.write(
        session -> {
          session.execute("LOCK TABLE $schema.embed_ledger IN SHARE ROW EXCLUSIVE MODE");
          session.execute(BEGIN);
          return session
              .query("SELECT revision FROM $schema.embed_takeover")
              .mapTo(Long.class)
              .one();
        });
  }

  @Override
  public StampResult stamp(
      Generation generation, LongFunction<List<MessageRevision>> vectorsAfter) {
    return database.write(
        session -> {
          session.execute(LOCK_TIMEOUT);
          FilterSql covered =
              new FilterSql(
                  generation.fingerprint().scope().asFilter(), session.mappedSql().filters());
          if (stageUnderLock(session) != Stage.OPEN) {
            return new StampResult(0, OptionalLong.empty());
          }
          Optional<long[]> pending = pending(session, generation.id());
          long stamped = 0;
          List<MessageRevision> page = vectorsAfter.apply(0);
          while (!page.isEmpty()) {
            List<MessageRevision> settled =
                page.stream()
                    .filter(
                        message ->
                            pending.isEmpty()
                                || Arrays.binarySearch(pending.get(), message.messageId()) < 0)
                    .toList();
            Query stamp = session.query(STAMP.replace("<condition>", covered.condition()));
            stamped +=
                covered
                    .bind(stamp)
                    .bind("target", generation.id())
                    .bindArray(
                        "ids",
                        Long.class,
                        settled.stream().map(MessageRevision::messageId).toList())
                    .bindArray(
                        "revisions",
                        Long.class,
                        settled.stream().map(MessageRevision::revision).toList())
                    .mapTo(Long.class)
                    .one();
            page = vectorsAfter.apply(page.get(page.size() - 1).messageId());
          }
          session.execute("DROP TABLE IF EXISTS $schema.embed_takeover");
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
  private Optional<long[]> pending(Database.Session session, long generation) {
    if (queue.isEmpty() || objectType(session, queue.get().table()).isEmpty()) {
      return Optional.empty();
    }
    LegacyQueue former = queue.get();
    String select =
        "SELECT DISTINCT CAST("
            + quote(former.messageIdColumn())
            + " AS bigint) FROM "
            + table(former.table());
    Query query =
        former
            .generationColumn()
            .map(
                column ->
                    session
                        .query(select + " WHERE " + quote(column) + " = :generation ORDER BY 1")
                        .bind("generation", former.generation().orElse(generation)))
            .orElseGet(() -> session.query(select + " ORDER BY 1"));
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
                .ifPresent(kind -> session.execute("DROP " + kind + ' ' + table(name)));
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
    LegacyVectors former = vectors.orElseThrow();
    String id = quote(former.messageIdColumn());
    String select =
        "SELECT CAST("
            + id
            + " AS bigint), CAST("
            + quote(former.vectorColumn())
            + " AS real[]) FROM "
            + table(former.table())
            + " WHERE "
            + id
            + " = ANY (:ids) ORDER BY 1"
            + former.chunkColumn().map(chunk -> ", " + quote(chunk)).orElse("");
    Map<Long, List<float[]>> found = new LinkedHashMap<>();
    Set<Long> unfinished = new HashSet<>();
    database.read(
        session -> {
          found.clear();
          unfinished.clear();
          return session
              .query(select)
              .bindArray("ids", Long.class, ids)
              .map(
                  (row, context) -> {
                    long message = row.getLong(1);
                    float[] vector = vector(message, row);
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

  private float @Nullable [] vector(long message, ResultSet row) throws SQLException {
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

  // Names

  /** What a host's name stands for, as it is dropped; empty if it stands for nothing. */
  private static Optional<String> objectType(Database.Session session, String name) {
    return session
        .query(
            """
            SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END
              FROM pg_class WHERE oid = to_regclass(:name)""")
        .bind("name", session.sql("$schema") + '.' + Database.quote(name))
        .mapTo(String.class)
        .findFirst();
  }

  private static String table(String name) {
    return "$schema." + quote(name);
  }

  /** A name in a statement, where a dollar sign would begin a placeholder. */
  private static String quote(String name) {
    String quoted = Database.quote(name);
    return name.indexOf('$') < 0
        ? quoted
        : "U&" + quoted.replace("\\", "\\\\").replace("$", "\\0024");
  }
}
