package io.msgvault.embed;

import io.msgvault.embed.RunOutcome.Blocked;
import io.msgvault.embed.RunOutcome.Busy;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.RunOutcome.Completed;
import io.msgvault.embed.RunOutcome.Failed;
import io.msgvault.embed.RunOutcome.Idle;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run as a state machine: each {@link RunPhase} is a method that does its part and names the
 * next. The first to set an outcome ends the run. Whatever happens, the lease is given back and the
 * run's record closed.
 */
final class Run {
  /** Why a run was asked for. */
  enum Mode {
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
  private final StopSignal stop;
  private final Instant began;
  private final Tally tally = new Tally();

  private @Nullable Generation chosen;
  private @Nullable Lease lease;
  private Optional<Stripes> stripes = Optional.empty();
  private Optional<Lease> alone = Optional.empty();
  private @Nullable RunRecord record;
  private boolean backstop;
  private boolean activated;
  private long total;

  Run(JobSettings job, Mode mode, StopSignal stop) {
    this.job = job;
    this.mode = mode;
    this.stop = stop;
    this.began = job.clock().instant();
  }

  RunOutcome execute() {
    RunOutcome outcome = null;
    try {
      RunPhase phase = RunPhase.TARGET;
      while (outcome == null) {
        stop.check();
        if (chosen != null) {
          notify(new JobEvent.PhaseEntered(chosen.id(), phase));
        }
        Step step =
            switch (phase) {
              case TARGET -> chooseTarget();
              case LEASE -> takeLease();
              case AUDIT -> audit();
              case FILL -> fill();
              case ACTIVATE -> activate();
              case ENDED -> throw new IllegalStateException("an ended run has an outcome");
            };
        phase = step.next();
        outcome = step.outcome();
      }
    } catch (StopSignal.Stopped e) {
      outcome = new Cancelled(generation(), e.reason(), tally.counts());
    } catch (GenerationStateException e) {
      outcome =
          e.state() == Generation.State.RETIRED
              ? new Cancelled(generation(), Cancelled.StopReason.RETIRED, tally.counts())
              : new Failed(generation(), e, tally.counts());
    } catch (ArchiveMismatchException e) {
      outcome = new Blocked(Blocked.Obstacle.OTHER_ARCHIVE, e.getMessage());
    } catch (RuntimeException e) {
      outcome = new Failed(generation(), e, tally.counts());
    } finally {
      end(outcome);
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
    if (target instanceof Target.Refuse refuse) {
      return Step.end(refuse.outcome());
    }
    Optional<Generation> found =
        target instanceof Target.Fill fill ? Optional.of(fill.generation()) : create(ours);
    if (found.isEmpty()) {
      return chooseTarget();
    }
    chosen = found.get();
    return Step.to(RunPhase.LEASE);
  }

  /** Empty if there is something to choose by now. */
  private Optional<Generation> create(Fingerprint ours) {
    long above = job.vectors().generations().stream().mapToLong(Generation::id).max().orElse(0);
    long reserved = job.messages().reserveGenerationId(above);
    Generation building = job.vectors().create(ours, reserved);
    // Another run may have created one meanwhile; then that one is resumed.
    if (building.id() == reserved) {
      if (mode != Mode.REBUILD && job.vectors().active().isPresent()) {
        // Or it has also filled and activated that: there is nothing to build any more.
        job.vectors().retire(reserved);
        return Optional.empty();
      }
      LOG.info("building generation {} as [{}]", reserved, ours);
      notify(new JobEvent.GenerationCreated(building));
    }
    return Optional.of(building);
  }

  private Step takeLease() {
    Optional<? extends Lease> taken =
        job.shared()
            ? job.vectors().sharedLease(target().id())
            : job.vectors().lease(target().id());
    if (taken.isEmpty()) {
      return Step.end(new Busy(target().id()));
    }
    lease = taken.get();
    chosen =
        job.vectors()
            .generation(target().id())
            .orElseThrow(() -> new UnknownGenerationException(target().id()));
    if (target().state() == Generation.State.RETIRED) {
      return Step.end(new Cancelled(target().id(), Cancelled.StopReason.RETIRED, tally.counts()));
    }
    backstop = mode == Mode.BACKSTOP || backstopIsDue();
    if (lease instanceof SharedLease share) {
      stripes = Optional.of(new Stripes(job, target().id(), share));
      if (backstop) {
        alone = share.alone();
        backstop = alone.isPresent();
      }
      if (mode == Mode.BACKSTOP && !backstop) {
        return Step.end(new Busy(target().id()));
      }
    }
    if (!backstop && !needsWork() && !mayActivate()) {
      boolean others = stripes.map(Stripes::takePassedOver).orElse(false);
      return Step.end(others ? new Busy(target().id()) : new Idle(target().id()));
    }
    total = coverage().missing();
    record =
        lease instanceof SharedLease share
            ? share.beginRun(backstop, began)
            : job.vectors().beginRun(target().id(), backstop, began);
    notify(new JobEvent.RunStarted(target().id(), backstop, total));
    return Step.to(backstop ? RunPhase.AUDIT : RunPhase.FILL);
  }

  private boolean backstopIsDue() {
    if (job.backstopInterval().isNegative()) {
      return false;
    }
    return target()
        .lastBackstop()
        .map(last -> last.isAfter(began) || !last.plus(job.backstopInterval()).isAfter(began))
        .orElse(true);
  }

  /** Where workers share: whether there is work that no other has claimed. It is claimed then. */
  private boolean needsWork() {
    long after = job.messages().scansBySeeking() ? 0 : job.vectors().watermark(target().id()).id();
    if (stripes.isPresent()) {
      return stripes.get().next(after);
    }
    return !job.messages()
        .scan(target().id(), job.scope(), after, new ScanLimits(1, 1, 1))
        .isEmpty();
  }

  private boolean mayActivate() {
    if (target().state() != Generation.State.BUILDING) {
      return false;
    }
    Coverage coverage = coverage();
    return coverage.complete()
        && (coverage.live() > 0 || job.vectors().active().isEmpty())
        && stripes.map(Run::nobodyActivates).orElse(true);
  }

  /** Whoever asks this goes on to activate, so it does no harm to be in another's way meanwhile. */
  private static boolean nobodyActivates(Stripes shared) {
    Optional<Lease> claim = shared.claimActivation();
    claim.ifPresent(Lease::close);
    return claim.isPresent();
  }

  private Step audit() {
    AuditFindings findings = Audit.heal(job.messages(), job.vectors(), target(), stop::check);
    tally.unstamped = findings.lost() + findings.stale();
    tally.orphans = findings.orphans();
    total = coverage().missing();
    if (!findings.equals(AuditFindings.NONE)) {
      LOG.info("the backstop of generation {} found and healed {}", target().id(), findings);
    }
    notify(new JobEvent.BackstopAudited(findings));
    alone.ifPresent(Lease::close); // now others may help to fill
    return Step.to(RunPhase.FILL);
  }

  private Step fill() {
    sweep(backstop);
    stripes.ifPresent(this::sweepWhatOthersLeft);
    if (backstop) {
      job.vectors().recordBackstop(target().id(), began);
      job.vectors().reclaim();
    }
    if (target().state() == Generation.State.BUILDING) {
      for (int i = 1;
          i < SWEEPS_BEFORE_ACTIVATION && tally.failed == 0 && !coverage().complete();
          i++) {
        sweep(false);
      }
      return Step.to(RunPhase.ACTIVATE);
    }
    return Step.end(completed());
  }

  /** A stripe that was passed over may be free by now: its worker is done with it, or dead. */
  private void sweepWhatOthersLeft(Stripes shared) {
    long settledBefore = 0;
    while (shared.takePassedOver() && tally.settled() > settledBefore && tally.failed == 0) {
      settledBefore = tally.settled();
      sweep(false);
    }
  }

  /**
   * Sweeps from the start, or, over a store that can't seek, from the watermark unless all is to be
   * swept.
   */
  private void sweep(boolean all) {
    Watermark watermark = job.vectors().watermark(target().id());
    long after = all || job.messages().scansBySeeking() ? 0 : watermark.id();
    Filler filler =
        new Filler(
            job,
            target(),
            after,
            stripes.<Claims>map(claimed -> claimed).orElse(Claims.ALL),
            watermark,
            tally,
            this::notify,
            stop::check,
            this::requireLease,
            this::progress);
    stop.onStop(filler::wake);
    filler.sweep();
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
    notify(new JobEvent.Activated(target().id()));
    job.vectors().reclaim();
    return Step.end(completed());
  }

  private RunOutcome completed() {
    return new Completed(target().id(), tally.counts(), backstop, activated);
  }

  private Generation target() {
    if (chosen == null) {
      throw new IllegalStateException("no target was chosen yet");
    }
    return chosen;
  }

  private long generation() {
    return chosen == null ? 0 : chosen.id();
  }

  private Coverage coverage() {
    return job.messages().coverage(target().id(), job.scope());
  }

  private void requireLease() {
    if (lease == null || !lease.held()) {
      throw new StopSignal.Stopped(Cancelled.StopReason.LEASE_LOST);
    }
  }

  private void progress() {
    notify(
        new JobEvent.Progress(
            tally.counts(),
            tally.settled(),
            Math.max(total, tally.settled()),
            Duration.between(began, job.clock().instant())));
  }

  private void notify(JobEvent event) {
    log(event);
    try {
      job.listener().on(event);
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
          ended.took(),
          Errors.describe(failed.cause()),
          failed.counts());
    } else {
      LOG.debug("{}", event);
    }
  }

  private void end(@Nullable RunOutcome outcome) {
    try {
      if (record != null) {
        job.vectors().endRun(closed(record, outcome));
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "the record of run {} stays open until the next run closes it: {}",
          record.id(),
          Errors.describe(e));
    } finally {
      if (lease != null) {
        giveBack(lease);
      }
      if (outcome instanceof Failed failed) {
        LOG.warn(
            "the run of generation {} failed: {}",
            failed.generation(),
            Errors.describe(failed.cause()));
      }
      if (outcome != null) {
        notify(new JobEvent.RunEnded(outcome, Duration.between(began, job.clock().instant())));
      }
    }
  }

  /** What the run has done stays done, so it does not fail for this. */
  private void giveBack(Lease held) {
    try {
      held.close();
    } catch (RuntimeException e) {
      LOG.warn(
          "the lease of generation {} is held until the store is closed: {}",
          generation(),
          Errors.describe(e));
    }
  }

  private RunRecord closed(RunRecord open, @Nullable RunOutcome outcome) {
    RunRecord.Status status =
        outcome instanceof Completed
            ? RunRecord.Status.COMPLETED
            : outcome instanceof Cancelled ? RunRecord.Status.CANCELLED : RunRecord.Status.FAILED;
    String detail =
        outcome instanceof Failed failed
            ? Errors.describe(failed.cause())
            : outcome instanceof Cancelled cancelled ? cancelled.reason().name() : "";
    return open.end(job.clock().instant(), status, tally.counts(), detail);
  }
}
