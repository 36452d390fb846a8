package io.msgvault.embed.sqlite.internal.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells two states of a database file apart, while no process writes to it.
 *
 * <p>To read a file in WAL mode, SQLite makes a {@code -wal} and a {@code -shm} file beside it. It
 * does not if the file is declared immutable, and takes no lock then. So a reader that must write
 * nothing declares a file without a write-ahead log immutable. After each read it checks that it
 * was.
 *
 * <p>This class never opens the file: closing it would drop the locks that SQLite holds on it for
 * the whole process.
 */
record FileState(Path file, long size, FileTime modified, @Nullable Object key) {
  /** Returns the file's state, or empty if a log beside it may hold changes. */
  static Optional<FileState> captureIfIdle(Path file) {
    if (hasContent(file, "-wal") || hasContent(file, "-journal")) {
      return Optional.empty();
    }
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new FileState(file, found.size(), found.lastModifiedTime(), found.fileKey()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns whether the file still has this state. */
  boolean isUnchanged() {
    return captureIfIdle(file).equals(Optional.of(this));
  }

  private static boolean hasContent(Path file, String suffix) {
    try {
      return Files.size(file.resolveSibling(file.getFileName() + suffix)) > 0;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // SQLite reports what is wrong with it
    }
  }
}
