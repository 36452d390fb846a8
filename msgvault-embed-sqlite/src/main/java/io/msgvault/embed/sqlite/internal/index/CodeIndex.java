package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.sqlite.internal.codes.BinaryCode;
import io.msgvault.embed.sqlite.internal.codes.CodeMatrix;
import io.msgvault.embed.sqlite.internal.codes.CodeQuery;
import io.msgvault.embed.sqlite.internal.codes.CodeScan;
import io.msgvault.embed.sqlite.internal.codes.Rotation;
import io.msgvault.embed.sqlite.internal.codes.ScanHelpers;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The codes of one generation in memory.
 *
 * <p>The first search loads them. Each later search applies what this and other processes have
 * changed since. Safe for use by many threads.
 */
public final class CodeIndex {
  private final Rotation rotation;
  private final ScanHelpers scanHelpers;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private CodeMatrix codes;
  private long lastKnownChange;

  /** The rows before this one are in the order of their keys. */
  private int sortedRows;

  /** The first row of each message after the sorted rows. */
  private Map<Long, Integer> appended = new HashMap<>();

  /** Creates an empty index. */
  public CodeIndex(Rotation rotation, ScanHelpers scanHelpers) {
    this.rotation = rotation;
    this.scanHelpers = scanHelpers;
    this.codes = new CodeMatrix(rotation);
  }

  /** Returns the rotation of the codes. */
  public Rotation rotation() {
    return rotation;
  }

  /** Returns the number of vectors. */
  int size() {
    lock.readLock().lock();
    try {
      return codes.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Returns the memory in bytes, without what was changed since the codes were loaded. */
  public long bytes() {
    lock.readLock().lock();
    try {
      return codes.bytes();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Applies the table's changes up to the session's snapshot, unless newer ones are known. */
  void refresh(CodeTable table) throws SQLException {
    long last = table.lastChange();
    lock.readLock().lock();
    try {
      if (lastKnownChange >= last) {
        return;
      }
    } finally {
      lock.readLock().unlock();
    }
    lock.writeLock().lock();
    try {
      if (lastKnownChange >= last) {
        return;
      }
      if (lastKnownChange == 0 || codes.isSparse() || !table.hasLogAfter(lastKnownChange)) {
        load(table, last);
      } else {
        follow(table, last);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Starts a scan for the vectors that are close to a query. */
  CodeScan scan(float[] query) {
    CodeQuery rotated = CodeQuery.of(query, rotation);
    lock.readLock().lock();
    try {
      return new CodeScan(codes, rotated, lock.readLock(), scanHelpers);
    } finally {
      lock.readLock().unlock();
    }
  }

  // Both read everything before they change anything. A reader without locks whose file has changed
  // meanwhile reads a mixture, and must leave nothing of it to others: not even for a moment, since
  // their own reads may be good.

  private void load(CodeTable table, long last) throws SQLException {
    CodeMatrix loaded = new CodeMatrix(rotation);
    table.readAll((messageId, bytes) -> append(loaded, messageId, bytes));
    if (table.isCurrent()) {
      codes = loaded;
      sortedRows = loaded.rows();
      appended = new HashMap<>();
      lastKnownChange = last;
    }
  }

  private void follow(CodeTable table, long last) throws SQLException {
    Map<Long, ByteBuffer> changed = new LinkedHashMap<>();
    table.readChangesAfter(lastKnownChange, changed::put);
    if (table.isCurrent()) {
      changed.forEach(this::replace);
      lastKnownChange = last;
    }
  }

  private void replace(long messageId, ByteBuffer bytes) {
    Integer row = appended.remove(messageId);
    int first = row != null ? row : codes.firstRow(messageId, sortedRows);
    for (int old = first; old < codes.rows() && codes.key(old) == messageId; old++) {
      codes.remove(old);
    }
    if (bytes.hasRemaining()) {
      appended.put(messageId, codes.rows());
      append(codes, messageId, bytes);
    }
  }

  private void append(CodeMatrix target, long messageId, ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      target.add(messageId, BinaryCode.read(bytes, rotation));
    }
  }
}
