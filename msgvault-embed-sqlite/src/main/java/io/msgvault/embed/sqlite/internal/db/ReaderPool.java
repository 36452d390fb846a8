package io.msgvault.embed.sqlite.internal.db;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lends connections for reading, one for each reading thread, and keeps a few idle ones. */
final class ReaderPool {
  private static final int MAX_IDLE = 4;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();
  private final ArrayDeque<Session> idle = new ArrayDeque<>();
  private int lent;
  private boolean closed;

  /** Lends an idle connection that still reads the current state of the file, or a new one. */
  Session borrow(Supplier<Session> connect) {
    lock.lock();
    try {
      requireOpen();
      lent++;
    } finally {
      lock.unlock();
    }
    boolean done = false;
    try {
      Session session = poll();
      while (session != null && !session.isCurrent()) {
        session.close();
        session = poll();
      }
      if (session == null) {
        session = connect.get();
      }
      done = true;
      return session;
    } finally {
      if (!done) {
        returned();
      }
    }
  }

  /** Takes a connection back for reuse. */
  void release(Session session) {
    boolean keep;
    lock.lock();
    try {
      keep = !closed && idle.size() < MAX_IDLE;
      if (keep) {
        idle.push(session);
        returned();
      }
    } finally {
      lock.unlock();
    }
    if (!keep) {
      discard(session);
    }
  }

  /** Takes a connection back and closes it. */
  void discard(Session session) {
    try {
      session.close();
    } finally {
      returned();
    }
  }

  void requireOpen() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store is closed");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops lending, waits for the lent connections and closes all. */
  void close() {
    lock.lock();
    try {
      closed = true;
      while (lent > 0) {
        returned.awaitUninterruptibly();
      }
      idle.forEach(Session::close);
      idle.clear();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Session poll() {
    lock.lock();
    try {
      return idle.poll();
    } finally {
      lock.unlock();
    }
  }

  private void returned() {
    lock.lock();
    try {
      lent--;
      returned.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
