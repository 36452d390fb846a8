package io.msgvault.embed;

import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import java.util.OptionalLong;

/** The end of a run. Report {@link Failed} and {@link Blocked}; the other outcomes are ordinary. */
public sealed interface RunOutcome {
  /**
   * The run did all there was to do (EJ-2).
   *
   * @param generation the generation that was filled
   * @param kind the kind of the run
   * @param counts the work that was done; messages that {@linkplain RunCounts#failed failed} still
   *     need work
   * @param activated whether the run activated the generation
   */
  record Completed(long generation, RunKind kind, RunCounts counts, boolean activated)
      implements RunOutcome {}

  /**
   * Nothing needed work, and no backstop was due. Or a backstop is due and waits until this worker
   * is alone with the generation (EJ-19).
   *
   * @param generation the generation, which is complete
   */
  record Idle(long generation) implements RunOutcome {}

  /**
   * Another run holds the lease of the generation (EJ-12). Among workers that share it: the others
   * have claimed all work (EJ-18), or {@link EmbedJob#runBackstop} is not alone (EJ-19). The run
   * did nothing.
   *
   * @param generation the generation that the other run fills
   */
  record Busy(long generation) implements RunOutcome {}

  /**
   * The stores do not match the settings of this job (EJ-7), or a migration must come first
   * (TO-10). The run did nothing.
   *
   * @param obstacle what is in the way
   * @param remedy the same in words, and the ways out
   */
  record Blocked(Obstacle obstacle, String remedy) implements RunOutcome {
    /** What blocks a run. */
    public enum Obstacle {
      /** The active generation has another model or text policy. */
      FINGERPRINT_MISMATCH,
      /** The active generation covers another scope. */
      SCOPE_CHANGED,
      /** A generation with another fingerprint is being built. */
      BUILD_IN_PROGRESS,
      /** All generations are retired. */
      NO_INDEX,
      /** The vectors were made from another archive. */
      ARCHIVE_MISMATCH,
      /** A migration of the archive has begun and is not done, for example since it was killed. */
      MIGRATION_UNFINISHED
    }
  }

  /**
   * The run failed. Messages that were settled by then stay settled; the others still need work.
   *
   * @param generation the generation that was being filled; empty if the run failed before it chose
   *     one
   * @param cause the last error
   * @param counts the work that was done before
   */
  record Failed(OptionalLong generation, RuntimeException cause, RunCounts counts)
      implements RunOutcome {}

  /**
   * The run was ended before it was done: from outside (EJ-11, EJ-13), or by its budget (EJ-26).
   * Messages that were settled by then stay settled; the others still need work.
   *
   * @param generation the generation that was being filled; empty if the run had chosen none yet
   * @param reason the reason
   * @param counts the work that was done before
   */
  record Cancelled(OptionalLong generation, StopReason reason, RunCounts counts)
      implements RunOutcome {
    /** The reason why a run was cancelled. */
    public enum StopReason {
      /** The thread was interrupted. Its interrupt status is set again. */
      INTERRUPTED,
      /** The job was closed. */
      CLOSED,
      /** The limit of {@link EmbedJob#runFor} is over. */
      DEADLINE,
      /** The {@linkplain Budget#tokens tokens} of the budget are spent. */
      TOKEN_BUDGET,
      /** The {@linkplain Budget#requests requests} of the budget are spent. */
      REQUEST_BUDGET,
      /** The {@linkplain Budget#time time} of the budget is over. */
      TIME_BUDGET,
      /** The generation was retired during the run. */
      RETIRED,
      /** The lease was lost, so another run may work on the generation. */
      LEASE_LOST
    }
  }
}
