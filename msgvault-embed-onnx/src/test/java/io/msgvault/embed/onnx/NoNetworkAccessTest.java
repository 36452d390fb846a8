package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the embedder opens no connection, neither for texts nor for telemetry. */
class NoNetworkAccessTest {
  private static final List<String> OFFLINE =
      List.of("OPT_OUT_TRACKING", "ai.djl.offline", "RUST_FLAVOR");

  @TempDir Path folder;

  @Test
  void resolvesNoHost() throws Exception {
    assertEquals("done\n", runChild(List.of(), "ours"));
  }

  @Test
  void trapCatchesDefaultDjlRequests() throws Exception {
    String printed = runChild(List.of(), "bare");
    assertTrue(printed.contains("asked for http://169.254.169.254/"), printed);
  }

  /**
   * Checks the system calls of all threads, which include those of native code. Sockets without an
   * address are allowed: Java opens them to find out what the system supports.
   */
  @Test
  void opensNoInternetSocket() throws Exception {
    Path strace = Path.of("/usr/bin/strace");
    assumeTrue(Files.isExecutable(strace), "needs strace, and so Linux");
    Path trace = folder.resolve("trace");
    String printed =
        runChild(
            List.of(strace.toString(), "-f", "-e", "trace=network", "-o", trace.toString()),
            "ours");
    assertEquals("done\n", printed);
    try (Stream<String> calls = Files.lines(trace)) {
      assertEquals(
          List.of(),
          calls
              .filter(call -> call.contains("sa_family=") && !call.contains("sa_family=AF_UNIX"))
              .toList());
    }
  }

  /** Runs a child process with the same class path, and returns its output. */
  private String runChild(List<String> wrapper, String argument)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), NetworkProbe.class.getName(), argument));
    File output = folder.resolve("output").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().keySet().removeAll(List.of("OPT_OUT_TRACKING", "DJL_OFFLINE"));
    assertEquals(0, builder.start().waitFor());
    return Files.readString(output.toPath());
  }

  @Test
  void restoresSystemProperties() {
    OFFLINE.forEach(name -> assertNull(System.getProperty(name)));
    System.setProperty("OPT_OUT_TRACKING", "perhaps");
    try {
      TestModels.miniLm().build().close();
      assertEquals("perhaps", System.getProperty("OPT_OUT_TRACKING"));
    } finally {
      System.clearProperty("OPT_OUT_TRACKING");
    }
    TestModels.miniLm().build().close();
    OFFLINE.forEach(name -> assertNull(System.getProperty(name)));
  }

  /**
   * Checks that the native library contains no telemetry host, as newer versions of the ONNX
   * runtime do.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "linux-x64/libonnxruntime.so",
        "linux-aarch64/libonnxruntime.so",
        "osx-aarch64/libonnxruntime.dylib"
      })
  void runtimeContainsNoTelemetryHost(String library) throws IOException {
    assertFalse(
        contains("/ai/onnxruntime/native/" + library, "events.data.microsoft.com"), library);
    assertTrue(contains("/ai/onnxruntime/native/" + library, "Non-zero status code"), library);
  }

  private static boolean contains(String resource, String text) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(NoNetworkAccessTest.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(text);
    }
  }
}
