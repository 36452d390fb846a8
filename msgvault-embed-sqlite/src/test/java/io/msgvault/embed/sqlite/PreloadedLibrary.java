package io.msgvault.embed.sqlite;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A small library of C that stands between a program and the system's own functions. The system's
 * compiler builds it, on Linux.
 *
 * @param file the built library
 */
public record PreloadedLibrary(Path file) {
  /** Returns whether this system has what a build needs. */
  public static boolean canBeBuilt() {
    return System.getProperty("os.name").equals("Linux")
        && Stream.of(
                Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cc")));
  }

  /** Compiles a source that lies beside a class, into a folder. */
  public static PreloadedLibrary build(Class<?> beside, String source, Path folder)
      throws IOException {
    Path copy = folder.resolve(source);
    try (InputStream code = beside.getResourceAsStream(source)) {
      Files.copy(Objects.requireNonNull(code), copy);
    }
    Path library = folder.resolve(source + ".so");
    run(
        new ProcessBuilder(
            "cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), copy.toString()));
    return new PreloadedLibrary(library);
  }

  /** Runs a program with this library to its end. */
  public void run(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().put("LD_PRELOAD", file.toString());
    process.environment().putAll(environment);
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
