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
 * What tells two states of a database file apart while nobody writes to it.
 *
 * <p>To read a file in WAL mode, SQLite makes a {@code -wal} and a {@code -shm} file beside it,
 * unless it is told that the file is immutable; then it takes no lock either. So a reader who must
 * write nothing treats a file without a write-ahead log as immutable, and checks after each read
 * that it was. The file is only looked at, never opened: closing it would drop the locks that
 * SQLite holds on it for the whole process.
 */
record FileState(Path file, long size, FileTime modified, @Nullable Object key) {
  /**
   * The file's state, if nothing but the file itself need be read; empty while it may be written.
   */
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

  boolean isUnchanged() {
    return captureIfIdle(file).equals(Optional.of(this));
  }

  private static boolean hasContent(Path file, String suffix) {
    try {
      return Files.size(file.resolveSibling(file.getFileName() + suffix)) > 0;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // SQLite will say what is wrong with it
    }
  }
}
