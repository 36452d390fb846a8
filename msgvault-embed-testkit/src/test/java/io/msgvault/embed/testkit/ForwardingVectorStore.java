package io.msgvault.embed.testkit;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A vector store that passes each call to another store; override a method to change it. */
class ForwardingVectorStore implements VectorStore {
  final VectorStore store;

  ForwardingVectorStore(VectorStore store) {
    this.store = store;
  }

  @Override
  public void bind(UUID archive) {
    store.bind(archive);
  }

  @Override
  public Optional<UUID> archive() {
    return store.archive();
  }

  @Override
  public List<Generation> generations() {
    return store.generations();
  }

  @Override
  public Generation create(Fingerprint fingerprint, long id) {
    return store.create(fingerprint, id);
  }

  @Override
  public void activate(long generation, CoverageCheck check) {
    store.activate(generation, check);
  }

  @Override
  public void retire(long generation) {
    store.retire(generation);
  }

  @Override
  public void forceRetire(long generation) {
    store.forceRetire(generation);
  }

  @Override
  public void prepare(long generation) {
    store.prepare(generation);
  }

  @Override
  public void drop(long generation) {
    store.drop(generation);
  }

  @Override
  public Generation revive(long generation) {
    return store.revive(generation);
  }

  @Override
  public void dropRetired(Instant before) {
    store.dropRetired(before);
  }

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    store.upsert(generation, batch);
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    store.delete(generation, messageIds);
  }

  @Override
  public IndexSize size(long generation) {
    return store.size(generation);
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    return store.messageIds(generation, afterId, limit);
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    return store.vectors(generation, messageIds);
  }

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    return store.search(generation, query, k);
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return store.searchExactly(generation, query, k, messageIds);
  }

  @Override
  public List<VectorHit> search(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return store.search(generation, query, k, messageIds);
  }

  @Override
  public double recall() {
    return store.recall();
  }

  @Override
  public Watermark watermark(long generation) {
    return store.watermark(generation);
  }

  @Override
  public boolean advanceWatermark(long generation, Watermark from, long to) {
    return store.advanceWatermark(generation, from, to);
  }

  @Override
  public void lowerWatermarks(long belowId) {
    store.lowerWatermarks(belowId);
  }

  @Override
  public Optional<Lease> lease(long generation) {
    return store.lease(generation);
  }

  @Override
  public boolean supportsSharedLease() {
    return store.supportsSharedLease();
  }

  @Override
  public Optional<SharedLease> sharedLease(long generation) {
    return store.sharedLease(generation);
  }

  @Override
  public void recordBackstop(long generation, Instant began) {
    store.recordBackstop(generation, began);
  }

  @Override
  public RunRecord beginRun(long generation, RunKind kind, Instant started) {
    return store.beginRun(generation, kind, started);
  }

  @Override
  public void endRun(RunRecord ended) {
    store.endRun(ended);
  }

  @Override
  public List<RunRecord> runs(int limit) {
    return store.runs(limit);
  }

  @Override
  public void close() {
    store.close();
  }
}
