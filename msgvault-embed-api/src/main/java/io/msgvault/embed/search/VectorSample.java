package io.msgvault.embed.search;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.support.VectorMath;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds a sample of the active generation's vectors, which tells how the cosines of a question lie
 * over the whole archive. It is the same at every call while the generation does not change, so
 * that pages of one search fit together. It is read again after an hour, or sooner while the
 * archive is small.
 */
final class VectorSample {
  /** The number of places in the range of ids that messages are taken from. */
  private static final int PLACES = 32;

  private static final int MESSAGES_PER_PLACE = 8;
  private static final int CHUNKS_PER_MESSAGE = 4;
  private static final Duration MAX_AGE = Duration.ofHours(1);
  private static final Duration MAX_AGE_OF_FEW = Duration.ofSeconds(10);

  private final VectorStore vectors;
  private final Clock clock;
  private volatile @Nullable Entry cached;

  private record Entry(long generation, Instant read, boolean few, List<float[]> units) {
    boolean isCurrent(long wanted, Instant now) {
      return generation == wanted
          && !read.isAfter(now)
          && !read.plus(few ? MAX_AGE_OF_FEW : MAX_AGE).isBefore(now);
    }
  }

  VectorSample(VectorStore vectors, Clock clock) {
    this.vectors = vectors;
    this.clock = clock;
  }

  /** Returns how the cosines of a question lie over a generation. */
  CosineScale scale(Generation generation, float[] question) {
    return CosineScale.of(question, units(generation.id()));
  }

  private List<float[]> units(long generation) {
    Instant now = clock.instant();
    Entry entry = cached;
    if (entry == null || !entry.isCurrent(generation, now)) {
      Set<Long> ids = ids(generation);
      boolean few = ids.size() < PLACES * MESSAGES_PER_PLACE / 2;
      entry = new Entry(generation, now, few, read(generation, ids));
      cached = entry;
    }
    return entry.units();
  }

  private List<float[]> read(long generation, Set<Long> ids) {
    List<float[]> units = new ArrayList<>();
    for (MessageVectors message : vectors.vectors(generation, ids)) {
      message.chunks().stream()
          .limit(CHUNKS_PER_MESSAGE)
          .map(ChunkVector::vector)
          .map(VectorMath::normalize)
          .forEach(units::add);
    }
    return units;
  }

  /** Returns the ids of a few messages at each of several places that are evenly spaced. */
  private Set<Long> ids(long generation) {
    Set<Long> ids = new TreeSet<>();
    List<MessageRevision> first = vectors.messageIds(generation, 0, 1);
    if (!first.isEmpty()) {
      long start = first.get(0).messageId();
      double step = (lastId(generation, start) - start) / (double) PLACES;
      for (int place = 0; place < PLACES; place++) {
        long after = start - 1 + (long) (place * step);
        vectors.messageIds(generation, after, MESSAGES_PER_PLACE).stream()
            .map(MessageRevision::messageId)
            .forEach(ids::add);
      }
    }
    return ids;
  }

  /** Returns the greatest id, by bisection. */
  private long lastId(long generation, long first) {
    long low = first;
    long high = Long.MAX_VALUE;
    while (low < high) {
      long middle = low + (high - low) / 2;
      List<MessageRevision> next = vectors.messageIds(generation, middle, 1);
      if (next.isEmpty()) {
        high = middle;
      } else {
        low = next.get(0).messageId();
      }
    }
    return low;
  }
}
