package io.msgvault.embed.internal.job;

import io.msgvault.embed.RunOutcome.Cancelled;
import java.util.concurrent.atomic.AtomicReference;

/** Ends a run from outside: by an interrupt, by closing the job, or by its deadline. */
public final class CancellationSignal {
  private final AtomicReference<Cancelled.StopReason> reason = new AtomicReference<>();
  private volatile Runnable wakeUp = () -> {};

  /** Asks the run to stop. The first reason stays. */
  public void cancel(Cancelled.StopReason reason) {
    this.reason.compareAndSet(null, reason);
    wakeUp.run();
  }

  /** What makes a waiting run look at this signal. */
  void onCancel(Runnable wakeUp) {
    this.wakeUp = wakeUp;
  }

  /** Throws if the run is to stop; takes the thread's interrupt status. */
  void throwIfCancelled() {
    if (Thread.interrupted()) {
      cancel(Cancelled.StopReason.INTERRUPTED);
    }
    Cancelled.StopReason why = reason.get();
    if (why != null) {
      throw new RunCancelledException(why);
    }
  }

  /** Unwinds a run that is to stop. It never leaves {@link Run}. */
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
