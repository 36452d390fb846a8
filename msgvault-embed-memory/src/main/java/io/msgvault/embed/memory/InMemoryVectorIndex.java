package io.msgvault.embed.memory;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.support.VectorMath;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Keeps vectors in memory for a ledger that is kept elsewhere: {@link
 * io.msgvault.embed.store.VectorStore#of} joins the two. It knows no life cycle, and searches
 * exactly. {@link InMemoryVectorStore} is both halves in one.
 */
public class InMemoryVectorIndex implements VectorIndex {
  /** Holds the vectors of all indexes that are open on it. */
  public static final class Storage {
    private final ConcurrentHashMap<Long, NavigableMap<Long, MessageVectors>> generations =
        new ConcurrentHashMap<>();

    /** Creates an empty storage. */
    public Storage() {}
  }

  private final Storage storage;
  private volatile boolean closed;

  /** Opens an index on a storage. */
  public InMemoryVectorIndex(Storage storage) {
    this.storage = storage;
  }

  private NavigableMap<Long, MessageVectors> vectors(long generation) {
    requireOpen();
    return storage.generations.computeIfAbsent(generation, id -> new TreeMap<>());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the index is closed");
    }
  }

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    synchronized (storage) {
      batch.forEach(message -> vectors(generation).put(message.messageId(), message));
    }
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    synchronized (storage) {
      messageIds.forEach(vectors(generation)::remove);
    }
  }

  @Override
  public IndexSize size(long generation) {
    synchronized (storage) {
      Collection<MessageVectors> all = vectors(generation).values();
      return new IndexSize(
          all.size(), all.stream().mapToLong(message -> message.chunks().size()).sum());
    }
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    synchronized (storage) {
      return vectors(generation).tailMap(afterId, false).values().stream()
          .limit(limit)
          .map(message -> new MessageRevision(message.messageId(), message.revision()))
          .toList();
    }
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    synchronized (storage) {
      return new TreeSet<>(messageIds)
          .stream().map(vectors(generation)::get).filter(Objects::nonNull).toList();
    }
  }

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    synchronized (storage) {
      return best(vectors(generation).values().stream(), query, k);
    }
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return best(vectors(generation, messageIds).stream(), query, k);
  }

  private static List<VectorHit> best(Stream<MessageVectors> messages, float[] query, int k) {
    return messages
        .map(message -> best(message, query))
        .sorted(
            Comparator.comparingDouble(VectorHit::score)
                .reversed()
                .thenComparingLong(VectorHit::messageId))
        .limit(k)
        .toList();
  }

  private static VectorHit best(MessageVectors message, float[] query) {
    ChunkVector best = message.chunks().get(0);
    for (ChunkVector chunk : message.chunks()) {
      if (VectorMath.cosine(query, chunk.vector()) > VectorMath.cosine(query, best.vector())) {
        best = chunk;
      }
    }
    return new VectorHit(
        message.messageId(),
        message.revision(),
        best.start(),
        best.end(),
        VectorMath.cosine(query, best.vector()));
  }

  @Override
  public double recall() {
    requireOpen();
    return 1;
  }

  @Override
  public void drop(long generation) {
    synchronized (storage) {
      vectors(generation).clear();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
