package io.msgvault.embed.cli.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Makes folders that the end of the process deletes. */
final class Workplace {
  private Workplace() {}

  static Path create() throws IOException {
    Path folder = Files.createTempDirectory("fuzz-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  private static void delete(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      System.err.println(folder + " stays: " + e);
    }
  }
}
