package io.msgvault.embed;

import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import java.util.OptionalLong;

/** How a run ended. Every outcome but {@link Failed} and {@link Blocked} is ordinary. */
public sealed interface RunOutcome {
  /**
   * The run did what there was to do.
   *
   * @param generation the generation that was filled
   * @param kind what the run did
   * @param counts what was done; messages that {@linkplain RunCounts#failed failed} still need work
   * @param activated whether the generation became the serving index
   */
  record Completed(long generation, RunKind kind, RunCounts counts, boolean activated)
      implements RunOutcome {}

  /**
   * Nothing needed work, and no backstop was due, or it waits until this worker is alone with the
   * generation (EJ-19).
   *
   * @param generation the generation that is full
   */
  record Idle(long generation) implements RunOutcome {}

  /**
   * Another run holds the generation's lease; or, among workers that share it, all that needs work
   * is claimed by others, or a backstop that was asked for would have had to be alone. Nothing was
   * done.
   *
   * @param generation the generation that the other run fills
   */
  record Busy(long generation) implements RunOutcome {}

  /**
   * The stores hold something else than this job is set up for. Nothing was done.
   *
   * @param obstacle what is in the way
   * @param remedy what to do
   */
  record Blocked(Obstacle obstacle, String remedy) implements RunOutcome {
    /** What is in the way of a run. */
    public enum Obstacle {
      /** The serving index was made by another model or text policy. */
      FINGERPRINT_MISMATCH,
      /** The serving index covers another scope. */
      SCOPE_CHANGED,
      /** A generation with another fingerprint is being built. */
      BUILD_IN_PROGRESS,
      /** All generations are retired. */
      NO_INDEX,
      /** The vectors belong to another archive. */
      ARCHIVE_MISMATCH
    }
  }

  /**
   * The run gave up. What it had settled by then stays settled; the rest still needs work.
   *
   * @param generation the generation that was being filled; empty if the run failed before it chose
   *     one
   * @param cause what went wrong last
   * @param counts what was done before it
   */
  record Failed(OptionalLong generation, RuntimeException cause, RunCounts counts)
      implements RunOutcome {}

  /**
   * The run was ended from outside. What it had settled by then stays settled; the rest still needs
   * work.
   *
   * @param generation the generation that was being filled; empty if the run had chosen none yet
   * @param reason what ended it
   * @param counts what was done before it
   */
  record Cancelled(OptionalLong generation, StopReason reason, RunCounts counts)
      implements RunOutcome {
    /** What ended a run. */
    public enum StopReason {
      /** The thread was interrupted; its interrupt status is set again. */
      INTERRUPTED,
      /** The job was closed. */
      CLOSED,
      /** The time given to {@link EmbedJob#runFor} is over. */
      DEADLINE,
      /** The generation was retired meanwhile. */
      RETIRED,
      /** The lease was lost, so another run may be at work. */
      LEASE_LOST
    }
  }
}
