package io.msgvault.embed.onnx;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Keeps native memory from being freed while calls use it, and from being used afterwards. */
final class OpenGuard {
  private final String owner;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * Creates a guard that is open.
   *
   * @param owner what is guarded, for the error of a late call
   */
  OpenGuard(String owner) {
    this.owner = owner;
  }

  /**
   * Runs an action, which {@link #close} waits for.
   *
   * @throws IllegalStateException if the owner is closed
   */
  <T> T whileOpen(Supplier<T> action) {
    Lock readLock = lock.readLock();
    readLock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the " + owner + " is closed");
      }
      return action.get();
    } finally {
      readLock.unlock();
    }
  }

  /** Waits for pending calls, then runs an action, the first time only. */
  void close(Runnable action) {
    Lock writeLock = lock.writeLock();
    writeLock.lock();
    try {
      if (!closed) {
        closed = true;
        action.run();
      }
    } finally {
      writeLock.unlock();
    }
  }
}
