package io.msgvault.embed.benchmarks;

import io.msgvault.embed.pgvector.PgArchive;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how the rate of a fill grows with the number of workers that share a generation in
 * PostgreSQL. Each worker is a process with its own embedder, which takes a fixed time for each
 * request. It also counts texts that were embedded more than once.
 */
final class WorkersBenchmark implements Bench.Benchmark {
  private static final int[] WORKERS = {1, 2, 4, 8};

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace)
      throws IOException, InterruptedException {
    int messages = scale.of(100_000);
    try (PgSchema archive = new PgSchema()) {
      PgArchive.install(archive.dataSource(), archive.name()).close();
      archive.execute(
          """
          INSERT INTO %1$s.sources (id, name) VALUES (1, 'bench');
          INSERT INTO %1$s.messages (id, source_id, external_id, subject)
          SELECT i, 1, 'message-' || i, 'Message ' || i FROM generate_series(1, %2$d) AS i;
          INSERT INTO %1$s.message_bodies (message_id, body_text)
          SELECT i, repeat('text of message ' || i || '. ', 6)
            FROM generate_series(1, %2$d) AS i"""
              .formatted(archive.name(), messages));
      archive.execute("VACUUM ANALYZE %s.messages".formatted(archive.name()));
      BenchmarkResult figures = new BenchmarkResult();
      double alone = 0;
      long repeated = 0;
      for (int workers : WORKERS) {
        Round round = round(archive.name(), workers);
        double rate = messages / round.seconds();
        System.out.printf(
            "%d workers: %,d messages in %.1f s, %,.0f a second; %,d texts embedded%n",
            workers, messages, round.seconds(), rate, round.texts());
        repeated += round.texts() - messages;
        if (workers == 1) {
          alone = rate;
        } else {
          figures.put("speedup_" + workers, rate / alone);
        }
      }
      return figures.count("repeated", repeated);
    }
  }

  private record Round(double seconds, long texts) {}

  /** Fills a new index, and drops it. */
  private static Round round(String archive, int workers) throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    try (PgSchema index = new PgSchema()) {
      for (int i = 0; i < workers; i++) {
        processes.add(start(archive, index.name()));
      }
      for (Process process : processes) {
        require(WorkerProcess.READY, line(process));
      }
      long began = System.currentTimeMillis();
      for (Process process : processes) {
        process.outputWriter(StandardCharsets.UTF_8).append("go\n").flush();
      }
      long ended = began;
      long texts = 0;
      for (Process process : processes) {
        String[] answer = line(process).split(" ", -1);
        ended = Math.max(ended, Long.parseLong(answer[0]));
        texts += Long.parseLong(answer[1]);
        require("0", String.valueOf(process.waitFor()));
      }
      return new Round((ended - began) / 1e3, texts);
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private static Process start(String archive, String index) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx384m",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerProcess.class.getName(),
            archive,
            index)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String line(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    if (line == null) {
      throw new IllegalStateException("a worker failed; its standard error says why");
    }
    return line;
  }

  private static void require(String expected, String actual) {
    if (!actual.equals(expected)) {
      throw new IllegalStateException("a worker answers " + actual + ", not " + expected);
    }
  }
}
