package io.msgvault.embed.migration;

import java.util.OptionalLong;

/** How a {@link Migration} ended. */
public sealed interface MigrationOutcome {
  /**
   * It was done now.
   *
   * @param generation the generation that was taken over, which serves searches
   * @param embedded how many messages need not be embedded again
   * @param pending how many messages waited in the queue; empty if there was no queue
   */
  record Migrated(long generation, long embedded, OptionalLong pending)
      implements MigrationOutcome {}

  /** It was done before, once and for all. */
  record AlreadyDone() implements MigrationOutcome {}

  /**
   * Another process takes it over, or runs a job on it. No job may run over this archive yet: ask
   * again before each run. If the other process is killed before it has ended, a run would embed
   * everything again, while the next takeover goes on from there. Nothing was changed.
   */
  record Busy(long generation) implements MigrationOutcome {}

  /**
   * There is nothing to take over, as in a new archive; it is looked for again the next time. No
   * stamp and no vector was changed. Where there is a table of vectors, the revision at which it
   * was first looked at stays noted: what is written after that is embedded anew in any case.
   *
   * @param reason what is not there, and what to do if it should be
   */
  record NothingFound(String reason) implements MigrationOutcome {}
}
