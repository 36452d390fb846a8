package io.msgvault.embed.pgvector;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs a task beside a test, on a thread of its own. Java's common pool may have a single thread,
 * on which one task would wait for another.
 */
final class OwnThread {
  private OwnThread() {}

  static CompletableFuture<Void> run(Runnable task) {
    return CompletableFuture.runAsync(task, OwnThread::start);
  }

  static <T> CompletableFuture<T> supply(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, OwnThread::start);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "beside the test");
    thread.setDaemon(true);
    thread.start();
  }
}
