package io.msgvault.embed.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes Ctrl-C safe: long work is asked to stop, and the process waits until it has finished its
 * batch, closed its files and said how to go on.
 */
public final class ShutdownHook {
  private static final long TIMEOUT_SECONDS = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicReference<@Nullable Runnable> stopAction = new AtomicReference<>();

  /** Starts to listen for the end of the process. */
  void register() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
  }

  /** Says how to stop what begins now. */
  public void onStop(Runnable action) {
    stopAction.set(action);
  }

  /** Says that everything has ended. */
  void finished() {
    finished.countDown();
  }

  private void stop() {
    Runnable stop = stopAction.get();
    if (stop == null || finished.getCount() == 0) {
      return;
    }
    stop.run();
    try {
      if (!finished.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("msgvault-embed: did not stop in time; nothing is lost all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
