package io.msgvault.embed.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.IndexStatus.GenerationStatus;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.store.WordCoverage;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Gauges of the last status that was shown; NaN where it lacks a part. */
final class StatusGauges {
  private final MeterRegistry registry;
  private final Tags tags;
  private volatile Optional<IndexStatus> shown = Optional.empty();
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong total = new AtomicLong();

  StatusGauges(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
    generation("active", IndexStatus::active);
    generation("building", IndexStatus::building);
    gauge("index.missing", tags, status -> status.missing().map(Long::doubleValue));
    gauge("index.words", tags, status -> status.words().map(words -> (double) words.indexed()));
    gauge("index.words.complete", tags, status -> status.words().map(StatusGauges::complete));
    gauge("index.unreadable", tags, status -> Optional.of((double) status.problems().size()));
    register("run.settled", tags, () -> settled.get());
    register("run.messages", tags, () -> total.get());
  }

  private static double complete(WordCoverage words) {
    return words.complete() ? 1 : 0;
  }

  private void generation(
      String role, Function<IndexStatus, Optional<GenerationStatus>> generation) {
    Tags ofRole = tags.and("generation", role);
    Function<IndexStatus, Optional<Coverage>> coverage =
        status -> generation.apply(status).flatMap(GenerationStatus::coverage);
    messages(ofRole, "embedded", coverage, Coverage::embedded);
    messages(ofRole, "blank", coverage, Coverage::blank);
    messages(ofRole, "rejected", coverage, Coverage::rejected);
    messages(ofRole, "missing", coverage, Coverage::missing);
    gauge(
        "index.progress",
        ofRole,
        status -> generation.apply(status).flatMap(GenerationStatus::progress));
    gauge(
        "index.vectors",
        ofRole,
        status ->
            generation
                .apply(status)
                .flatMap(GenerationStatus::size)
                .map(IndexSize::chunks)
                .map(Long::doubleValue));
    gauge(
        "index.backstop",
        ofRole,
        status ->
            generation
                .apply(status)
                .flatMap(found -> found.generation().lastBackstop())
                .map(time -> (double) time.getEpochSecond()));
  }

  private void messages(
      Tags ofRole,
      String state,
      Function<IndexStatus, Optional<Coverage>> coverage,
      ToLongFunction<Coverage> count) {
    gauge(
        "index.messages",
        ofRole.and("state", state),
        status -> coverage.apply(status).map(found -> (double) count.applyAsLong(found)));
  }

  private void gauge(String name, Tags with, Function<IndexStatus, Optional<Double>> value) {
    register(name, with, () -> shown.flatMap(value).orElse(Double.NaN));
  }

  private void register(String name, Tags with, Supplier<Number> value) {
    Gauge.builder(EmbedMetrics.PREFIX + name, value).tags(with).register(registry);
  }

  void show(IndexStatus status) {
    shown = Optional.of(status);
  }

  void showProgress(long nowSettled, long nowTotal) {
    settled.set(nowSettled);
    total.set(nowTotal);
  }
}
