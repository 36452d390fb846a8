package io.msgvault.embed.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs one benchmark by name. The last line that it prints has the name and the keys. */
public final class Bench {
  private static final Map<String, Benchmark> BENCHMARKS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("collections", new CollectionsBenchmark()),
              Map.entry("fill", new FillBenchmark()),
              Map.entry("memory", new MemoryBenchmark()),
              Map.entry("onnx", new OnnxBenchmark()),
              Map.entry("overlap", new OverlapBenchmark()),
              Map.entry("parts", new PartsBenchmark()),
              Map.entry("pg", new PgBenchmark()),
              Map.entry("quality", new QualityBenchmark()),
              Map.entry("scan", new ScanBenchmark()),
              Map.entry("search", new SearchBenchmark()),
              Map.entry("text", new TextBenchmark()),
              Map.entry("words", new WordsBenchmark()),
              Map.entry("workers", new WorkersBenchmark())));

  private Bench() {}

  /** Runs {@code NAME [--quick]}. */
  public static void main(String[] args) throws Exception {
    List<String> words = Arrays.asList(args);
    Benchmark benchmark = words.isEmpty() ? null : BENCHMARKS.get(words.get(0));
    if (benchmark == null
        || words.size() > 2
        || (words.size() == 2 && !words.get(1).equals("--quick"))) {
      System.err.println("usage: dev/bench NAME [--quick], NAME one of " + BENCHMARKS.keySet());
      System.exit(2);
      return;
    }
    Scale scale = words.size() == 2 ? Scale.QUICK : Scale.FULL;
    try (Workspace workspace = Workspace.create()) {
      BenchmarkResult figures = benchmark.run(scale, workspace);
      System.out.println(figures.line(words.get(0)));
    }
  }

  /** A benchmark. */
  interface Benchmark {
    /** Prints its measurements, and returns its results. */
    BenchmarkResult run(Scale scale, Workspace workspace) throws IOException, InterruptedException;
  }
}
