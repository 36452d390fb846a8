package io.msgvault.embed.internal.job;

import io.msgvault.embed.RunOutcome.Cancelled;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Ends a run from outside: by an interrupt, by {@code close}, or by its deadline. */
public final class CancellationSignal {
  private final AtomicReference<Cancelled.StopReason> reason = new AtomicReference<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile Runnable wakeUp = () -> {};

  /** Returns what completes when the run has ended. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Notes that the run has ended. */
  public void end() {
    ended.complete(null);
  }

  /** Asks the run to stop. The first reason is kept. */
  public void cancel(Cancelled.StopReason reason) {
    this.reason.compareAndSet(null, reason);
    wakeUp.run();
  }

  /** Sets the call that makes a waiting run check this signal. */
  void onCancel(Runnable wakeUp) {
    this.wakeUp = wakeUp;
  }

  /** Throws if the run must stop. Clears the interrupt status of the thread. */
  void throwIfCancelled() {
    if (Thread.interrupted()) {
      cancel(Cancelled.StopReason.INTERRUPTED);
    }
    Cancelled.StopReason stopReason = reason.get();
    if (stopReason != null) {
      throw new RunCancelledException(stopReason);
    }
  }

  /** Unwinds a run that must stop. It never leaves {@link Run}. */
  static final class RunCancelledException extends RuntimeException {
    private final Cancelled.StopReason reason;

    RunCancelledException(Cancelled.StopReason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }

    Cancelled.StopReason reason() {
      return reason;
    }
  }
}
