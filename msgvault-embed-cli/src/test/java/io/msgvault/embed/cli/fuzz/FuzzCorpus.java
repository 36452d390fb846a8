package io.msgvault.embed.cli.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Reads the inputs that are kept. Each target has a folder of inputs that people wrote or that once
 * failed, and an archive of those that the fuzzer found, each of which reaches code that no other
 * does.
 */
final class FuzzCorpus {
  private static final Path ROOT = root();

  private FuzzCorpus() {}

  private static Path root() {
    Path inModule = Path.of("src/test/fuzz");
    return Files.exists(inModule) ? inModule : Path.of("msgvault-embed-cli").resolve(inModule);
  }

  static byte[] seed(FuzzTarget target, String name) throws IOException {
    return Files.readAllBytes(ROOT.resolve(target.folder()).resolve(name));
  }

  /** Returns all inputs of a target by their names. */
  static Map<String, byte[]> inputs(FuzzTarget target) {
    Map<String, byte[]> inputs = new TreeMap<>();
    try (Stream<Path> files = Files.list(ROOT.resolve(target.folder()))) {
      for (Path file : files.toList()) {
        inputs.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
      Path found = ROOT.resolve(target.folder() + ".zip");
      if (Files.exists(found)) {
        try (InputStream in = Files.newInputStream(found);
            ZipInputStream zip = new ZipInputStream(in)) {
          for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            inputs.put("found/" + entry.getName(), zip.readAllBytes());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return inputs;
  }
}
