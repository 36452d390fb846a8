package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Measures a rebuild over many messages, some of 50 MB, in a separate virtual machine with a heap
 * of 256 MB.
 */
final class MemoryBenchmark implements Bench.Benchmark {
  private static final String HEAP = "-Xmx256m";
  private static final int LARGE_TEXT = 50_000_000;
  private static final int LARGE_MESSAGES = 10;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace)
      throws IOException, InterruptedException {
    int messages = scale.of(200_000);
    Path archive = workspace.path("archive.db");
    SyntheticMail.store(archive, messages - LARGE_MESSAGES, 60);
    storeLarge(archive);
    System.out.printf(
        "%,d messages, %d of them of %,d characters: archive of %,d MB%n",
        messages, LARGE_MESSAGES, LARGE_TEXT, Files.size(archive) >> 20);
    Path report = workspace.path("report");
    Process rebuild =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                Rebuild.class.getName(),
                archive.toString(),
                workspace.path("vectors.db").toString(),
                report.toString())
            .inheritIO()
            .start();
    if (rebuild.waitFor() != 0) {
      throw new IllegalStateException("the rebuild ended with " + rebuild.exitValue());
    }
    return new BenchmarkResult().put("peak_mb", Double.parseDouble(Files.readString(report)));
  }

  private static void storeLarge(Path archive) {
    SplittableRandom random = new SplittableRandom(3);
    try (SqliteArchive store = SqliteArchive.install(archive)) {
      for (int i = 0; i < LARGE_MESSAGES; i++) {
        String page = SyntheticMail.text(random, 10_000);
        String text = page.repeat(LARGE_TEXT / page.length());
        NewMessage.Builder message = NewMessage.builder("bench", "huge-" + i).subject("Huge " + i);
        store.storeAll(
            List.of(
                i % 2 == 0
                    ? message.text(text).build()
                    : message.html("<p>" + text + "</p>").build()));
      }
    }
  }

  /** Runs the rebuild in a separate process. */
  static final class Rebuild {
    private Rebuild() {}

    public static void main(String[] args) throws IOException {
      long began = System.nanoTime();
      try (SqliteMessageStore store = SqliteMessageStore.open(Path.of(args[0]));
          SqliteVectorStore vectors = SqliteVectorStore.install(Path.of(args[1]));
          CannedEmbedder embedder = new CannedEmbedder(384);
          EmbedJob job = EmbedJob.builder(store, vectors, embedder).build()) {
        for (RunOutcome outcome : List.of(job.runOnce(), job.rebuild())) {
          if (!(outcome instanceof RunOutcome.Completed completed) || !completed.activated()) {
            throw new IllegalStateException("not complete: " + outcome);
          }
        }
        double peak = peakMegabytes();
        System.out.printf(
            "built and rebuilt in %.1f s, %s; the process held at most %.0f MB%n",
            (System.nanoTime() - began) / 1e9, HEAP, peak);
        Files.writeString(Path.of(args[2]), Double.toString(peak));
      }
    }

    /** Returns the peak memory of the whole process (heap, code and native), as Linux counts it. */
    private static double peakMegabytes() throws IOException {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElseThrow();
    }
  }
}
