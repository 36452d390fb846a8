package io.msgvault.embed;

import io.msgvault.embed.RunOutcome.Cancelled;
import java.util.concurrent.atomic.AtomicReference;

/** Ends a run from outside: by an interrupt, by closing the job, or by its deadline. */
final class StopSignal {
  private final AtomicReference<Cancelled.StopReason> reason = new AtomicReference<>();
  private volatile Runnable wake = () -> {};

  /** Asks the run to stop. The first reason stays. */
  void stop(Cancelled.StopReason why) {
    reason.compareAndSet(null, why);
    wake.run();
  }

  /** What makes a waiting run look at this signal. */
  void onStop(Runnable wake) {
    this.wake = wake;
  }

  /** Throws if the run is to stop; takes the thread's interrupt status. */
  void check() {
    if (Thread.interrupted()) {
      stop(Cancelled.StopReason.INTERRUPTED);
    }
    Cancelled.StopReason why = reason.get();
    if (why != null) {
      throw new Stopped(why);
    }
  }

  /** Unwinds a run that is to stop. It never leaves {@link Run}. */
  static final class Stopped extends RuntimeException {
    private final Cancelled.StopReason reason;

    Stopped(Cancelled.StopReason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }

    Cancelled.StopReason reason() {
      return reason;
    }
  }
}
