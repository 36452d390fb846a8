package io.msgvault.embed.lucene.internal;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.OutputStreamIndexOutput;

/**
 * Creates files that only their owner can read, from their first moment on, where the file system
 * knows such rights. So they are private in a directory that others can read, too.
 */
final class PrivateFiles extends FilterDirectory {
  private static final int BUFFER_BYTES = 8192;

  private final Path path;
  private final FileAttribute<?>[] rights;
  private final AtomicLong temporaryFiles = new AtomicLong();

  private PrivateFiles(FSDirectory directory, FileAttribute<?>[] rights) {
    super(directory);
    this.path = directory.getDirectory();
    this.rights = rights;
  }

  /** Opens a directory of Lucene. */
  static Directory open(Path path) throws IOException {
    FSDirectory directory = FSDirectory.open(path);
    FileAttribute<?>[] rights = rights(path, "rw-------");
    return rights.length == 0 ? directory : new PrivateFiles(directory, rights);
  }

  /**
   * Returns rights for the creation of a file or directory; none where there are no such rights.
   */
  static FileAttribute<?>[] rights(Path path, String rights) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    ensureOpen();
    FileChannel channel =
        FileChannel.open(
            path.resolve(name),
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            rights);
    return new OutputStreamIndexOutput(
        "PrivateFiles(" + name + ")", name, Channels.newOutputStream(channel), BUFFER_BYTES);
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
      throws IOException {
    while (true) {
      String name = getTempFileName(prefix, suffix, temporaryFiles.getAndIncrement());
      if (Files.notExists(path.resolve(name))) {
        return createOutput(name, context);
      }
    }
  }
}
