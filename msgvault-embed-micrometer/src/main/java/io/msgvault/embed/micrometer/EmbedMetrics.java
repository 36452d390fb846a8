package io.msgvault.embed.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.RunCounts;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Counts what a job does, and shows the state of its index, in a registry of Micrometer.
 *
 * <pre>{@code
 * EmbedMetrics metrics =
 *     new EmbedMetrics(
 *         registry, () -> IndexStatus.read(messages, vectors, Optional.of(words), Scope.ALL));
 * EmbedJob job = EmbedJob.builder(messages, vectors, embedder).listener(metrics).build();
 * }</pre>
 *
 * <p><b>Counters and timers</b> follow the events of the job, within a batch.
 *
 * <p><b>Gauges</b> show the last status that was read. It is read when a run ends that did any
 * work, and by {@link #refresh}, and never for a scrape, so a scrape asks no database. Until it was
 * read first, gauges are NaN. Call {@code refresh} when the host starts, and now and then where
 * other processes fill the index, too. While a run fills, {@code msgvault.embed.run.settled} and
 * {@code msgvault.embed.run.messages} follow its progress.
 *
 * <p>Tags have few values and hold no text of messages. Safe for use by many threads, also by the
 * jobs of several workers. Several archives in one registry need a tag each to tell them apart.
 */
public final class EmbedMetrics implements JobListener {
  static final String PREFIX = "msgvault.embed.";

  private final MeterRegistry registry;
  private final Supplier<IndexStatus> status;
  private final Tags tags;
  private final StatusGauges gauges;
  private final ThreadLocal<RunCounts> countedOfRun = ThreadLocal.withInitial(() -> RunCounts.NONE);

  /**
   * Creates meters without further tags.
   *
   * @param registry the registry
   * @param status reads the status of the index, such as {@code EmbedJob::status}
   */
  public EmbedMetrics(MeterRegistry registry, Supplier<IndexStatus> status) {
    this(registry, status, Tags.empty());
  }

  /**
   * Creates meters that all have these tags.
   *
   * @param registry the registry
   * @param status reads the status of the index, such as {@code EmbedJob::status}
   * @param tags such as the name of the archive
   */
  public EmbedMetrics(MeterRegistry registry, Supplier<IndexStatus> status, Iterable<Tag> tags) {
    this.registry = registry;
    this.status = status;
    this.tags = Tags.of(tags);
    this.gauges = new StatusGauges(registry, this.tags);
  }

  /** Reads the status and shows it from now on. Takes as long as reading it does. */
  public void refresh() {
    gauges.show(status.get());
  }

  @Override
  public void onEvent(JobEvent event) {
    if (event instanceof JobEvent.RunStarted started) {
      countedOfRun.set(RunCounts.NONE);
      gauges.showProgress(0, started.missing());
    } else if (event instanceof JobEvent.BatchEmbedded batch) {
      countBatch(batch);
    } else if (event instanceof JobEvent.Progress progress) {
      count(progress.counts());
      gauges.showProgress(progress.settled(), progress.total());
    } else if (event instanceof JobEvent.Retrying) {
      count("embedder.failures", 1);
    } else if (event instanceof JobEvent.BackstopChecked checked) {
      countFindings(checked.findings());
    } else if (event instanceof JobEvent.Activated) {
      count("generations.activated", 1);
    } else if (event instanceof JobEvent.RunEnded ended) {
      endRun(ended);
    }
  }

  private void countBatch(JobEvent.BatchEmbedded batch) {
    Timer.builder(PREFIX + "embedder.requests")
        .tags(tags)
        .register(registry)
        .record(batch.elapsed());
    count("embedder.texts", batch.texts());
    count("embedder.tokens", batch.tokens(), "source", lower(batch.tokenSource()));
  }

  /** Adds what a run has done since it was last counted. */
  private void count(RunCounts now) {
    RunCounts before = countedOfRun.get();
    countedOfRun.set(now);
    countMessages("embedded", now.embedded() - before.embedded());
    countMessages("blank", now.blank() - before.blank());
    countMessages("rejected", now.rejected() - before.rejected());
    countMessages("missed", now.missed() - before.missed());
    countMessages("failed", now.failed() - before.failed());
    count("messages.reused", now.reused() - before.reused());
    count("vectors.written", now.chunks() - before.chunks());
  }

  private void countMessages(String outcome, long count) {
    count("messages", count, "outcome", outcome);
  }

  private void countFindings(BackstopFindings findings) {
    countFinding("lost", findings.lost());
    countFinding("stale", findings.stale());
    countFinding("changed", findings.changed());
    countFinding("orphan", findings.orphans());
    countFinding("miscounted", findings.miscounted());
  }

  private void countFinding(String finding, long count) {
    count("backstop.findings", count, "finding", finding);
  }

  private void endRun(JobEvent.RunEnded ended) {
    RunOutcome outcome = ended.outcome();
    counts(outcome).ifPresent(this::count);
    countedOfRun.remove();
    Timer.builder(PREFIX + "runs")
        .tags(tags.and("outcome", OutcomeNames.of(outcome), "reason", OutcomeNames.reason(outcome)))
        .register(registry)
        .record(ended.elapsed());
    if (!(outcome instanceof RunOutcome.Idle || outcome instanceof RunOutcome.Busy)) {
      gauges.showProgress(0, 0);
      refresh();
    }
  }

  private static Optional<RunCounts> counts(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Completed completed) {
      return Optional.of(completed.counts());
    } else if (outcome instanceof RunOutcome.Failed failed) {
      return Optional.of(failed.counts());
    } else if (outcome instanceof RunOutcome.Cancelled cancelled) {
      return Optional.of(cancelled.counts());
    }
    return Optional.empty();
  }

  private void count(String name, long count, String... more) {
    Counter.builder(PREFIX + name)
        .tags(tags.and(more))
        .register(registry)
        .increment((double) count);
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
