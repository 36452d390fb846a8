package io.msgvault.embed.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A temporary folder that is deleted after the run. */
final class Workspace implements AutoCloseable {
  /** A folder for files that later runs reuse. */
  static final Path CACHE = Path.of("msgvault-embed-benchmarks", "target", "bench");

  private final Path folder;

  private Workspace(Path folder) {
    this.folder = folder;
  }

  static Workspace create() throws IOException {
    return new Workspace(Files.createTempDirectory("msgvault-embed-bench"));
  }

  /** Returns a path that does not exist yet. */
  Path path(String name) {
    return folder.resolve(name);
  }

  /** Creates an empty folder. */
  Path folder(String name) {
    try {
      delete(folder.resolve(name));
      return Files.createDirectory(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException error)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
