package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.model.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one writer at a time work on a directory, among all threads and processes. It waits for the
 * writer before it. The operating system releases the lock of a process that dies.
 *
 * <p>A lock on a file binds a whole process, and closing any channel on the file releases it. So
 * the threads of a process take turns first, and then one of them locks the file.
 */
final class WriteLock implements AutoCloseable {
  private static final Map<Path, ReentrantLock> WITHIN_PROCESS = new ConcurrentHashMap<>();

  private final ReentrantLock turn;
  private final FileChannel channel;
  private final FileLock lock;

  private WriteLock(ReentrantLock turn, FileChannel channel, FileLock lock) {
    this.turn = turn;
    this.channel = channel;
    this.lock = lock;
  }

  /** Waits for the lock on a file, and creates the file if it is missing. */
  static WriteLock acquire(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " is in no directory");
    }
    ReentrantLock turn =
        WITHIN_PROCESS.computeIfAbsent(folder.toRealPath(), path -> new ReentrantLock());
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(file + ": interrupted while another thread wrote: try again", e);
    }
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PrivateFiles.rights(file, "rw-------"));
      try {
        return new WriteLock(turn, channel, channel.lock());
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      turn.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      lock.release();
    } finally {
      turn.unlock();
    }
  }
}
