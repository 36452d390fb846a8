package io.msgvault.embed.store;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.support.GenerationLifecycle;
import io.msgvault.embed.store.support.VectorMath;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** A ledger and an index that do not share their storage. */
final class JoinedVectorStore implements VectorStore {
  private final GenerationLedger ledger;
  private final VectorIndex index;

  JoinedVectorStore(GenerationLedger ledger, VectorIndex index) {
    this.ledger = ledger;
    this.index = index;
  }

  private Generation require(long generation) {
    return ledger
        .generation(generation)
        .orElseThrow(() -> new UnknownGenerationException(generation));
  }

  private Generation requireWritable(long generation) {
    return GenerationLifecycle.requireWritable(require(generation));
  }

  // The ledger

  @Override
  public void bind(UUID archive) {
    ledger.bind(archive);
  }

  @Override
  public Optional<UUID> archive() {
    return ledger.archive();
  }

  @Override
  public List<Generation> generations() {
    return ledger.generations();
  }

  @Override
  public Optional<Generation> generation(long id) {
    return ledger.generation(id);
  }

  @Override
  public Optional<Generation> active() {
    return ledger.active();
  }

  @Override
  public Optional<Generation> building() {
    return ledger.building();
  }

  @Override
  public Generation create(Fingerprint fingerprint, long id) {
    return ledger.create(fingerprint, id);
  }

  @Override
  public void activate(long generation, CoverageCheck check) {
    ledger.activate(
        generation,
        candidate -> {
          check.require(candidate);
          index.prepare(candidate.id());
        });
  }

  @Override
  public void retire(long generation) {
    ledger.retire(generation);
  }

  @Override
  public void forceRetire(long generation) {
    ledger.forceRetire(generation);
  }

  @Override
  public Generation revive(long generation) {
    return ledger.revive(generation);
  }

  @Override
  public Watermark watermark(long generation) {
    return ledger.watermark(generation);
  }

  @Override
  public boolean advanceWatermark(long generation, Watermark from, long to) {
    return ledger.advanceWatermark(generation, from, to);
  }

  @Override
  public void lowerWatermarks(long belowId) {
    ledger.lowerWatermarks(belowId);
  }

  @Override
  public Optional<Lease> lease(long generation) {
    return ledger.lease(generation);
  }

  @Override
  public boolean supportsSharedLease() {
    return ledger.supportsSharedLease();
  }

  @Override
  public Optional<SharedLease> sharedLease(long generation) {
    return ledger.sharedLease(generation);
  }

  @Override
  public void recordBackstop(long generation, Instant started) {
    ledger.recordBackstop(generation, started);
  }

  @Override
  public RunRecord beginRun(long generation, RunKind kind, Instant started) {
    return ledger.beginRun(generation, kind, started);
  }

  @Override
  public void endRun(RunRecord ended) {
    ledger.endRun(ended);
  }

  @Override
  public List<RunRecord> runs(int limit) {
    return ledger.runs(limit);
  }

  // The index

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    int dimension = requireWritable(generation).fingerprint().dimension();
    MessageVectors.requireValid(batch, dimension);
    if (!batch.isEmpty()) {
      index.upsert(generation, batch);
      takeBackUnlessWritable(generation, batch);
    }
  }

  /**
   * Deletes what was just written if the generation was retired meanwhile. It may have been dropped
   * too, and then nothing else would delete these vectors.
   */
  private void takeBackUnlessWritable(long generation, Collection<MessageVectors> written) {
    try {
      requireWritable(generation);
    } catch (GenerationStateException retired) {
      index.delete(generation, written.stream().map(MessageVectors::messageId).toList());
      throw retired;
    }
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    require(generation);
    index.delete(generation, messageIds);
  }

  @Override
  public IndexSize size(long generation) {
    require(generation);
    return index.size(generation);
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    require(generation);
    return index.messageIds(generation, afterId, limit);
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    require(generation);
    return index.vectors(generation, messageIds);
  }

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    return search(generation, query, k, () -> index.search(generation, query, k));
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return search(
        generation, query, k, () -> index.searchExactly(generation, query, k, messageIds));
  }

  @Override
  public List<VectorHit> search(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return search(generation, query, k, () -> index.search(generation, query, k, messageIds));
  }

  private List<VectorHit> search(
      long generation, float[] query, int k, Supplier<List<VectorHit>> search) {
    if (k < 1) {
      Optional<UUID> unused = archive(); // a closed store says that it is closed
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
    Generation searched = GenerationLifecycle.requireSearchable(require(generation));
    VectorMath.requireValid("the query", query, searched.fingerprint().dimension());
    List<VectorHit> hits = search.get();
    if (hits.size() < k) {
      // It may have been retired and dropped during the search, which explains what is missing.
      GenerationLifecycle.requireSearchable(require(generation));
    }
    return hits;
  }

  @Override
  public double recall() {
    return index.recall();
  }

  @Override
  public void prepare(long generation) {
    requireWritable(generation);
    index.prepare(generation);
  }

  @Override
  public void drop(long generation) {
    GenerationLifecycle.requireRetired(require(generation));
    // The lease keeps out a run that would fill the generation if it were revived now. Where a run
    // has it, a later call drops the vectors.
    Optional<Lease> lease = ledger.lease(generation);
    if (lease.isPresent()) {
      try (Lease held = lease.get()) {
        GenerationLifecycle.requireRetired(require(generation));
        index.drop(generation);
      }
    }
  }

  @Override
  public void close() {
    try {
      index.close();
    } finally {
      ledger.close();
    }
  }
}
