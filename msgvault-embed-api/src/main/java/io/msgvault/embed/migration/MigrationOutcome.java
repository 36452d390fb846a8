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
   * Says that another process migrates the generation, or runs a job on it. No job may run over
   * this archive yet: call again before each run. If the other process is killed before it has
   * ended, a run would embed everything again, while the next migration continues. Nothing was
   * changed.
   *
   * @param generation the generation
   */
  record Busy(long generation) implements MigrationOutcome {}

  /**
   * Says that there is nothing to migrate, as in a new archive. The next call looks again. No stamp
   * and no vector was changed. Where there is a table of vectors, the revision at which a call
   * first read it stays recorded. A text that is written after that is embedded again in any case.
   *
   * @param reason names what is not there, and what to do if it should be
   */
  record NothingFound(String reason) implements MigrationOutcome {}
}
