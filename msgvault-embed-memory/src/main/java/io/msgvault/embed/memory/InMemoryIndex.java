package io.msgvault.embed.memory;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Watermark;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An index in memory: the storage behind any number of {@link InMemoryVectorStore}s. Safe for use
 * by many threads.
 */
public final class InMemoryIndex {
  /** A generation with all that belongs to it. */
  public static final class Entry {
    Generation generation;
    public final NavigableMap<Long, MessageVectors> vectors = new TreeMap<>();
    Watermark watermark = Watermark.START;
    Optional<InMemoryVectorStore.HeldLease> holder = Optional.empty();
    final Set<InMemorySharedLease> sharing = new HashSet<>();
    final Map<Long, InMemorySharedLease> stripes = new HashMap<>();

    /** Starts with no vectors. */
    public Entry(Generation generation) {
      this.generation = generation;
    }
  }

  // All of it is touched only by threads that hold this object's monitor.

  public final Clock clock;
  public final NavigableMap<Long, Entry> generations = new TreeMap<>();
  public final List<RunRecord> runs = new ArrayList<>();

  /** The workers that began the open runs of a shared generation. */
  final Map<Long, InMemorySharedLease> workers = new HashMap<>();

  Optional<UUID> archive = Optional.empty();

  /** An empty index that notes times by the system's clock. */
  public InMemoryIndex() {
    this(Clock.systemUTC());
  }

  /**
   * An empty index that notes by this clock when generations are created, activated and retired.
   */
  public InMemoryIndex(Clock clock) {
    this.clock = clock;
  }

  /** Returns a generation with all that belongs to it. */
  public Entry entry(long generation) {
    Entry entry = generations.get(generation);
    if (entry == null) {
      throw new UnknownGenerationException(generation);
    }
    return entry;
  }
}
