package io.msgvault.embed.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures the parts of a fill and of a search with JMH, each in a separate virtual machine. Their
 * sum exceeds the whole, which does several at once.
 */
final class PartsBenchmark implements Bench.Benchmark {
  private static final int CODES = 1_000_000;
  private static final int ITERATIONS = 5;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) {
    Map<String, Double> micros = new HashMap<>();
    try {
      for (RunResult result : new Runner(fill(scale).build()).run()) {
        add(micros, result);
      }
      for (RunResult result : new Runner(codes(scale).build()).run()) {
        add(micros, result);
      }
    } catch (RunnerException e) {
      throw new IllegalStateException(e);
    }
    BenchmarkResult figures = new BenchmarkResult();
    for (String part : List.of("read", "prepare", "code", "write", "stamp", "scan")) {
      figures.put(part + "_us", time(micros, part));
    }
    return figures
        .put("code_gain", time(micros, "codeAlone") / time(micros, "code"))
        .put("scan_ratio", time(micros, "scan") / time(micros, "memory"));
  }

  private static double time(Map<String, Double> micros, String part) {
    return Objects.requireNonNull(micros.get(part));
  }

  private static OptionsBuilder fill(Scale scale) {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include(FillParts.class.getName())
        .forks(1)
        .warmupIterations(scale.of(FillParts.PAGES))
        .measurementIterations(scale.of(FillParts.PAGES));
    return options;
  }

  private static OptionsBuilder codes(Scale scale) {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include(CodeParts.class.getName())
        .forks(1)
        .param("count", String.valueOf(scale.of(CODES)))
        .warmupIterations(ITERATIONS)
        .measurementIterations(ITERATIONS)
        .warmupTime(TimeValue.milliseconds(scale.of(1_000)))
        .measurementTime(TimeValue.milliseconds(scale.of(1_000)));
    return options;
  }

  private static void add(Map<String, Double> micros, RunResult result) {
    micros.put(result.getPrimaryResult().getLabel(), result.getPrimaryResult().getScore());
  }
}
