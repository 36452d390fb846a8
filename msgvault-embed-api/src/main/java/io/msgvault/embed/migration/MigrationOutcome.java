package io.msgvault.embed.migration;

import java.util.OptionalLong;

/** Says how a {@link Migration} ended. */
public sealed interface MigrationOutcome {
  /**
   * Says that it was done now.
   *
   * @param generation the generation that was migrated, which serves searches
   * @param embedded the number of messages that need not be embedded again
   * @param pending the number of messages that waited in the queue; empty if there was no queue
   */
  record Migrated(long generation, long embedded, OptionalLong pending)
      implements MigrationOutcome {}

  /** Says that it was done before, once and for all. */
  record AlreadyDone() implements MigrationOutcome {}

  /**
   * Says that another process migrates the generation, or runs a job on it. Call again before each
   * run. While the other migrates, runs end as {@link io.msgvault.embed.RunOutcome.Busy}. If it is
   * killed, they are blocked until a further call has gone on to the end (TO-10). Nothing was
   * changed.
   *
   * @param generation the generation
   */
  record Busy(long generation) implements MigrationOutcome {}

  /**
   * Says that there is nothing to migrate, as in a new archive. The next call looks again. No stamp
   * and no vector was changed, and runs are not blocked. Where there is a table of vectors, the
   * revision at which a call first read it stays recorded. A text that is written after that is
   * embedded again in any case.
   *
   * @param reason names what is not there, and what to do if it should be
   */
  record NothingFound(String reason) implements MigrationOutcome {}
}
