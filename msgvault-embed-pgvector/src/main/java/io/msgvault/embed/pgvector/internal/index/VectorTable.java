package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.support.VectorMath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The vectors of a generation. Writers of one message queue at its row of {@code embed_messages},
 * and only then look at its chunks, in a statement that sees what the one before left.
 */
public final class VectorTable {
  /** Bounds what one statement carries: 16 MiB of vectors. */
  private static final int FLOATS_PER_STATEMENT = 4 << 20;

  /**
   * Between these lengths, single-precision similarities and half-precision components are sound.
   */
  private static final double MIN_NORM = 0x1p-3;

  private static final double MAX_NORM = 0x1p10;

  private VectorTable() {}

  public static void check(Collection<MessageVectors> batch, int dimension) {
    Set<Long> ids = new HashSet<>();
    for (MessageVectors message : batch) {
      if (!ids.add(message.messageId())) {
        throw new IllegalArgumentException(
            "message " + message.messageId() + " comes twice in one batch");
      }
      for (ChunkVector chunk : message.chunks()) {
        VectorMath.requireValid("message " + message.messageId(), chunk.vector(), dimension);
      }
    }
  }

  public static void upsert(
      Database.Session session, long generation, int dimension, Collection<MessageVectors> batch) {
    TreeMap<Long, MessageVectors> byId = new TreeMap<>();
    batch.forEach(message -> byId.put(message.messageId(), message));
    session
        .update(
            """
            INSERT INTO $schema.embed_messages (generation, message_id, revision, text_digest)
            SELECT :generation, id, revision, digest
              FROM unnest(:ids, :revisions, :digests) AS given (id, revision, digest)
            ON CONFLICT (generation, message_id) DO UPDATE
               SET revision = excluded.revision, text_digest = excluded.text_digest""")
        .bind("generation", generation)
        .bindArray("ids", Long.class, byId.keySet())
        .bindArray("revisions", Long.class, map(byId.values(), MessageVectors::revision))
        .bindArray(
            "digests",
            String.class,
            map(
                byId.values(),
                message -> PgValues.requireStorable("a text's digest", message.textDigest())))
        .execute();
    deleteChunks(session, generation, byId.keySet());
    List<Row> rows = new ArrayList<>();
    for (MessageVectors message : byId.values()) {
      for (int i = 0; i < message.chunks().size(); i++) {
        rows.add(new Row(message.messageId(), i, message.chunks().get(i)));
      }
    }
    int step = Math.max(1, FLOATS_PER_STATEMENT / dimension);
    for (int from = 0; from < rows.size(); from += step) {
      insert(
          session, generation, dimension, rows.subList(from, Math.min(from + step, rows.size())));
    }
  }

  private record Row(long messageId, int chunk, ChunkVector vector) {}

  private static void insert(
      Database.Session session, long generation, int dimension, List<Row> rows) {
    float[] embeddings = new float[rows.size() * dimension];
    Map<Row, float[]> originals = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      float[] given = rows.get(i).vector.vector();
      float[] kept = rescaled(given);
      if (kept != given) {
        originals.put(rows.get(i), given);
      }
      System.arraycopy(kept, 0, embeddings, i * dimension, dimension);
    }
    session
        .update(
            """
            INSERT INTO $schema.embed_chunks
                   (generation, message_id, chunk, start_at, end_at, embedding)
            SELECT :generation, message_id, chunk, start_at, end_at,
                   CAST((:embeddings)[(place - 1) * :dimension + 1 : place * :dimension]
                        AS $vector.vector)
              FROM unnest(:ids, :chunks, :starts, :ends)
                   WITH ORDINALITY AS given (message_id, chunk, start_at, end_at, place)""")
        .bind("generation", generation)
        .bind("dimension", dimension)
        .bind("embeddings", PgValues.floats(embeddings))
        .bindArray("ids", Long.class, map(rows, Row::messageId))
        .bindArray("chunks", Integer.class, map(rows, Row::chunk))
        .bindArray("starts", Integer.class, map(rows, row -> row.vector.start()))
        .bindArray("ends", Integer.class, map(rows, row -> row.vector.end()))
        .execute();
    originals.forEach(
        (row, original) ->
            session
                .update(
                    """
                    UPDATE $schema.embed_chunks SET original = CAST(:original AS $vector.vector)
                     WHERE generation = :generation AND message_id = :id AND chunk = :chunk""")
                .bind("original", PgValues.floats(original))
                .bind("generation", generation)
                .bind("id", row.messageId)
                .bind("chunk", row.chunk)
                .execute());
  }

  /** The vector itself, or one of length 1 where its own length is too far from that. */
  private static float[] rescaled(float[] vector) {
    double length = norm(vector);
    return length >= MIN_NORM && length <= MAX_NORM ? vector : unit(vector, length);
  }

  /** The vector of length 1 in the same direction. */
  static float[] unit(float[] vector) {
    return unit(vector, norm(vector));
  }

  private static float[] unit(float[] vector, double length) {
    float[] unit = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }

  public static void delete(
      Database.Session session, long generation, Collection<Long> messageIds) {
    List<Long> deleted =
        session
            .query(
                """
                WITH locked AS MATERIALIZED (
                  SELECT message_id FROM $schema.embed_messages
                   WHERE generation = :generation AND message_id = ANY (:ids)
                   ORDER BY message_id FOR UPDATE
                )
                DELETE FROM $schema.embed_messages m USING locked l
                 WHERE m.generation = :generation AND m.message_id = l.message_id
                RETURNING m.message_id""")
            .bind("generation", generation)
            .bindArray("ids", Long.class, messageIds)
            .mapTo(Long.class)
            .list();
    deleteChunks(session, generation, deleted);
  }

  private static void deleteChunks(
      Database.Session session, long generation, Collection<Long> messageIds) {
    session
        .update(
            """
            DELETE FROM $schema.embed_chunks
             WHERE generation = :generation AND message_id = ANY (:ids)""")
        .bind("generation", generation)
        .bindArray("ids", Long.class, messageIds)
        .execute();
  }

  public static IndexSize size(Database.Session session, long generation) {
    return session
        .query(
            """
            SELECT (SELECT count(*) FROM $schema.embed_messages WHERE generation = :generation),
                   (SELECT count(*) FROM $schema.embed_chunks WHERE generation = :generation)""")
        .bind("generation", generation)
        .map((row, context) -> new IndexSize(row.getLong(1), row.getLong(2)))
        .one();
  }

  public static List<MessageRevision> messageIds(
      Database.Session session, long generation, long afterId, int limit) {
    return session
        .query(
            """
            SELECT message_id, revision FROM $schema.embed_messages
             WHERE generation = :generation AND message_id > :after
             ORDER BY message_id LIMIT :limit""")
        .bind("generation", generation)
        .bind("after", afterId)
        .bind("limit", limit)
        .map((row, context) -> new MessageRevision(row.getLong(1), row.getLong(2)))
        .list();
  }

  public static List<MessageVectors> vectors(
      Database.Session session, long generation, Collection<Long> messageIds) {
    record Key(long messageId, long revision, String digest) {}

    Map<Key, List<ChunkVector>> messages = new LinkedHashMap<>();
    session
        .query(
            """
            SELECT m.message_id, revision, text_digest, start_at, end_at,
                   CAST(coalesce(original, embedding) AS real[]) AS vector
              FROM $schema.embed_messages m
              JOIN $schema.embed_chunks c
                ON c.generation = :generation AND c.message_id = m.message_id
             WHERE m.generation = :generation AND m.message_id = ANY (:ids)
             ORDER BY m.message_id, chunk""")
        .bind("generation", generation)
        .bindArray("ids", Long.class, messageIds)
        .map(
            (row, context) -> {
              Key key = new Key(row.getLong(1), row.getLong(2), row.getString(3));
              float[] vector = PgValues.floats(row, "vector");
              messages
                  .computeIfAbsent(key, first -> new ArrayList<>())
                  .add(new ChunkVector(row.getInt(4), row.getInt(5), vector));
              return key;
            })
        .list();
    return messages.entrySet().stream()
        .map(
            entry ->
                new MessageVectors(
                    entry.getKey().messageId,
                    entry.getKey().revision,
                    entry.getKey().digest,
                    entry.getValue()))
        .toList();
  }

  private static <T, R> List<R> map(Collection<T> values, Function<T, R> property) {
    return values.stream().map(property).toList();
  }
}
