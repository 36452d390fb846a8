package io.msgvault.embed.internal.job;

import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.RunOutcome.Completed;
import io.msgvault.embed.RunPhase;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.store.CoverageCheck;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a run between the opening of its record and its end. It takes out what was removed,
 * and writes words first. It compares the stores if the run is a backstop, then sweeps, and then
 * activates a building generation that became complete.
 */
final class ActiveRun implements RunContext {
  private static final Logger LOG = LoggerFactory.getLogger(JobLog.NAME);

  /**
   * The most sweeps before a generation is activated. A busy archive may receive messages between
   * the sweep and the count of its coverage, and then another sweep is needed.
   */
  private static final int MAX_SWEEPS_BEFORE_ACTIVATION = 3;

  private final Run run;
  private final Generation generation;
  private final Worker worker;
  private final RunKind kind;
  private final Optional<WordKeeper> words;

  private long total;
  private Optional<Cancelled.StopReason> spentLimit = Optional.empty();

  ActiveRun(Run run, Generation generation, Worker worker, RunKind kind) {
    this.run = run;
    this.generation = generation;
    this.worker = worker;
    this.kind = kind;
    this.words =
        job()
            .words()
            .map(index -> new WordKeeper(job(), index, generation, worker, this::requireGoingOn));
  }

  Completed execute(RunRecord record) {
    total = coverage().missing();
    publish(new JobEvent.RunStarted(generation.id(), kind, total));
    run.enter(generation.id(), RunPhase.WORDS);
    settleRemovals();
    Optional<WordFindings> found =
        words.flatMap(keeper -> keeper.begin(record, kind == RunKind.BACKSTOP));
    if (kind == RunKind.BACKSTOP) {
      run.enter(generation.id(), RunPhase.BACKSTOP);
      compareStores(found.orElse(WordFindings.NONE));
    }
    run.enter(generation.id(), RunPhase.FILL);
    fill();
    settleRemovals();
    requireBudget();
    boolean activated = activateIfComplete();
    words.ifPresent(WordKeeper::finish);
    return new Completed(generation.id(), kind, counts().snapshot(), activated);
  }

  private void settleRemovals() {
    Removals.settle(job(), generation, worker, this::requireGoingOn);
  }

  private void requireGoingOn() {
    checkpoint();
    requireLease();
  }

  private void compareStores(WordFindings foundInWords) {
    BackstopFindings findings =
        Backstop.repair(job(), generation, this::checkpoint).withWords(foundInWords);
    counts().unstamped = findings.lost() + findings.stale() + findings.changed();
    counts().orphans = findings.orphans();
    long retried =
        Backstop.retryRejected(
            job().messages(), job().vectors(), generation.id(), this::checkpoint);
    if (retried > 0) {
      LOG.info(
          "the backstop of generation {} tries {} rejected messages", generation.id(), retried);
    }
    total = coverage().missing();
    if (!findings.equals(BackstopFindings.NONE)) {
      LOG.info("the backstop of generation {} found and repaired {}", generation.id(), findings);
    }
    if (findings.changed() > 0) {
      LOG.warn(
          "{} texts have changed without a new revision: a writer works around the triggers;"
              + " compare all texts (compareAllTexts) to find the others",
          findings.changed());
    }
    publish(new JobEvent.BackstopChecked(findings));
    worker.endExclusive(); // from here on other workers may help to fill
  }

  private void fill() {
    if (kind == RunKind.BACKSTOP) {
      sweep(Sweep.ofAll(this));
    } else {
      sweep(Sweep.ofNew(this));
    }
    sweepSkipped();
    if (kind == RunKind.BACKSTOP) {
      job().vectors().recordBackstop(generation.id(), run.started());
      job().dropRetired();
    }
  }

  /** Sweeps again: a stripe that was skipped is free once its worker is done with it, or dead. */
  private void sweepSkipped() {
    long settledBefore = 0;
    while (spentLimit.isEmpty()
        && worker.pollSkipped()
        && counts().settled() > settledBefore
        && counts().failed == 0) {
      settledBefore = counts().settled();
      sweep(Sweep.ofNew(this));
    }
  }

  private void sweep(Sweep sweep) {
    run.cancellation().onCancel(sweep::wakeUp);
    sweep.run();
    spentLimit = sweep.spentLimit();
  }

  /** Ends the run if its budget kept it from a message that needs work (EJ-26). */
  private void requireBudget() {
    spentLimit.ifPresent(
        limit -> {
          throw new CancellationSignal.RunCancelledException(limit);
        });
  }

  /** Activates a building generation if it is complete (EJ-8); returns whether it did. */
  private boolean activateIfComplete() {
    if (generation.state() != Generation.State.BUILDING) {
      return false;
    }
    boolean complete = sweepUntilComplete();
    run.enter(generation.id(), RunPhase.ACTIVATE);
    // In this order: of the workers that saw it complete, one gets the claim and activates.
    return complete && worker.claimActivation() && isBuilding() && activate();
  }

  private boolean sweepUntilComplete() {
    int sweeps = 1;
    while (!coverage().complete()) {
      if (sweeps == MAX_SWEEPS_BEFORE_ACTIVATION || counts().failed > 0) {
        return false;
      }
      sweep(Sweep.ofNew(this));
      requireBudget();
      sweeps++;
    }
    return true;
  }

  private boolean isBuilding() {
    return job().vectors().building().filter(now -> now.id() == generation.id()).isPresent();
  }

  private boolean activate() {
    try {
      job()
          .vectors()
          .activate(generation.id(), CoverageCheck.complete(job().messages(), job().vectors()));
    } catch (IncompleteCoverageException e) {
      LOG.debug("not activated yet: {}", e.getMessage());
      return false;
    }
    LOG.info("generation {} is active", generation.id());
    publish(new JobEvent.Activated(generation.id()));
    job().dropRetired();
    return true;
  }

  private Coverage coverage() {
    return job().messages().coverage(generation.id(), job().scope());
  }

  @Override
  public JobSettings job() {
    return run.job();
  }

  @Override
  public Generation generation() {
    return generation;
  }

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public Optional<WordKeeper> words() {
    return words;
  }

  @Override
  public MutableRunCounts counts() {
    return run.counts();
  }

  @Override
  public void publish(JobEvent event) {
    run.events().publish(event);
  }

  @Override
  public void publishProgress() {
    publish(
        new JobEvent.Progress(
            counts().snapshot(),
            counts().settled(),
            Math.max(total, counts().settled()),
            run.elapsed()));
  }

  @Override
  public void checkpoint() {
    run.cancellation().throwIfCancelled();
  }

  @Override
  public void requireLease() {
    if (!worker.isLeaseHeld()) {
      LOG.warn(
          "the lease of generation {} is lost: {}",
          generation.id(),
          worker.leaseLossCause().orElse("another worker may have it"));
      throw new CancellationSignal.RunCancelledException(Cancelled.StopReason.LEASE_LOST);
    }
  }
}
