package io.msgvault.embed.memory;

import io.msgvault.embed.memory.InMemoryIndex.Entry;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.store.support.GenerationLifecycle;
import io.msgvault.embed.store.support.VectorMath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A vector store in memory, for unit tests. It compares a query with every vector, so its {@link
 * #recall} is 1. It keeps the whole contract but durability: what it holds lives as long as its
 * {@link InMemoryIndex}. Several stores on one index behave like several connections to one
 * database.
 */
public final class InMemoryVectorStore implements VectorStore {
  private static final Comparator<VectorHit> BEST_FIRST =
      Comparator.comparingDouble(VectorHit::score)
          .reversed()
          .thenComparingLong(VectorHit::messageId);

  private final InMemoryIndex index;
  private volatile boolean closed;

  /** A store on an index that others may be open on too. */
  public InMemoryVectorStore(InMemoryIndex index) {
    this.index = index;
  }

  @Override
  public void bind(UUID archive) {
    requireOpen();
    synchronized (index) {
      UUID bound = index.archive.orElse(archive);
      if (!bound.equals(archive)) {
        throw new ArchiveMismatchException(bound, archive);
      }
      index.archive = Optional.of(archive);
    }
  }

  @Override
  public Optional<UUID> archive() {
    requireOpen();
    synchronized (index) {
      return index.archive;
    }
  }

  // Generations

  @Override
  public List<Generation> generations() {
    requireOpen();
    synchronized (index) {
      return index.generations.values().stream().map(entry -> entry.generation).toList();
    }
  }

  @Override
  public Generation create(Fingerprint fingerprint, long id) {
    requireOpen();
    synchronized (index) {
      List<Generation> all = generations();
      Optional<Generation> resumed = GenerationLifecycle.resumable(all, fingerprint, id);
      if (resumed.isPresent()) {
        return resumed.get();
      }
      Generation created = Generation.builder(id, fingerprint, index.clock.instant()).build();
      index.generations.put(id, new Entry(created));
      return created;
    }
  }

  @Override
  public void activate(long generation, CoverageCheck check) {
    requireOpen();
    Generation candidate;
    synchronized (index) {
      candidate = requireBuilding(generation).generation;
    }
    check.require(candidate);
    synchronized (index) {
      Entry entry = requireBuilding(generation);
      active().ifPresent(previous -> end(index.entry(previous.id())));
      entry.generation =
          entry.generation.toBuilder()
              .state(Generation.State.ACTIVE)
              .activated(Optional.of(index.clock.instant()))
              .build();
    }
  }

  @Override
  public void retire(long generation) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      GenerationLifecycle.requireRetirable(entry.generation);
      end(entry);
    }
  }

  @Override
  public void forceRetire(long generation) {
    requireOpen();
    synchronized (index) {
      end(index.entry(generation));
    }
  }

  @Override
  public Generation revive(long generation) {
    requireOpen();
    synchronized (index) {
      GenerationLifecycle.requireRevivable(generations(), generation, false);
      Entry entry = index.entry(generation);
      entry.generation =
          entry.generation.toBuilder()
              .state(Generation.State.BUILDING)
              .activated(Optional.empty())
              .retired(Optional.empty())
              .lastBackstop(Optional.empty())
              .build();
      entry.watermark = entry.watermark.lower(1);
      return entry.generation;
    }
  }

  @Override
  public void drop(long generation) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      GenerationLifecycle.requireRetired(entry.generation);
      entry.vectors.clear();
    }
  }

  private Entry requireBuilding(long generation) {
    Entry entry = index.entry(generation);
    GenerationLifecycle.requireBuilding(entry.generation);
    return entry;
  }

  private void end(Entry entry) {
    if (entry.generation.state() != Generation.State.RETIRED) {
      entry.generation =
          entry.generation.toBuilder()
              .state(Generation.State.RETIRED)
              .retired(Optional.of(index.clock.instant()))
              .build();
    }
  }

  private Entry requireWritable(long generation) {
    Entry entry = index.entry(generation);
    GenerationLifecycle.requireWritable(entry.generation);
    return entry;
  }

  private Entry requireSearchable(long generation) {
    Entry entry = index.entry(generation);
    GenerationLifecycle.requireSearchable(entry.generation);
    return entry;
  }

  // Vectors

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    requireOpen();
    synchronized (index) {
      Entry entry = requireWritable(generation);
      MessageVectors.requireValid(batch, entry.generation.fingerprint().dimension());
      for (MessageVectors message : batch) {
        entry.vectors.put(message.messageId(), message);
      }
    }
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      messageIds.forEach(entry.vectors::remove);
    }
  }

  @Override
  public IndexSize size(long generation) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      long chunks =
          entry.vectors.values().stream().mapToLong(message -> message.chunks().size()).sum();
      return new IndexSize(entry.vectors.size(), chunks);
    }
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    requireOpen();
    synchronized (index) {
      return index.entry(generation).vectors.tailMap(afterId, false).values().stream()
          .limit(limit)
          .map(message -> new MessageRevision(message.messageId(), message.revision()))
          .toList();
    }
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      return new TreeSet<>(messageIds)
          .stream().map(entry.vectors::get).filter(Objects::nonNull).toList();
    }
  }

  // Search

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    requireSearch(k);
    synchronized (index) {
      Entry entry = requireSearchable(generation);
      return best(entry, entry.vectors.values().stream(), query, k);
    }
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    requireSearch(k);
    synchronized (index) {
      Entry entry = requireSearchable(generation);
      Stream<MessageVectors> candidates =
          messageIds.stream().distinct().map(entry.vectors::get).filter(Objects::nonNull);
      return best(entry, candidates, query, k);
    }
  }

  private void requireSearch(int k) {
    requireOpen();
    if (k < 1) {
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
  }

  private static List<VectorHit> best(
      Entry entry, Stream<MessageVectors> candidates, float[] query, int k) {
    VectorMath.requireValid("the query", query, entry.generation.fingerprint().dimension());
    return candidates
        .map(message -> bestChunk(message, query))
        .sorted(BEST_FIRST)
        .limit(k)
        .toList();
  }

  private static VectorHit bestChunk(MessageVectors message, float[] query) {
    ChunkVector best = message.chunks().get(0);
    double score = VectorMath.cosine(query, best.vector());
    for (ChunkVector chunk : message.chunks().subList(1, message.chunks().size())) {
      double next = VectorMath.cosine(query, chunk.vector());
      if (next > score) {
        best = chunk;
        score = next;
      }
    }
    return new VectorHit(message.messageId(), message.revision(), best.start(), best.end(), score);
  }

  @Override
  public double recall() {
    requireOpen();
    return 1;
  }

  // Book-keeping of the runs

  @Override
  public Watermark watermark(long generation) {
    requireOpen();
    synchronized (index) {
      return index.entry(generation).watermark;
    }
  }

  @Override
  public boolean advanceWatermark(long generation, Watermark from, long to) {
    requireOpen();
    Watermark advanced = from.advance(to);
    synchronized (index) {
      Entry entry = index.entry(generation);
      if (!entry.watermark.equals(from)) {
        return false;
      }
      entry.watermark = advanced;
      return true;
    }
  }

  @Override
  public void lowerWatermarks(long belowId) {
    requireOpen();
    synchronized (index) {
      for (Entry entry : index.generations.values()) {
        entry.watermark = entry.watermark.lower(belowId);
      }
    }
  }

  @Override
  public Optional<Lease> lease(long generation) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      return entry.sharing.isEmpty() ? tryLease(entry) : Optional.empty();
    }
  }

  /** Takes the lease, if it is free. */
  Optional<Lease> tryLease(Entry entry) {
    if (entry.holder.isPresent()) {
      return Optional.empty();
    }
    HeldLease lease = new HeldLease(entry);
    entry.holder = Optional.of(lease);
    return Optional.of(lease);
  }

  @Override
  public boolean supportsSharedLease() {
    requireOpen();
    return true;
  }

  @Override
  public Optional<SharedLease> sharedLease(long generation) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      if (entry.holder.isPresent()) {
        return Optional.empty();
      }
      InMemorySharedLease share = new InMemorySharedLease(this, index, generation);
      entry.sharing.add(share);
      return Optional.of(share);
    }
  }

  /** A lease, of this instance. */
  final class HeldLease implements Lease {
    private final Entry entry;

    private HeldLease(Entry entry) {
      this.entry = entry;
    }

    @Override
    public boolean isHeld() {
      synchronized (index) {
        return entry.holder.filter(holder -> holder == this).isPresent();
      }
    }

    @Override
    public void close() {
      synchronized (index) {
        if (isHeld()) {
          entry.holder = Optional.empty();
        }
      }
    }

    private boolean isOf(InMemoryVectorStore store) {
      return store == InMemoryVectorStore.this;
    }
  }

  @Override
  public void recordBackstop(long generation, Instant began) {
    requireOpen();
    synchronized (index) {
      Entry entry = index.entry(generation);
      entry.generation = entry.generation.toBuilder().lastBackstop(Optional.of(began)).build();
    }
  }

  @Override
  public RunRecord beginRun(long generation, RunKind kind, Instant started) {
    requireOpen();
    return begin(generation, kind, started, run -> true);
  }

  /**
   * Begins a run.
   *
   * @param dead which open runs of the generation are of dead workers
   */
  RunRecord begin(long generation, RunKind kind, Instant started, Predicate<RunRecord> dead) {
    synchronized (index) {
      index.entry(generation);
      index.runs.replaceAll(
          run ->
              run.status() == RunRecord.Status.RUNNING
                      && ((run.generation() == generation && dead.test(run))
                          || index.entry(run.generation()).generation.state()
                              == Generation.State.RETIRED)
                  ? run.end(started, RunRecord.Status.ABANDONED, run.counts(), "")
                  : run);
      RunRecord run = RunRecord.builder(index.runs.size() + 1L, generation, kind, started).build();
      index.runs.add(run);
      return run;
    }
  }

  @Override
  public void endRun(RunRecord ended) {
    requireOpen();
    synchronized (index) {
      index.runs.replaceAll(run -> run.id() == ended.id() ? ended : run);
    }
  }

  @Override
  public List<RunRecord> runs(int limit) {
    requireOpen();
    synchronized (index) {
      List<RunRecord> newestFirst = new ArrayList<>(index.runs);
      newestFirst.sort(Comparator.comparingLong(RunRecord::id).reversed());
      return List.copyOf(newestFirst.subList(0, Math.min(limit, newestFirst.size())));
    }
  }

  @Override
  public void close() {
    synchronized (index) {
      closed = true;
      for (Entry entry : index.generations.values()) {
        Set.copyOf(entry.sharing).stream()
            .filter(share -> share.isOf(this))
            .forEach(InMemorySharedLease::close);
        entry.holder = entry.holder.filter(lease -> !lease.isOf(this));
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the vector store is closed");
    }
  }
}
