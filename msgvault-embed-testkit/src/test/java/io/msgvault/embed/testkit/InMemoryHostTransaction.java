package io.msgvault.embed.testkit;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.testkit.model.CallInterceptor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A transaction that a host might have, with a store in memory. Nothing in memory has transactions,
 * so this says what a store over a database does.
 */
final class InMemoryHostTransaction<S extends AutoCloseable> implements HostTransaction<S> {
  private final S store;
  private boolean open = true;

  private InMemoryHostTransaction(
      Function<CallInterceptor, S> opener, Consumer<InMemoryHostTransaction<S>> beforeEachCall) {
    store =
        opener.apply(
            (call, arguments) -> {
              if (!call.endsWith(".close")) {
                beforeEachCall.accept(this);
              }
            });
  }

  /** Begins a transaction with a store that refuses every call. */
  static <S extends AutoCloseable> HostTransaction<S> refusing(
      Function<CallInterceptor, S> opener) {
    return new InMemoryHostTransaction<>(
        opener,
        transaction -> {
          throw new StoreException("the connection is in a transaction");
        });
  }

  /** Begins a transaction with a store whose calls each commit it. */
  static <S extends AutoCloseable> HostTransaction<S> committing(
      Function<CallInterceptor, S> opener) {
    return new InMemoryHostTransaction<>(opener, transaction -> transaction.open = false);
  }

  /** Begins a transaction with a store whose calls each commit it, and then fail. */
  static <S extends AutoCloseable> HostTransaction<S> failingAfterCommit(
      Function<CallInterceptor, S> opener) {
    return new InMemoryHostTransaction<>(
        opener,
        transaction -> {
          transaction.open = false;
          throw new StoreException("the connection was in a transaction");
        });
  }

  @Override
  public S store() {
    return store;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
