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
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run, from the choice of its generation to its outcome. Each step holds what the step before
 * has opened: the generation, then the lease, then the record. In any case a run closes its record
 * and gives its lease back.
 */
public final class Run {
  /** The reason for a run. */
  public enum Mode {
    /** Fill what needs work, as a backstop if one is due. */
    ORDINARY,
    /** Run a backstop, due or not. */
    BACKSTOP,
    /** Build a new generation, or continue the one that is being built. */
    REBUILD
  }

  private static final Logger LOG = LoggerFactory.getLogger(JobLog.NAME);

  private final JobSettings job;
  private final Mode mode;
  private final CancellationSignal cancellation;
  private final Instant started;
  private final EventPublisher events;
  private final MutableRunCounts counts = new MutableRunCounts();

  public Run(JobSettings job, Mode mode, CancellationSignal cancellation) {
    this.job = job;
    this.mode = mode;
    this.cancellation = cancellation;
    this.started = job.clock().instant();
    this.events = new EventPublisher(job.listener());
  }

  /** Runs to the end. Throws only an {@link Error}. */
  public RunOutcome execute() {
    RunOutcome outcome = outcomeOf(OptionalLong.empty(), this::chooseAndFill);
    if (outcome instanceof Failed failed) {
      LOG.warn(
          "the run of {} failed: {}",
          failed.generation().isPresent()
              ? "generation " + failed.generation().getAsLong()
              : "no generation yet",
          Errors.describe(failed.cause()));
    }
    events.publish(new JobEvent.RunEnded(outcome, elapsed()));
    return outcome;
  }

  /** Makes an outcome of the exceptions that a step throws. */
  private RunOutcome outcomeOf(OptionalLong generation, Supplier<RunOutcome> step) {
    try {
      return step.get();
    } catch (CancellationSignal.RunCancelledException e) {
      return new Cancelled(generation, e.reason(), counts.snapshot());
    } catch (GenerationStateException e) {
      return e.state() == Generation.State.RETIRED
          ? new Cancelled(generation, Cancelled.StopReason.RETIRED, counts.snapshot())
          : new Failed(generation, e, counts.snapshot());
    } catch (ArchiveMismatchException e) {
      return new Blocked(Blocked.Obstacle.ARCHIVE_MISMATCH, e.getMessage());
    } catch (RuntimeException e) {
      return new Failed(generation, e, counts.snapshot());
    }
  }

  private RunOutcome chooseAndFill() {
    cancellation.throwIfCancelled();
    UUID archive = job.messages().archiveId();
    job.vectors().bind(archive);
    job.words().ifPresent(words -> words.bind(archive));
    Fingerprint fingerprint = fingerprint();
    while (true) {
      Target target = Target.choose(job.vectors().generations(), fingerprint, mode);
      if (target instanceof Target.Refused refused) {
        return refused.outcome();
      }
      if (target instanceof Target.Create && job.messages().hasUnfinishedMigration()) {
        return blockedByMigration();
      }
      Optional<Generation> chosen =
          target instanceof Target.Fill fill
              ? Optional.of(fill.generation())
              : reviveOrCreate(fingerprint);
      if (chosen.isPresent()) {
        long id = chosen.get().id();
        return outcomeOf(OptionalLong.of(id), () -> fillWithLease(id));
      }
    }
  }

  /**
   * Returns the fingerprint of the job. The embedder may ask its endpoint for the model. While that
   * can't be reached, the run writes words alone.
   */
  private Fingerprint fingerprint() {
    try {
      return job.fingerprint();
    } catch (EmbedderException e) {
      cancellation.throwIfCancelled(); // an interrupt ends the question, too
      try {
        job.words().ifPresent(this::writeWordsWithoutModel);
      } catch (CancellationSignal.RunCancelledException cancelled) {
        throw cancelled;
      } catch (RuntimeException onWords) {
        e.addSuppressed(onWords);
      }
      throw e;
    }
  }

  /** Writes the words of what needs work. They need no lease: other runs may write them, too. */
  private void writeWordsWithoutModel(WordIndex words) {
    VectorStore vectors = job.vectors();
    long unused = vectors.generations().stream().mapToLong(Generation::id).max().orElse(0) + 1;
    long generation = vectors.active().or(vectors::building).map(Generation::id).orElse(unused);
    new WordWriter(job, words, true, cancellation::throwIfCancelled)
        .writeNeeded(generation, job.scope(), 0);
  }

  /** Revives or creates a generation; returns empty if others changed what there is meanwhile. */
  private Optional<Generation> reviveOrCreate(Fingerprint fingerprint) {
    Optional<Generation> kept = Target.revivable(job.vectors(), fingerprint);
    if (kept.isEmpty()) {
      return create(fingerprint);
    }
    try {
      Generation revived = job.vectors().revive(kept.get().id());
      LOG.info("reviving generation {} as [{}]", revived.id(), fingerprint);
      events.publish(new JobEvent.GenerationRevived(revived));
      return Optional.of(revived);
    } catch (GenerationConflictException e) {
      return Optional.empty();
    } catch (GenerationStateException e) {
      // It was dropped, or another run has revived it.
      return e.state() == Generation.State.RETIRED ? create(fingerprint) : Optional.empty();
    }
  }

  /** Creates a generation; returns empty if another run has made one to choose from by now. */
  private Optional<Generation> create(Fingerprint fingerprint) {
    long above = job.vectors().generations().stream().mapToLong(Generation::id).max().orElse(0);
    long reserved = job.messages().reserveGenerationId(above);
    Generation building;
    try {
      building = job.vectors().create(fingerprint, reserved);
    } catch (GenerationConflictException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      boolean overtaken =
          job.vectors().generations().stream().anyMatch(later -> later.id() >= reserved);
      if (overtaken) {
        return Optional.empty(); // another run has reserved a later id, and used it first
      }
      throw e;
    }
    // Another run may have created one in the meantime. The store then returns that one.
    if (building.id() == reserved) {
      if (mode != Mode.REBUILD && job.vectors().active().isPresent()) {
        // Another run has also filled and activated it, so nothing needs building any more.
        job.vectors().retire(reserved);
        return Optional.empty();
      }
      LOG.info("building generation {} as [{}]", reserved, fingerprint);
      events.publish(new JobEvent.GenerationCreated(building));
    }
    return Optional.of(building);
  }

  private RunOutcome fillWithLease(long id) {
    enter(id, RunPhase.LEASE);
    Optional<Worker> worker = Worker.join(job, id);
    if (worker.isEmpty()) {
      return new Busy(id);
    }
    try {
      return fillAsWorker(worker.get(), id);
    } finally {
      release(worker.get(), id);
    }
  }

  private RunOutcome fillAsWorker(Worker worker, long id) {
    // Read again, since the generation may have changed before the lease was taken.
    Generation generation =
        job.vectors().generation(id).orElseThrow(() -> new UnknownGenerationException(id));
    if (generation.state() == Generation.State.RETIRED) {
      return new Cancelled(OptionalLong.of(id), Cancelled.StopReason.RETIRED, counts.snapshot());
    }
    boolean due =
        mode == Mode.BACKSTOP || job.backstops().isDue(generation.lastBackstop(), started);
    RunKind kind = due && worker.tryExclusive() ? RunKind.BACKSTOP : RunKind.FILL;
    if (kind == RunKind.FILL) {
      if (mode == Mode.BACKSTOP) {
        return new Busy(id);
      }
      if (!needsWork(worker, id)
          && !canActivate(worker, generation)
          && !isBehind(worker, generation)) {
        return worker.pollSkipped() ? new Busy(id) : new Idle(id);
      }
    }
    if (job.messages().hasUnfinishedMigration()) { // asked last, so that an idle run need not
      return blockedByMigration();
    }
    return runWithRecord(
        worker.beginRun(kind, started), new ActiveRun(this, generation, worker, kind));
  }

  private static Blocked blockedByMigration() {
    return new Blocked(
        Blocked.Obstacle.MIGRATION_UNFINISHED,
        "a migration of this archive has begun and is not done, and a run would embed what it"
            + " imports: call migrate() of the message store again, which goes on where it ended, or"
            + " give the migration up with giveUpMigration()");
  }

  private boolean needsWork(Worker worker, long id) {
    long after = job.messages().supportsSeekingScan() ? 0 : job.vectors().watermark(id).id();
    return worker.findWork(after);
  }

  /** Returns whether words must be compared, or something was removed. */
  private boolean isBehind(Worker worker, Generation generation) {
    return !job.messages().removed(0, 1).isEmpty()
        || job.words()
            .filter(words -> WordKeeper.needsComparison(job, words, generation, worker))
            .isPresent();
  }

  private boolean canActivate(Worker worker, Generation generation) {
    if (generation.state() != Generation.State.BUILDING) {
      return false;
    }
    Coverage coverage = job.messages().coverage(generation.id(), job.scope());
    return coverage.complete()
        && (coverage.live() > 0 || job.vectors().active().isEmpty())
        && worker.isActivationFree();
  }

  private RunOutcome runWithRecord(RunRecord opened, ActiveRun run) {
    RunOutcome outcome;
    try {
      outcome = outcomeOf(OptionalLong.of(opened.generation()), () -> run.execute(opened));
    } catch (Error e) {
      close(opened, RunRecord.Status.FAILED, Errors.describe(e));
      throw e;
    }
    if (outcome instanceof Completed) {
      close(opened, RunRecord.Status.COMPLETED, "");
    } else if (outcome instanceof Cancelled cancelled) {
      close(opened, RunRecord.Status.CANCELLED, cancelled.reason().name());
    } else if (outcome instanceof Failed failed) {
      close(opened, RunRecord.Status.FAILED, Errors.describe(failed.cause()));
    } else {
      close(opened, RunRecord.Status.FAILED, "");
    }
    run.words().ifPresent(words -> note(opened, words));
    return outcome;
  }

  /** Closes the run's record. A failure here does not undo the run, so it is only logged. */
  private void close(RunRecord opened, RunRecord.Status status, String detail) {
    try {
      job.vectors().endRun(opened.end(job.clock().instant(), status, counts.snapshot(), detail));
    } catch (RuntimeException e) {
      LOG.warn(
          "the record of run {} stays open until the next run closes it: {}",
          opened.id(),
          Errors.describe(e));
    }
  }

  /** Notes the run in the words. After a failure here the next run compares them. */
  private static void note(RunRecord opened, WordKeeper words) {
    try {
      words.end(opened);
    } catch (RuntimeException e) {
      LOG.warn(
          "run {} is not noted in the words, so the next run compares them: {}",
          opened.id(),
          Errors.describe(e));
    }
  }

  /** Gives the lease back. A failure here does not undo the run, so it is only logged. */
  private static void release(Worker worker, long generation) {
    try {
      worker.close();
    } catch (RuntimeException e) {
      LOG.warn(
          "the lease of generation {} is held until the store is closed: {}",
          generation,
          Errors.describe(e));
    }
  }

  /** Begins a phase, unless the run must stop. */
  void enter(long generation, RunPhase phase) {
    cancellation.throwIfCancelled();
    events.publish(new JobEvent.PhaseEntered(generation, phase));
  }

  JobSettings job() {
    return job;
  }

  CancellationSignal cancellation() {
    return cancellation;
  }

  EventPublisher events() {
    return events;
  }

  MutableRunCounts counts() {
    return counts;
  }

  Instant started() {
    return started;
  }

  Duration elapsed() {
    return Duration.between(started, job.clock().instant());
  }
}
