package io.msgvault.embed.internal.job;

import io.msgvault.embed.Errors;
import io.msgvault.embed.RunOutcome.Cancelled.StopReason;
import io.msgvault.embed.VectorCopyOutcome;
import io.msgvault.embed.VectorCopyOutcome.Busy;
import io.msgvault.embed.VectorCopyOutcome.Cancelled;
import io.msgvault.embed.VectorCopyOutcome.Copied;
import io.msgvault.embed.VectorCopyProgress.Phase;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one call of a copy of vectors. It derives its progress from the two indexes, so a call that
 * follows a kill needs no further state.
 *
 * <p>It first walks every generation while runs go on. Then it takes the leases one by one and
 * walks again. A run that holds no lease writes no vectors, so a walk that finds nothing to copy
 * proves that the target is whole. Each lease is held to the end of the call. Generations that
 * appear meanwhile are copied like the others.
 */
public final class VectorCopyRun {
  private static final Logger LOG = LoggerFactory.getLogger(JobLog.NAME);

  /** The walks with the lease, each of which copies what the one before has not brought over. */
  private static final int MAX_WALKS = 3;

  private final VectorCopySettings copy;
  private final CancellationSignal cancellation;
  private final Map<Long, Lease> leases = new HashMap<>();
  private final Map<Long, Long> sizes = new HashMap<>();
  private final Set<Long> prepared = new HashSet<>();
  private final Set<Long> leftOut = new HashSet<>();
  private long copied;

  public VectorCopyRun(VectorCopySettings copy, CancellationSignal cancellation) {
    this.copy = copy;
    this.cancellation = cancellation;
  }

  /** Runs to the end. */
  public VectorCopyOutcome execute() {
    requireSameArchive();
    if (isSourceEmpty()) {
      return new Copied(0, 0, Set.of());
    }
    try {
      for (Generation generation : copy.from().generations()) {
        copyWhileRunsGoOn(generation);
      }
      return finish();
    } catch (CancellationSignal.RunCancelledException e) {
      if (e.reason() == StopReason.INTERRUPTED) {
        Thread.currentThread().interrupt();
      }
      return new Cancelled(copied);
    } catch (StoreException e) {
      if (Thread.currentThread().isInterrupted()) {
        return new Cancelled(copied); // a store may notice the interrupt first
      }
      throw e;
    } finally {
      leases.forEach(VectorCopyRun::release);
    }
  }

  private void requireSameArchive() {
    UUID archive = copy.messages().archiveId();
    copy.from()
        .archive()
        .filter(bound -> !bound.equals(archive))
        .ifPresent(
            bound -> {
              throw new ArchiveMismatchException(bound, archive);
            });
  }

  /** Returns whether there is nothing to copy, as long after an index has moved. */
  private boolean isSourceEmpty() {
    return copy.from().generations().stream()
        .allMatch(generation -> copy.from().messageIds(generation.id(), 0, 1).isEmpty());
  }

  private void copyWhileRunsGoOn(Generation generation) {
    unlessLeftOut(
        generation,
        () -> {
          requireSameDimension(generation);
          VectorCopyWalk walk = walk(generation, Phase.COPY);
          if (walk.copied() > 0) {
            LOG.info("copied {} messages of generation {}", walk.copied(), generation.id());
          }
          if (active().equals(Optional.of(generation.id()))) {
            prepare(generation.id()); // it may take long, so it comes before the lease
          }
        });
  }

  /** Leaves a retired generation out if the target has a ledger of its own and refuses it. */
  private void unlessLeftOut(Generation generation, Runnable step) {
    try {
      step.run();
      leftOut.remove(generation.id());
    } catch (GenerationStateException e) {
      boolean retired =
          copy.from()
              .generation(generation.id())
              .filter(found -> found.state() == Generation.State.RETIRED)
              .isPresent();
      if (!retired || e.state() != Generation.State.RETIRED) {
        throw e;
      }
      leftOut.add(generation.id());
    }
  }

  /** Looks at a message of the target before anything is written there. */
  private void requireSameDimension(Generation generation) {
    List<Long> first =
        copy.to().messageIds(generation.id(), 0, 1).stream()
            .map(MessageRevision::messageId)
            .toList();
    int dimension = generation.fingerprint().dimension();
    for (MessageVectors message : copy.to().vectors(generation.id(), first)) {
      int found = message.chunks().get(0).vector().length;
      if (found != dimension) {
        throw new InvalidVectorException(
            "the target has vectors of "
                + found
                + " dimensions in generation "
                + generation.id()
                + ", which has "
                + dimension
                + ": they are of another index; copy to an empty one");
      }
    }
  }

  private VectorCopyWalk walk(Generation generation, Phase phase) {
    long messages = sizes.computeIfAbsent(generation.id(), id -> copy.from().size(id).messages());
    VectorCopyWalk walk =
        new VectorCopyWalk(
            copy,
            generation,
            phase,
            Optional.ofNullable(leases.get(generation.id())),
            new VectorCopyWalk.Counts(messages, copied),
            cancellation::throwIfCancelled);
    try {
      walk.run();
    } finally {
      copied += walk.copied();
    }
    return walk;
  }

  private Optional<Long> active() {
    return copy.from().active().map(Generation::id);
  }

  private void prepare(long generation) {
    if (prepared.add(generation)) {
      copy.to().prepare(generation);
    }
  }

  private VectorCopyOutcome finish() {
    Map<Long, Long> finished = new HashMap<>();
    Optional<Generation> next = unfinished(finished.keySet());
    while (next.isPresent()) {
      Generation generation = next.get();
      if (generation.state() != Generation.State.RETIRED && !lock(generation.id())) {
        return new Busy(copied, generation.id());
      }
      unlessLeftOut(generation, () -> finished.put(generation.id(), finish(generation)));
      next = unfinished(finished.keySet());
    }
    active().ifPresent(this::prepare);
    long messages = finished.values().stream().mapToLong(Long::longValue).sum();
    LOG.info("the copy has {} messages, of which this call has copied {}", messages, copied);
    return new Copied(copied, messages, leftOut);
  }

  /** Returns a generation that runs could still fill, or that was not compared to the end. */
  private Optional<Generation> unfinished(Set<Long> finished) {
    return copy.from().generations().stream()
        .filter(
            generation ->
                generation.state() == Generation.State.RETIRED
                    ? !finished.contains(generation.id()) && !leftOut.contains(generation.id())
                    : !leases.containsKey(generation.id()))
        .findFirst();
  }

  private boolean lock(long generation) {
    Optional<Lease> lease = copy.from().lease(generation);
    lease.ifPresent(taken -> leases.put(generation, taken));
    return lease.isPresent();
  }

  /** Copies the rest, and returns how many messages the target has at their present revisions. */
  private long finish(Generation generation) {
    requireSameDimension(generation);
    for (int i = 0; i < MAX_WALKS; i++) {
      VectorCopyWalk walk = walk(generation, Phase.FINISH);
      if (walk.missing() == 0) {
        return walk.same();
      }
    }
    throw new StoreException(
        "the target lacks vectors of generation "
            + generation.id()
            + " that were written to it: check it, then copy again");
  }

  private static void release(long generation, Lease lease) {
    try {
      lease.close();
    } catch (RuntimeException e) {
      LOG.warn(
          "the lease of generation {} is held until the store is closed: {}",
          generation,
          Errors.describe(e));
    }
  }
}
