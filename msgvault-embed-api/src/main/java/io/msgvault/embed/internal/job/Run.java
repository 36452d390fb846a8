package io.msgvault.embed.internal.job;

import io.msgvault.embed.Errors;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Blocked;
import io.msgvault.embed.RunOutcome.Busy;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.RunOutcome.Completed;
import io.msgvault.embed.RunOutcome.Failed;
import io.msgvault.embed.RunOutcome.Idle;
import io.msgvault.embed.RunPhase;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run as a state machine: each {@link RunPhase} is a method that does its part and names the
 * next. The first to set an outcome ends the run. Whatever happens, the lease is given back and the
 * run's record closed.
 */
public final class Run {
  /** Why a run was asked for. */
  public enum Mode {
    /** Fill what needs work; audit if a backstop is due. */
    ORDINARY,
    /** Audit whether or not it is due. */
    BACKSTOP,
    /** Build a new generation, or go on with the one being built. */
    REBUILD
  }

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  /**
   * A busy archive may get new messages between the sweep and the check of its coverage; then sweep
   * again, so often.
   */
  private static final int SWEEPS_BEFORE_ACTIVATION = 3;

  private final JobSettings job;
  private final Mode mode;
  private final CancellationSignal cancellation;
  private final Instant started;
  private final MutableRunCounts counts = new MutableRunCounts();

  private @Nullable Generation chosenGeneration;
  private @Nullable Lease lease;
  private Optional<Stripes> stripes = Optional.empty();
  private Optional<Lease> exclusive = Optional.empty();
  private @Nullable RunRecord runRecord;
  private boolean backstop;
  private boolean activated;
  private long total;

  public Run(JobSettings job, Mode mode, CancellationSignal stop) {
    this.job = job;
    this.mode = mode;
    this.cancellation = stop;
    this.started = job.clock().instant();
  }

  public RunOutcome execute() {
    RunOutcome outcome = null;
    try {
      RunPhase phase = RunPhase.TARGET;
      while (outcome == null) {
        cancellation.throwIfCancelled();
        if (chosenGeneration != null) {
          publish(new JobEvent.PhaseEntered(chosenGeneration.id(), phase));
        }
        Step step =
            switch (phase) {
              case TARGET -> chooseTarget();
              case LEASE -> acquireLease();
              case BACKSTOP -> runBackstop();
              case FILL -> fill();
              case ACTIVATE -> activate();
              case ENDED -> throw new IllegalStateException("an ended run has an outcome");
            };
        phase = step.next();
        outcome = step.outcome();
      }
    } catch (CancellationSignal.RunCancelledException e) {
      outcome = new Cancelled(generationId(), e.reason(), counts.snapshot());
    } catch (GenerationStateException e) {
      outcome =
          e.state() == Generation.State.RETIRED
              ? new Cancelled(generationId(), Cancelled.StopReason.RETIRED, counts.snapshot())
              : new Failed(generationId(), e, counts.snapshot());
    } catch (ArchiveMismatchException e) {
      outcome = new Blocked(Blocked.Obstacle.ARCHIVE_MISMATCH, e.getMessage());
    } catch (RuntimeException e) {
      outcome = new Failed(generationId(), e, counts.snapshot());
    } finally {
      finish(outcome);
    }
    return outcome;
  }

  /** What a phase leads to: the next phase, or the end. */
  private record Step(RunPhase next, @Nullable RunOutcome outcome) {
    static Step to(RunPhase next) {
      return new Step(next, null);
    }

    static Step end(RunOutcome outcome) {
      return new Step(RunPhase.ENDED, outcome);
    }
  }

  private Step chooseTarget() {
    job.vectors().bind(job.messages().archiveId());
    Fingerprint ours = job.fingerprint();
    Target target =
        mode == Mode.REBUILD
            ? Target.chooseForRebuild(job.vectors().generations(), ours)
            : Target.choose(job.vectors().generations(), ours);
    if (target instanceof Target.Refused refuse) {
      return Step.end(refuse.outcome());
    }
    Optional<Generation> found =
        target instanceof Target.Fill fill ? Optional.of(fill.generation()) : create(ours);
    if (found.isEmpty()) {
      return chooseTarget();
    }
    chosenGeneration = found.get();
    return Step.to(RunPhase.LEASE);
  }

  /** Empty if there is something to choose by now. */
  private Optional<Generation> create(Fingerprint fingerprint) {
    long above = job.vectors().generations().stream().mapToLong(Generation::id).max().orElse(0);
    long reserved = job.messages().reserveGenerationId(above);
    Generation building = job.vectors().create(fingerprint, reserved);
    // Another run may have created one meanwhile; then that one is resumed.
    if (building.id() == reserved) {
      if (mode != Mode.REBUILD && job.vectors().active().isPresent()) {
        // Or it has also filled and activated that: there is nothing to build any more.
        job.vectors().retire(reserved);
        return Optional.empty();
      }
      LOG.info("building generation {} as [{}]", reserved, fingerprint);
      publish(new JobEvent.GenerationCreated(building));
    }
    return Optional.of(building);
  }

  private Step acquireLease() {
    Optional<? extends Lease> taken =
        job.sharedLease()
            ? job.vectors().sharedLease(target().id())
            : job.vectors().lease(target().id());
    if (taken.isEmpty()) {
      return Step.end(new Busy(target().id()));
    }
    lease = taken.get();
    chosenGeneration =
        job.vectors()
            .generation(target().id())
            .orElseThrow(() -> new UnknownGenerationException(target().id()));
    if (target().state() == Generation.State.RETIRED) {
      return Step.end(
          new Cancelled(generationId(), Cancelled.StopReason.RETIRED, counts.snapshot()));
    }
    backstop = mode == Mode.BACKSTOP || isBackstopDue();
    if (lease instanceof SharedLease share) {
      stripes = Optional.of(new Stripes(job, target().id(), share));
      if (backstop) {
        exclusive = share.tryExclusive();
        backstop = exclusive.isPresent();
      }
      if (mode == Mode.BACKSTOP && !backstop) {
        return Step.end(new Busy(target().id()));
      }
    }
    if (!backstop && !needsWork() && !canActivate()) {
      boolean others = stripes.map(Stripes::pollSkipped).orElse(false);
      return Step.end(others ? new Busy(target().id()) : new Idle(target().id()));
    }
    total = coverage().missing();
    runRecord =
        lease instanceof SharedLease share
            ? share.beginRun(kind(), started)
            : job.vectors().beginRun(target().id(), kind(), started);
    publish(new JobEvent.RunStarted(target().id(), kind(), total));
    return Step.to(backstop ? RunPhase.BACKSTOP : RunPhase.FILL);
  }

  private RunKind kind() {
    return backstop ? RunKind.BACKSTOP : RunKind.FILL;
  }

  private boolean isBackstopDue() {
    return job.backstops().isDue(target().lastBackstop(), started);
  }

  /** Where workers share: whether there is work that no other has claimed. It is claimed then. */
  private boolean needsWork() {
    long after =
        job.messages().supportsSeekingScan() ? 0 : job.vectors().watermark(target().id()).id();
    if (stripes.isPresent()) {
      return stripes.get().advance(after);
    }
    return !job.messages()
        .scan(target().id(), job.scope(), after, new ScanLimits(1, 1, 1))
        .isEmpty();
  }

  private boolean canActivate() {
    if (target().state() != Generation.State.BUILDING) {
      return false;
    }
    Coverage coverage = coverage();
    return coverage.complete()
        && (coverage.live() > 0 || job.vectors().active().isEmpty())
        && stripes.map(Run::activationIsFree).orElse(true);
  }

  /** Whoever asks this goes on to activate, so it does no harm to be in another's way meanwhile. */
  private static boolean activationIsFree(Stripes shared) {
    Optional<Lease> claim = shared.claimActivation();
    claim.ifPresent(Lease::close);
    return claim.isPresent();
  }

  private Step runBackstop() {
    BackstopFindings findings =
        Backstop.repair(job.messages(), job.vectors(), target(), cancellation::throwIfCancelled);
    counts.unstamped = findings.lost() + findings.stale();
    counts.orphans = findings.orphans();
    total = coverage().missing();
    if (!findings.equals(BackstopFindings.NONE)) {
      LOG.info("the backstop of generation {} found and healed {}", target().id(), findings);
    }
    publish(new JobEvent.BackstopChecked(findings));
    exclusive.ifPresent(Lease::close); // now others may help to fill
    return Step.to(RunPhase.FILL);
  }

  private Step fill() {
    sweep(backstop);
    stripes.ifPresent(this::sweepSkippedStripes);
    if (backstop) {
      job.vectors().recordBackstop(target().id(), started);
      job.vectors().dropRetired();
    }
    if (target().state() == Generation.State.BUILDING) {
      for (int i = 1;
          i < SWEEPS_BEFORE_ACTIVATION && counts.failed == 0 && !coverage().complete();
          i++) {
        sweep(false);
      }
      return Step.to(RunPhase.ACTIVATE);
    }
    return Step.end(completed());
  }

  /** A stripe that was passed over may be free by now: its worker is done with it, or dead. */
  private void sweepSkippedStripes(Stripes shared) {
    long settledBefore = 0;
    while (shared.pollSkipped() && counts.settled() > settledBefore && counts.failed == 0) {
      settledBefore = counts.settled();
      sweep(false);
    }
  }

  /**
   * Sweeps from the start, or, over a store that can't seek, from the watermark unless all is to be
   * swept.
   */
  private void sweep(boolean all) {
    Watermark watermark = job.vectors().watermark(target().id());
    long after = all || job.messages().supportsSeekingScan() ? 0 : watermark.id();
    Sweep filler =
        new Sweep(
            job,
            target(),
            after,
            stripes.<WorkRange>map(claimed -> claimed).orElse(WorkRange.ALL),
            watermark,
            counts,
            this::publish,
            cancellation::throwIfCancelled,
            this::requireLease,
            this::progress);
    cancellation.onCancel(filler::wakeUp);
    filler.run();
  }

  private Step activate() {
    if (stripes.isEmpty()) {
      return activateNow();
    }
    // In this order: of those who find it complete, one has the claim, and does it.
    if (coverage().complete()) {
      boolean claimed = stripes.get().claimActivation().isPresent();
      if (claimed && isBuilding()) {
        return activateNow();
      }
    }
    return Step.end(completed());
  }

  private boolean isBuilding() {
    return job.vectors().building().filter(now -> now.id() == target().id()).isPresent();
  }

  private Step activateNow() {
    try {
      job.vectors().activate(target().id(), CoverageCheck.complete(job.messages(), job.vectors()));
    } catch (IncompleteCoverageException e) {
      LOG.debug("not activated yet: {}", e.getMessage());
      return Step.end(completed());
    }
    activated = true;
    LOG.info("generation {} now serves", target().id());
    publish(new JobEvent.Activated(target().id()));
    job.vectors().dropRetired();
    return Step.end(completed());
  }

  private RunOutcome completed() {
    return new Completed(target().id(), kind(), counts.snapshot(), activated);
  }

  private Generation target() {
    if (chosenGeneration == null) {
      throw new IllegalStateException("no target was chosen yet");
    }
    return chosenGeneration;
  }

  private OptionalLong generationId() {
    return chosenGeneration == null ? OptionalLong.empty() : OptionalLong.of(chosenGeneration.id());
  }

  private Coverage coverage() {
    return job.messages().coverage(target().id(), job.scope());
  }

  private void requireLease() {
    if (lease == null || !lease.isHeld()) {
      throw new CancellationSignal.RunCancelledException(Cancelled.StopReason.LEASE_LOST);
    }
  }

  private void progress() {
    publish(
        new JobEvent.Progress(
            counts.snapshot(),
            counts.settled(),
            Math.max(total, counts.settled()),
            Duration.between(started, job.clock().instant())));
  }

  private void publish(JobEvent event) {
    log(event);
    try {
      job.listener().onEvent(event);
    } catch (RuntimeException e) {
      LOG.warn(
          "the job's listener failed on {}: {}",
          event.getClass().getSimpleName(),
          Errors.describe(e));
    }
  }

  /** What an operator should find in the log although no listener was given. */
  private static void log(JobEvent event) {
    if (event instanceof JobEvent.Retrying retry) {
      LOG.info(
          "failure {} in a row of the embedder, next request in {}: {}",
          retry.failures(),
          retry.delay(),
          retry.cause().toString());
    } else if (event instanceof JobEvent.MessageRejected rejected) {
      LOG.info("message {} is rejected: {}", rejected.messageId(), rejected.reason());
    } else if (event instanceof JobEvent.MessageFailed failed) {
      LOG.info(
          "message {} is left for the next run: {}", failed.messageId(), failed.cause().toString());
    } else if (event instanceof JobEvent.RunEnded ended
        && ended.outcome() instanceof Failed failed) {
      LOG.debug(
          "failed after {}: {}, {}",
          ended.elapsed(),
          Errors.describe(failed.cause()),
          failed.counts());
    } else {
      LOG.debug("{}", event);
    }
  }

  private void finish(@Nullable RunOutcome outcome) {
    try {
      if (runRecord != null) {
        job.vectors().endRun(ended(runRecord, outcome));
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "the record of run {} stays open until the next run closes it: {}",
          runRecord.id(),
          Errors.describe(e));
    } finally {
      if (lease != null) {
        release(lease);
      }
      if (outcome instanceof Failed failed) {
        LOG.warn(
            "the run of {} failed: {}",
            failed.generation().isPresent()
                ? "generation " + failed.generation().getAsLong()
                : "no generation yet",
            Errors.describe(failed.cause()));
      }
      if (outcome != null) {
        publish(new JobEvent.RunEnded(outcome, Duration.between(started, job.clock().instant())));
      }
    }
  }

  /** What the run has done stays done, so it does not fail for this. */
  private void release(Lease lease) {
    try {
      lease.close();
    } catch (RuntimeException e) {
      LOG.warn(
          "the lease of generation {} is held until the store is closed: {}",
          target().id(),
          Errors.describe(e));
    }
  }

  private RunRecord ended(RunRecord open, @Nullable RunOutcome outcome) {
    RunRecord.Status status =
        outcome instanceof Completed
            ? RunRecord.Status.COMPLETED
            : outcome instanceof Cancelled ? RunRecord.Status.CANCELLED : RunRecord.Status.FAILED;
    String detail =
        outcome instanceof Failed failed
            ? Errors.describe(failed.cause())
            : outcome instanceof Cancelled cancelled ? cancelled.reason().name() : "";
    return open.end(job.clock().instant(), status, counts.snapshot(), detail);
  }
}
