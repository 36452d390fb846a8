package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.output.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Interrupts and kills real processes while they embed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ShutdownHookTest {
  private static final int INTERRUPT = 2;

  @TempDir private Path folder;
  private Cli cli = new Cli(Path.of(""));
  private List<Process> started = List.of();

  @BeforeEach
  void importMail() throws IOException {
    cli = new Cli(folder);
    cli.ok("import", cli.write("in.mbox", SampleMail.mbox(20)).toString());
  }

  @AfterEach
  void stopProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void interruptStopsRunAfterBatch() throws Exception {
    Process build = build();
    Assumptions.assumeTrue(acceptsSignal(build, INTERRUPT), "this process tree ignores interrupts");
    allowBatches(build, 3);
    signal(build, "INT");
    allowBatches(build, 20);
    assertEquals(ExitCode.INTERRUPTED, build.waitFor());
    assertInterrupted(build);
  }

  @Test
  void terminateStopsRunAfterBatch() throws Exception {
    Process build = build();
    allowBatches(build, 3);
    signal(build, "TERM");
    allowBatches(build, 20);
    assertEquals(143, build.waitFor());
    assertInterrupted(build);
  }

  @Test
  void killedRunIsResumed() throws Exception {
    Process build = build();
    allowBatches(build, 4);
    String json = cli.ok("embeddings", "--json");
    while (build.isAlive() && missing(json) == 20) { // it writes while it waits for the embedder
      json = cli.ok("embeddings", "--json");
    }
    build.destroyForcibly().waitFor();
    json = cli.ok("embeddings", "--json");
    int missing = missing(json);
    assertTrue(missing > 0 && missing < 20, json);
    assertTrue(cli.ok("embeddings", "resume").startsWith("generation 1: " + missing + " embedded"));
    json = cli.ok("embeddings", "--json");
    assertEquals(0, missing(json));
    assertTrue(json.contains("\"status\" : \"abandoned\""), json);
  }

  private void assertInterrupted(Process build) throws IOException {
    String err = new String(build.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(err.contains("continue with 'msgvault-embed embeddings resume'"), err);
    String json = cli.ok("embeddings", "--json");
    int missing = missing(json);
    assertTrue(missing > 0 && missing < 20, json);
    assertTrue(json.contains("\"status\" : \"cancelled\""), json);
    assertTrue(cli.ok("embeddings", "resume").startsWith("generation 1: " + missing + " embedded"));
  }

  private static int missing(String json) {
    return Integer.parseInt(json.replaceAll("(?s).*\"missing_embeddings_total\" : (\\d+).*", "$1"));
  }

  private Process build() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SteppedCommand.class.getName(),
                "embeddings",
                "build",
                "--db",
                cli.db().toString())
            .start();
    started = List.of(process);
    return process;
  }

  /** Lets a number of batches pass, and waits until the process asks for the next one. */
  private static void allowBatches(Process process, int batches) throws IOException {
    BufferedReader requests = process.inputReader(StandardCharsets.UTF_8);
    for (int i = 0; i < batches; i++) {
      String line = requests.readLine();
      if (line == null) {
        return;
      }
      try {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
      } catch (IOException e) {
        // The process has ended and needs no more permits.
        return;
      }
    }
    requests.readLine();
  }

  private static void signal(Process process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Returns false if the process has inherited, as on some build servers, to ignore a signal. */
  private static boolean acceptsSignal(Process process, int signal) throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.exists(status)) {
      return true;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn: 0")
            .substring("SigIgn:".length())
            .strip();
    return (Long.parseUnsignedLong(ignored, 16) >> (signal - 1) & 1) == 0;
  }
}
