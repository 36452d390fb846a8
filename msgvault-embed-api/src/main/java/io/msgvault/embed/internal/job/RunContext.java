package io.msgvault.embed.internal.job;

import io.msgvault.embed.JobEvent;
import io.msgvault.embed.model.Generation;
import java.util.Optional;

/** A run, as its sweeps see it. Confined to the run's thread. */
interface RunContext {
  /** Returns the settings of the job. */
  JobSettings job();

  /** Returns the generation to fill. */
  Generation generation();

  /** Returns the run's part in the generation. */
  Worker worker();

  /** Returns what keeps the words, if the job keeps words. */
  Optional<WordKeeper> words();

  /** Returns the counts of the run, to add to. */
  MutableRunCounts counts();

  /** Logs an event and passes it to the job's listener. */
  void publish(JobEvent event);

  /** Publishes the progress so far. */
  void publishProgress();

  /**
   * Returns if the run goes on.
   *
   * @throws CancellationSignal.RunCancelledException if it must stop
   */
  void checkpoint();

  /**
   * Returns if the lease still holds.
   *
   * @throws CancellationSignal.RunCancelledException if it was lost
   */
  void requireLease();
}
