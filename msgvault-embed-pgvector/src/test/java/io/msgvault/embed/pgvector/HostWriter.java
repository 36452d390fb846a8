package io.msgvault.embed.pgvector;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Inserts, changes and deletes mails of a host, one transaction after the other, until closed. */
final class HostWriter implements AutoCloseable {
  private final AtomicLong written = new AtomicLong();
  private final CompletableFuture<Void> writing;
  private volatile boolean closed;

  HostWriter(String schema) {
    writing = OwnThread.run(() -> write(schema));
  }

  private void write(String schema) {
    while (!closed) {
      TestDatabase.jdbi()
          .useTransaction(
              handle ->
                  handle.execute(
                      """
                      SET LOCAL search_path = %s; SET LOCAL statement_timeout = '60s';
                      INSERT INTO mails (account, title) VALUES ('a1', 'new'), ('b', 'new');
                      UPDATE mails SET title = 'changed', account = 'c' WHERE id = %2$d;
                      UPDATE mails SET trashed = NOT trashed WHERE id = 7 * %2$d;
                      DELETE FROM mails WHERE id = 11 * %2$d"""
                          .formatted(schema, written.incrementAndGet())));
    }
  }

  /** Returns when some more transactions have ended. */
  void awaitMore(int transactions) {
    long until = written.get() + transactions;
    while (written.get() < until && !writing.isDone()) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    closed = true;
    writing.join();
  }
}
