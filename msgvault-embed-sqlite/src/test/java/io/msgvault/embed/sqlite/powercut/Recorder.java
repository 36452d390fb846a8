package io.msgvault.embed.sqlite.powercut;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Runs a program in another virtual machine and records what it does to a folder. The recorder is a
 * small library of C (recorder.c). The system's compiler builds it.
 */
final class Recorder {
  private final Path library;

  private Recorder(Path library) {
    this.library = library;
  }

  /** Returns whether this system has what the recorder needs. */
  static boolean canBeBuilt() {
    return System.getProperty("os.name").equals("Linux")
        && Stream.of(
                Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cc")));
  }

  /** Compiles the recorder into a folder. */
  static Recorder build(Path folder) throws IOException {
    Path source = folder.resolve("recorder.c");
    try (InputStream code = Recorder.class.getResourceAsStream("recorder.c")) {
      Files.copy(Objects.requireNonNull(code), source);
    }
    Path library = folder.resolve("recorder.so");
    List<String> compiler =
        List.of("cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString());
    run(new ProcessBuilder(compiler));
    return new Recorder(library);
  }

  /**
   * Runs a program to its end.
   *
   * @param folder what is recorded; empty
   * @param trace the file of the record
   * @param unsynced syncs of paths with this text are left out; none if it is empty
   */
  void run(Class<?> program, Path folder, Path trace, String unsynced, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.add(folder.toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder process = new ProcessBuilder(command);
    Map<String, String> environment = process.environment();
    environment.put("LD_PRELOAD", library.toString());
    environment.put("POWERCUT_FOLDER", folder.toString());
    environment.put("POWERCUT_TRACE", trace.toString());
    if (!unsynced.isEmpty()) {
      environment.put("POWERCUT_UNSYNCED", unsynced);
    }
    run(process);
  }

  private static void run(ProcessBuilder builder) throws IOException {
    Process process = builder.inheritIO().start();
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(builder.command().get(0) + " ends with status " + status);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }
}
