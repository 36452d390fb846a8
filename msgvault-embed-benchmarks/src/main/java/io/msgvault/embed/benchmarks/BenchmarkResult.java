package io.msgvault.embed.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Holds named numbers in the order in which they were added. */
final class BenchmarkResult {
  private final Map<String, String> values = new LinkedHashMap<>();

  BenchmarkResult put(String key, double value) {
    values.put(
        key,
        String.format(Locale.ROOT, value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value));
    return this;
  }

  BenchmarkResult count(String key, long value) {
    values.put(key, String.valueOf(value));
    return this;
  }

  String line(String name) {
    return name
        + values.entrySet().stream()
            .map(entry -> " " + entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining());
  }
}
