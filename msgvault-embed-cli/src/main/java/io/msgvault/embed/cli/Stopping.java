package io.msgvault.embed.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes Ctrl-C safe: long work is asked to stop, and the process waits until it has finished its
 * batch, closed its files and said how to go on.
 */
final class Stopping {
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable Runnable> work = new AtomicReference<>();

  /** Starts to listen for the end of the process. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
  }

  /** Says how to stop what begins now. */
  void onStop(Runnable stop) {
    work.set(stop);
  }

  /** Says that everything has ended. */
  void ended() {
    ended.countDown();
  }

  private void stop() {
    Runnable stop = work.get();
    if (stop == null || ended.getCount() == 0) {
      return;
    }
    stop.run();
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("msgvault-embed: did not stop in time; nothing is lost all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
