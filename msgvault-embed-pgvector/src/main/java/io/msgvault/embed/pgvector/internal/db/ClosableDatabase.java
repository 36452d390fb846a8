package io.msgvault.embed.pgvector.internal.db;

import java.util.function.Function;

/** A database as one store uses it, until the store is closed. */
public final class ClosableDatabase {
  private final Database database;
  private final String owner;
  private volatile boolean closed;

  /**
   * Wraps a database.
   *
   * @param owner what the caller closes, for messages, such as "the archive"
   */
  public ClosableDatabase(Database database, String owner) {
    this.database = database;
    this.owner = owner;
  }

  /** Reads a few rows, as {@link Database#lookUp} does. */
  public <T> T lookUp(Function<Database.Session, T> work) {
    return open().lookUp(work);
  }

  /** Reads, as {@link Database#read} does. */
  public <T> T read(Function<Database.Session, T> work) {
    return open().read(work);
  }

  /** Reads through indexes, as {@link Database#seek} does. */
  public <T> T seek(Function<Database.Session, T> work) {
    return open().seek(work);
  }

  /** Reads one snapshot, as {@link Database#snapshot} does. */
  public <T> T snapshot(Function<Database.Session, T> work) {
    return open().snapshot(work);
  }

  /** Writes, as {@link Database#write(Function)} does. */
  public <T> T write(Function<Database.Session, T> work) {
    return open().write(work);
  }

  /**
   * Returns the database.
   *
   * @throws IllegalStateException if the store is closed
   */
  public Database open() {
    if (closed) {
      throw new IllegalStateException(owner + " is closed");
    }
    return database;
  }

  /** Refuses every later call. */
  public void close() {
    closed = true;
  }
}
