package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.store.support.GenerationLifecycle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** The rows of {@code embed_generations}, and the partitions that go with them. */
public final class Generations {
  private static final RowMapper<Generation> GENERATION =
      (row, context) ->
          Generation.builder(
                  row.getLong("id"),
                  new Fingerprint(
                      row.getString("model"),
                      row.getInt("dimension"),
                      row.getString("text_policy"),
                      Scope.parse(row.getString("scope"))),
                  PgValues.time(row, "created"))
              .state(Generation.State.valueOf(row.getString("state")))
              .activated(PgValues.optionalTime(row, "activated"))
              .retired(PgValues.optionalTime(row, "retired"))
              .lastBackstop(PgValues.optionalTime(row, "last_backstop"))
              .build();

  private Generations() {}

  public static List<Generation> all(Database.Session session) {
    return session
        .query("SELECT * FROM $schema.embed_generations ORDER BY id")
        .map(GENERATION)
        .list();
  }

  public static Generation require(Database.Session session, long id) {
    return find(session, id, "");
  }

  public static Generation requireSearchable(Database.Session session, long id) {
    return requireNotRetired(find(session, id, ""));
  }

  /** The generation, which stays what it is until the end of the transaction. */
  public static Generation requireWritable(Database.Session session, long id) {
    return requireNotRetired(find(session, id, " FOR SHARE"));
  }

  private static Generation find(Database.Session session, long id, String lock) {
    return session
        .query("SELECT * FROM $schema.embed_generations WHERE id = :id" + lock)
        .bind("id", id)
        .map(GENERATION)
        .findFirst()
        .orElseThrow(() -> new UnknownGenerationException(id));
  }

  private static Generation requireNotRetired(Generation generation) {
    if (generation.state() == Generation.State.RETIRED) {
      throw new GenerationStateException(
          generation.id(),
          Generation.State.RETIRED,
          "it takes no writes and is not searched; use the active one");
    }
    return generation;
  }

  public static Generation requireBuilding(Database.Session session, long id) {
    Generation generation = require(session, id);
    if (generation.state() != Generation.State.BUILDING) {
      throw new GenerationStateException(
          id, generation.state(), "only a generation that is being built can be activated");
    }
    return generation;
  }

  public static Generation create(
      Database.Session session, Fingerprint fingerprint, long id, Instant now) {
    lock(session);
    List<Generation> all = all(session);
    Optional<Generation> building =
        all.stream()
            .filter(generation -> generation.state() == Generation.State.BUILDING)
            .findFirst();
    if (building.isPresent()) {
      if (!building.get().fingerprint().equals(fingerprint)) {
        throw new GenerationConflictException(building.get(), fingerprint);
      }
      return building.get();
    }
    long highest = all.isEmpty() ? 0 : all.get(all.size() - 1).id();
    if (id <= highest) {
      throw new IllegalArgumentException(
          "generation ids only grow: " + id + " is not above " + highest);
    }
    HnswIndex.Precision.requireIndexable(fingerprint.dimension());
    Generation created =
        session
            .query(
                """
                INSERT INTO $schema.embed_generations
                       (id, model, dimension, text_policy, scope, state, created)
                VALUES (:id, :model, :dimension, :text, :scope, 'BUILDING', :now)
                RETURNING *""")
            .bind("id", id)
            .bind("model", PgValues.requireStorable("the model's name", fingerprint.model()))
            .bind("dimension", fingerprint.dimension())
            .bind("text", PgValues.requireStorable("the text policy", fingerprint.text()))
            .bind("scope", fingerprint.scope().toString())
            .bind("now", PgValues.floor(now))
            .map(GENERATION)
            .one();
    for (String table : List.of("embed_messages", "embed_chunks")) {
      // Attaching a table waits for no reader of the others, as creating it as a partition would.
      session.execute(
          """
          CREATE TABLE $schema.%1$s_%2$d (LIKE $schema.%1$s INCLUDING ALL);
          ALTER TABLE $schema.%1$s ATTACH PARTITION $schema.%1$s_%2$d FOR VALUES IN (%2$d)"""
              .formatted(table, id));
    }
    return created;
  }

  public static void activate(Database.Session session, long id, String indexedAs, Instant now) {
    lock(session);
    requireBuilding(session, id);
    session
        .update(
            """
            UPDATE $schema.embed_generations SET state = 'RETIRED', retired = :now
             WHERE state = 'ACTIVE'""")
        .bind("now", PgValues.floor(now))
        .execute();
    session
        .update(
            """
            UPDATE $schema.embed_generations
               SET state = 'ACTIVE', activated = :now, indexed_as = :indexedAs
             WHERE id = :id""")
        .bind("now", PgValues.floor(now))
        .bind("indexedAs", indexedAs)
        .bind("id", id)
        .execute();
  }

  public static void retire(Database.Session session, long id, Instant now) {
    session
        .update(
            """
            UPDATE $schema.embed_generations SET state = 'RETIRED', retired = :now
             WHERE id = :id AND state <> 'RETIRED'""")
        .bind("now", PgValues.floor(now))
        .bind("id", id)
        .execute();
  }

  /** Lets no other transaction change a life cycle until this one ends. */
  public static void lock(Database.Session session) {
    session.execute("LOCK TABLE $schema.embed_generations IN SHARE ROW EXCLUSIVE MODE");
  }

  /** Returns the tables of a retired generation that are there, without their schema. */
  public static List<String> droppableTables(Database.Session session, long id) {
    GenerationLifecycle.requireRetired(require(session, id));
    return session
        .query(
            """
            SELECT name
              FROM unnest(ARRAY['embed_chunks_' || :id, 'embed_messages_' || :id]) AS name
             WHERE to_regclass(:schema || '.' || name) IS NOT NULL""")
        .bind("id", Long.toString(id))
        .bind("schema", session.sql("$schema"))
        .mapTo(String.class)
        .list();
  }

  public static void recordBackstop(Database.Session session, long id, Instant began) {
    requireOne(
        id,
        session
            .update("UPDATE $schema.embed_generations SET last_backstop = :began WHERE id = :id")
            .bind("began", PgValues.floor(began))
            .bind("id", id)
            .execute());
  }

  public static Watermark watermark(Database.Session session, long id) {
    return session
        .query("SELECT watermark, watermark_epoch FROM $schema.embed_generations WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> new Watermark(row.getLong(1), row.getLong(2)))
        .findFirst()
        .orElseThrow(() -> new UnknownGenerationException(id));
  }

  public static boolean advanceWatermark(
      Database.Session session, long id, Watermark from, long to) {
    require(session, id);
    return session
            .update(
                """
                UPDATE $schema.embed_generations SET watermark = :to
                 WHERE id = :id AND watermark = :from AND watermark_epoch = :epoch""")
            .bind("to", to)
            .bind("id", id)
            .bind("from", from.id())
            .bind("epoch", from.epoch())
            .execute()
        > 0;
  }

  public static int lowerWatermarks(Database.Session session, long belowId) {
    return session
        .update(
            """
            UPDATE $schema.embed_generations
               SET watermark = least(watermark, :to), watermark_epoch = watermark_epoch + 1""")
        .bind("to", belowId - 1)
        .execute();
  }

  private static void requireOne(long id, int rows) {
    if (rows == 0) {
      throw new UnknownGenerationException(id);
    }
  }
}
