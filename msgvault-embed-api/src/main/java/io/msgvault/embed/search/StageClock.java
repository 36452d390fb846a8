package io.msgvault.embed.search;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** Measures the stages of one search. Not safe for use by many threads. */
final class StageClock {
  private final Map<SearchStage, Duration> times = new EnumMap<>(SearchStage.class);

  /** Runs a part of a stage, and adds its time to that of the stage, also if it throws. */
  <T> T time(SearchStage stage, Supplier<T> part) {
    long start = System.nanoTime();
    try {
      return part.get();
    } finally {
      times.merge(stage, Duration.ofNanos(System.nanoTime() - start), Duration::plus);
    }
  }

  /** Returns the time of each stage that was reached. */
  Map<SearchStage, Duration> times() {
    return times;
  }
}
