package io.msgvault.embed.pgvector.internal.index;

import com.pgvector.PGvector;
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
 * Reads and writes the vectors of a generation. Writers of one message queue at its row of {@code
 * embed_messages}. Only then do they look at its chunks, in a statement that sees what the writer
 * before has left.
 */
public final class VectorTable {
  /** Bounds what one statement carries: 16 MiB of vectors. */
  private static final int FLOATS_PER_STATEMENT = 4 << 20;

  /**
   * Bounds the lengths between which single-precision similarities and half-precision components
   * are accurate.
   */
  private static final double MIN_NORM = 0x1p-3;

  private static final double MAX_NORM = 0x1p10;

  private VectorTable() {}

  private static VectorDao dao(Database.Session session) {
    return session.dao(VectorDao.class);
  }

  /**
   * Checks that a batch has each message once, and valid vectors of a dimension.
   *
   * @throws IllegalArgumentException if a message comes twice
   * @throws io.msgvault.embed.model.InvalidVectorException if a vector is not valid
   */
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

  /** Replaces the vectors of each message of a batch. */
  public static void upsert(
      Database.Session session, long generation, int dimension, Collection<MessageVectors> batch) {
    TreeMap<Long, MessageVectors> byId = new TreeMap<>();
    batch.forEach(message -> byId.put(message.messageId(), message));
    Collection<MessageVectors> messages = byId.values();
    dao(session)
        .upsertMessages(
            generation,
            byId.keySet(),
            map(messages, MessageVectors::revision),
            map(
                messages,
                message -> PgValues.requireStorable("a text's digest", message.textDigest())));
    dao(session).deleteChunks(generation, byId.keySet());
    List<Row> rows = new ArrayList<>();
    for (MessageVectors message : messages) {
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
    float[] components = new float[rows.size() * dimension];
    Map<Row, float[]> originals = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      float[] original = rows.get(i).vector.vector();
      float[] stored = rescaled(original);
      if (stored != original) {
        originals.put(rows.get(i), original);
      }
      System.arraycopy(stored, 0, components, i * dimension, dimension);
    }
    VectorDao dao = dao(session);
    dao.insertChunks(
        generation,
        dimension,
        components,
        map(rows, Row::messageId),
        map(rows, Row::chunk),
        map(rows, row -> row.vector.start()),
        map(rows, row -> row.vector.end()));
    originals.forEach(
        (row, original) ->
            dao.keepOriginal(generation, row.messageId, row.chunk, new PGvector(original)));
  }

  /** Returns the vector itself, or one of length 1 if its own length is out of bounds. */
  private static float[] rescaled(float[] vector) {
    double norm = VectorMath.norm(vector);
    return norm >= MIN_NORM && norm <= MAX_NORM ? vector : VectorMath.normalize(vector);
  }

  /** Deletes the vectors of messages. */
  public static void delete(
      Database.Session session, long generation, Collection<Long> messageIds) {
    List<Long> deleted = dao(session).deleteMessages(generation, messageIds);
    dao(session).deleteChunks(generation, deleted);
  }

  public static IndexSize size(Database.Session session, long generation) {
    return dao(session).size(generation);
  }

  /** Returns a page of the messages that have vectors, in the order of their ids. */
  public static List<MessageRevision> messageIds(
      Database.Session session, long generation, long afterId, int limit) {
    return dao(session).messageIds(generation, afterId, limit);
  }

  /** Returns what was stored for messages, in the order of their ids. */
  public static List<MessageVectors> vectors(
      Database.Session session, long generation, Collection<Long> messageIds) {
    record Key(MessageRevision message, String digest) {}

    Map<Key, List<ChunkVector>> messages = new LinkedHashMap<>();
    for (VectorDao.ChunkRow row : dao(session).chunks(generation, messageIds)) {
      messages
          .computeIfAbsent(new Key(row.message(), row.digest()), first -> new ArrayList<>())
          .add(row.chunk());
    }
    return messages.entrySet().stream()
        .map(
            entry ->
                new MessageVectors(
                    entry.getKey().message.messageId(),
                    entry.getKey().message.revision(),
                    entry.getKey().digest,
                    entry.getValue()))
        .toList();
  }

  private static <T, R> List<R> map(Collection<T> values, Function<T, R> property) {
    return values.stream().map(property).toList();
  }
}
