package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.Watermark;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A run in its generation: the lease that it holds and the ids that it may fill. A {@link
 * SoleWorker} has the generation to itself. A {@link SharingWorker} divides it with others by
 * claims (EJ-18). Confined to the run's thread.
 */
interface Worker {
  /** Takes the lease that the job is set up for; returns empty if other runs keep this one out. */
  static Optional<Worker> join(JobSettings job, long generation) {
    return job.sharedLease()
        ? job.vectors()
            .sharedLease(generation)
            .map(lease -> new SharingWorker(job, generation, lease))
        : job.vectors().lease(generation).map(lease -> new SoleWorker(job, generation, lease));
  }

  /** Returns whether the lease still holds. */
  boolean isLeaseHeld();

  /** Returns why the lease no longer holds, if the store knows. */
  Optional<String> leaseLossCause();

  /** Keeps other workers out; returns false if the generation has another worker (EJ-19). */
  boolean tryExclusive();

  /** Lets other workers in again. */
  void endExclusive();

  /** Opens the run's record. */
  RunRecord beginRun(RunKind kind, Instant started);

  /**
   * Returns whether a message above an id needs work that no other worker has claimed. A sharing
   * worker claims it.
   */
  boolean findWork(long afterId);

  /** Returns the range to read now; empty while none is claimed. */
  Optional<IdRange> range();

  /**
   * Leaves the range for the next one above an id that has work; returns empty if there is none.
   */
  Optional<IdRange> nextRange(long afterId);

  /**
   * Returns whether another range can be claimed now. If not, one can be claimed after some
   * messages are finished.
   */
  boolean hasCapacity();

  /** Notes that a message of the range was read. */
  void started(long id);

  /** Notes that nothing more will be written for a message that was read. */
  void finished(long id);

  /**
   * Returns whether work was skipped since the last call, because another worker has claimed it.
   */
  boolean pollSkipped();

  /** Moves the watermark up; returns false if it stays as it is (EJ-16). */
  boolean advanceWatermark(Watermark from, long to);

  /** Returns whether no other worker has claimed the activation. */
  boolean isActivationFree();

  /**
   * Claims the right to activate the generation, so that the others need not wait for an index that
   * one of them builds. Returns false if another worker has claimed it.
   */
  boolean claimActivation();

  /**
   * Claims the right to list what needs words, until this worker ends. Returns false if another
   * worker has claimed it.
   */
  boolean claimWords();

  /** Returns whether no other worker has the generation at the moment. */
  boolean isAlone();

  /**
   * Does some work on ids that no worker has in progress, this one included. No other worker begins
   * one of them meanwhile.
   *
   * @param work is given all ids, in one or more parts
   * @return the ids that the work was given; the others are claimed
   */
  Set<Long> whileClaimed(Set<Long> ids, Consumer<Collection<Long>> work);

  /** Gives the lease back, and every claim with it. */
  void close();
}
