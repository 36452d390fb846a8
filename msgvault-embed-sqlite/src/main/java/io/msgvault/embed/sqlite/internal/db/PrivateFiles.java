package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.model.StoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Creates the files in which SQLite works. Only their owner can read them, where the file system
 * knows such rights. SQLite gives the files beside a database the same rights.
 */
final class PrivateFiles {
  private PrivateFiles() {}

  /**
   * Creates a file if it is missing. Runs one call at a time. Otherwise this process might open a
   * connection on the new file in between, and closing the file would drop its locks.
   */
  static synchronized void create(Path file) {
    if (Files.exists(file)) {
      return;
    }
    FileAttribute<?>[] rights =
        file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try {
      Files.createFile(file, rights);
    } catch (FileAlreadyExistsException anotherWasFaster) {
      return;
    } catch (IOException e) {
      throw new StoreException(
          file + ": the file cannot be created: check that its folder exists and is writable", e);
    }
  }
}
