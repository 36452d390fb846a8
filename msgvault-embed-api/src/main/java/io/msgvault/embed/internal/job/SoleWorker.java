package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Watermark;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The only worker of its generation: it may fill every id. */
final class SoleWorker implements Worker {
  private final JobSettings job;
  private final long generation;
  private final Lease lease;

  SoleWorker(JobSettings job, long generation, Lease lease) {
    this.job = job;
    this.generation = generation;
    this.lease = lease;
  }

  @Override
  public boolean isLeaseHeld() {
    return lease.isHeld();
  }

  @Override
  public Optional<String> leaseLossCause() {
    return lease.lossCause();
  }

  @Override
  public boolean tryExclusive() {
    return true;
  }

  @Override
  public void endExclusive() {}

  @Override
  public RunRecord beginRun(RunKind kind, Instant started) {
    return job.vectors().beginRun(generation, kind, started);
  }

  @Override
  public boolean findWork(long afterId) {
    return !job.messages()
        .scan(generation, job.scope(), afterId, new ScanLimits(1, 1, 1))
        .isEmpty();
  }

  @Override
  public Optional<IdRange> range() {
    return Optional.of(IdRange.ALL);
  }

  @Override
  public Optional<IdRange> nextRange(long afterId) {
    return Optional.empty();
  }

  @Override
  public boolean hasCapacity() {
    return true;
  }

  @Override
  public void started(long id) {}

  @Override
  public void finished(long id) {}

  @Override
  public boolean pollSkipped() {
    return false;
  }

  /** A store that supports seeking scans needs no watermark. */
  @Override
  public boolean advanceWatermark(Watermark from, long to) {
    return !job.messages().supportsSeekingScan()
        && job.vectors().advanceWatermark(generation, from, to);
  }

  @Override
  public boolean isActivationFree() {
    return true;
  }

  @Override
  public boolean claimActivation() {
    return true;
  }

  @Override
  public boolean claimWords() {
    return true;
  }

  @Override
  public boolean isAlone() {
    return true;
  }

  @Override
  public Set<Long> whileClaimed(Set<Long> ids, Consumer<Collection<Long>> work) {
    work.accept(ids);
    return ids;
  }

  @Override
  public void close() {
    lease.close();
  }
}
