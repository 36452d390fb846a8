package io.msgvault.embed.testkit;

import io.msgvault.embed.CoverageCheck;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.IndexSize;
import io.msgvault.embed.Lease;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.RunRecord;
import io.msgvault.embed.SharedLease;
import io.msgvault.embed.VectorHit;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.Watermark;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A vector store that does what another does; override what is to be different. */
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
  public void retireForced(long generation) {
    store.retireForced(generation);
  }

  @Override
  public void reclaim() {
    store.reclaim();
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
  public List<VectorHit> searchAmong(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return store.searchAmong(generation, query, k, messageIds);
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
  public boolean sharesLeases() {
    return store.sharesLeases();
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
  public RunRecord beginRun(long generation, boolean backstop, Instant started) {
    return store.beginRun(generation, backstop, started);
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
