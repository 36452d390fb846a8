package io.msgvault.embed.testkit;

/**
 * A host's transaction, and a store whose data source hands out the connection of that transaction.
 * Such are the data sources that take part in transactions by themselves.
 *
 * @param <S> the type of the store
 */
public interface HostTransaction<S> extends AutoCloseable {
  /** Returns the store. */
  S store();

  /** Returns whether the transaction is still open: neither committed nor rolled back. */
  boolean isOpen();

  /** Rolls the transaction back and closes the store. */
  @Override
  void close();
}
