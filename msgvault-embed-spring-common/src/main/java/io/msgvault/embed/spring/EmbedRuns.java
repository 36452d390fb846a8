package io.msgvault.embed.spring;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Errors;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.VectorCopy;
import io.msgvault.embed.VectorCopyOutcome;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.RunCounts;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the job on a thread of its own, from when the application is ready until it stops.
 *
 * <p>Its phase is the last one. So when the context closes, the run ends within a batch before
 * anything else stops, and the stores and the pool close after that.
 *
 * <p>Safe for use by many threads.
 */
public final class EmbedRuns implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(EmbedRuns.class);

  private static final CompletableFuture<@Nullable Void> NEVER_BEGUN =
      CompletableFuture.completedFuture(null);

  /** A wish for what the next run is. */
  private enum Wish {
    RUN,
    BACKSTOP,
    REBUILD,
    END
  }

  private final EmbedJob job;
  private final Optional<VectorCopy> copy;
  private final EmbedProperties.Job settings;
  private final Function<Supplier<RunOutcome>, RunOutcome> observed;
  private final Executor threads;
  private final BlockingQueue<Wish> wishes = new LinkedBlockingQueue<>();
  private CompletableFuture<@Nullable Void> ended = NEVER_BEGUN;
  private boolean ready;
  private boolean started;
  private boolean copied; // confined to the thread of the runs
  private volatile boolean stopped;
  private volatile @Nullable RunOutcome lastOutcome;

  /**
   * Creates the runs, and starts none.
   *
   * @param copy brings vectors from another store; no run begins before it is done
   * @param observed does a run, and may observe it
   * @param threads starts a thread for each task that lasts
   */
  public EmbedRuns(
      EmbedJob job,
      Optional<VectorCopy> copy,
      EmbedProperties.Job settings,
      Function<Supplier<RunOutcome>, RunOutcome> observed,
      Executor threads) {
    this.job = job;
    this.copy = copy;
    this.copied = copy.isEmpty();
    this.observed = observed;
    this.settings = settings;
    this.threads = threads;
  }

  /** Lets the next run begin now, if none is in progress, instead of after the interval. */
  public void runSoon() {
    wishes.add(Wish.RUN);
  }

  /** Lets the next run be a backstop, and begin as soon as a run in progress has ended. */
  public void backstopSoon() {
    wishes.add(Wish.BACKSTOP);
  }

  /**
   * Lets the next run {@linkplain EmbedJob#rebuild rebuild} the index, and begin as soon as a run
   * in progress has ended.
   */
  public void rebuildSoon() {
    wishes.add(Wish.REBUILD);
  }

  /** Returns the outcome of the last run; empty if none has ended yet. */
  public Optional<RunOutcome> lastOutcome() {
    return Optional.ofNullable(lastOutcome);
  }

  // Life cycle

  /** Begins the first run. */
  @Override
  public synchronized void onApplicationEvent(ApplicationReadyEvent event) {
    ready = true;
    beginIfDue();
  }

  /**
   * Lets runs begin when the application is ready.
   *
   * @throws IllegalStateException if they were stopped: a closed job stays closed
   */
  @Override
  public synchronized void start() {
    if (stopped) {
      throw new IllegalStateException(
          "the job is closed since its context was stopped: make a new context");
    }
    started = true;
    beginIfDue();
  }

  private void beginIfDue() {
    if (ready && started && ended == NEVER_BEGUN) {
      ended =
          CompletableFuture.runAsync(this::runUntilStopped, threads)
              .handle((nothing, error) -> logUnlessStopped(error));
    }
  }

  @Override
  public void stop() {
    end().join();
  }

  @Override
  public void stop(Runnable callback) {
    CompletableFuture<Void> unused = end().thenRun(callback);
  }

  /** Closes the job and the copy, which ends them within a batch. */
  private synchronized CompletableFuture<@Nullable Void> end() {
    started = false;
    stopped = true;
    copy.ifPresent(VectorCopy::close);
    job.close();
    wishes.add(Wish.END);
    return ended;
  }

  @Override
  public synchronized boolean isRunning() {
    return started;
  }

  /** Lets runs go on while the context is paused (Spring 7), since stopping them is for good. */
  public boolean isPauseable() {
    return false;
  }

  // The thread

  private void runUntilStopped() {
    Wish wish = Wish.RUN;
    while (wish != Wish.END) {
      wish = await(pauseAfter(run(wish)));
    }
  }

  private @Nullable Void logUnlessStopped(@Nullable Throwable error) {
    if (error != null && !stopped) {
      LOG.error("no more runs until the application starts again: {}", Errors.describe(error));
    }
    return null;
  }

  private RunOutcome run(Wish wish) {
    RunOutcome outcome =
        copyFirst()
            .orElseGet(
                () ->
                    observed.apply(
                        switch (wish) {
                          case BACKSTOP -> job::runBackstop;
                          case REBUILD -> job::rebuild;
                          default -> () -> job.runFor(settings.runFor());
                        }));
    report(outcome);
    lastOutcome = outcome;
    return outcome;
  }

  /** Copies vectors, unless it is done. Returns the outcome of a run that can't begin yet. */
  private Optional<RunOutcome> copyFirst() {
    if (copied) {
      return Optional.empty();
    }
    try {
      VectorCopyOutcome outcome = copy.orElseThrow().run();
      if (outcome instanceof VectorCopyOutcome.Busy busy) {
        return Optional.of(new RunOutcome.Busy(busy.generation()));
      }
      copied = outcome instanceof VectorCopyOutcome.Copied;
      return copied
          ? Optional.empty()
          : Optional.of(
              new RunOutcome.Cancelled(
                  OptionalLong.empty(), RunOutcome.Cancelled.StopReason.CLOSED, RunCounts.NONE));
    } catch (EmbedException e) {
      LOG.warn("vectors can't be copied, so no run begins: {}", Errors.describe(e));
      return Optional.of(new RunOutcome.Failed(OptionalLong.empty(), e, RunCounts.NONE));
    }
  }

  /** Logs what an operator must decide, once. The library itself logs failures. */
  private void report(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Blocked blocked && !blocked.equals(lastOutcome)) {
      LOG.warn("runs are blocked: {}", blocked.remedy());
    } else {
      LOG.debug("{}", outcome);
    }
  }

  private Duration pauseAfter(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Failed) {
      return settings.failureInterval();
    }
    if (!(outcome instanceof RunOutcome.Cancelled cancelled)) {
      return settings.interval();
    }
    return switch (cancelled.reason()) {
      case DEADLINE -> Duration.ZERO;
      case TOKEN_BUDGET, REQUEST_BUDGET -> settings.budget().interval();
      default -> settings.interval();
    };
  }

  private Wish await(Duration pause) {
    try {
      Wish wish = wishes.poll(TimeUnit.NANOSECONDS.convert(pause), TimeUnit.NANOSECONDS);
      return wish == null ? Wish.RUN : wish;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Wish.END;
    }
  }
}
