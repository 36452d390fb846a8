package io.msgvault.embed.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs one benchmark by name. The last line that it prints has the name and the keys. */
public final class Bench {
  private static final Map<String, Benchmark> BENCHMARKS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("collections", new CollectionsBenchmark(Optional.empty())),
              Map.entry("fill", new FillBenchmark()),
              Map.entry("install", new InstallBenchmark()),
              Map.entry("memory", new MemoryBenchmark()),
              Map.entry("onnx", new OnnxBenchmark()),
              Map.entry("overlap", new OverlapBenchmark()),
              Map.entry("parts", new PartsBenchmark()),
              Map.entry("pg", new PgBenchmark()),
              Map.entry("quality", new QualityBenchmark()),
              Map.entry("scan", new ScanBenchmark()),
              Map.entry("search", new SearchBenchmark()),
              Map.entry("serve", new ServeBenchmark()),
              Map.entry("text", new TextBenchmark()),
              Map.entry("words", new WordsBenchmark()),
              Map.entry("workers", new WorkersBenchmark())));

  private Bench() {}

  /** Runs {@code NAME [--quick]}, or {@code collections --reranker DIR [--quick]}. */
  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    Benchmark benchmark = words.isEmpty() ? null : BENCHMARKS.get(words.get(0));
    int reranker = words.indexOf("--reranker");
    if (reranker == 1 && words.size() > 2 && words.get(0).equals("collections")) {
      benchmark = new CollectionsBenchmark(Optional.of(Path.of(words.get(2))));
      words.subList(1, 3).clear();
    }
    if (benchmark == null
        || words.size() > 2
        || (words.size() == 2 && !words.get(1).equals("--quick"))) {
      System.err.println(
          "usage: dev/bench NAME [--quick], or dev/bench collections --reranker DIR [--quick]; NAME"
              + " is one of "
              + BENCHMARKS.keySet());
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
