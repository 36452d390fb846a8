package io.msgvault.embed.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes Ctrl-C safe. It asks the running work to stop. It keeps the process alive until the work
 * has finished its batch, closed its files and printed how to continue.
 */
public final class ShutdownHook {
  private static final long TIMEOUT_SECONDS = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicReference<@Nullable Runnable> stopAction = new AtomicReference<>();

  /** Registers the hook with the virtual machine. */
  public void register() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
  }

  /** Sets the action that asks the work that begins now to stop. */
  void onStop(Runnable action) {
    stopAction.set(action);
  }

  /** Reports that the command has ended, so that the process need not wait any longer. */
  public void finished() {
    finished.countDown();
  }

  private void stop() {
    Runnable action = stopAction.get();
    if (action == null || finished.getCount() == 0) {
      return;
    }
    action.run();
    try {
      if (!finished.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "msgvault-embed: did not stop within " + TIMEOUT_SECONDS + " s; no data was lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
