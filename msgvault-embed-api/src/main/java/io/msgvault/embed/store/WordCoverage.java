package io.msgvault.embed.store;

import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Says how far an index of words has followed its archive. Reading it is cheap: it compares counts
 * and the last run, and no messages.
 *
 * @param indexed the messages that the index holds
 * @param live the live messages in scope
 * @param current whether the words have followed every run that has ended. They have not where the
 *     index is new, was lost, is a copy from before, or where a run ended without them
 */
public record WordCoverage(long indexed, long live, boolean current) {
  /** The latest runs that are looked at; a job notes each of its runs. */
  private static final int RUNS = 20;

  /**
   * Reads the state of an index.
   *
   * @param scope the messages that the job covers
   * @throws io.msgvault.embed.model.StoreException if a store fails
   */
  public static WordCoverage read(
      WordIndex words, MessageStore messages, GenerationLedger ledger, Scope scope) {
    return new WordCoverage(
        words.size(), messages.coverageWithoutGeneration(scope).live(), isCurrent(words, ledger));
  }

  /**
   * Returns whether the words have followed every run that has ended: the index names the last one
   * (WI-18), or a run under way in which it has caught up.
   *
   * @throws io.msgvault.embed.model.StoreException if a store fails
   */
  public static boolean isCurrent(WordIndex words, GenerationLedger ledger) {
    OptionalLong lastRun = words.lastRun();
    if (lastRun.isEmpty()) {
      return false;
    }
    long noted = lastRun.getAsLong();
    if (noted < 0) {
      return ledger.runs(RUNS).stream()
          .anyMatch(run -> run.id() == -noted && run.status() == RunRecord.Status.RUNNING);
    }
    return lastEnded(ledger)
        .filter(last -> last.id() == noted && last.status() != RunRecord.Status.ABANDONED)
        .isPresent();
  }

  /** Returns the run that ended last by its record, whichever clock it went by. */
  public static Optional<RunRecord> lastEnded(GenerationLedger ledger) {
    return ledger.runs(RUNS).stream()
        .filter(run -> run.ended().isPresent())
        .max(
            Comparator.comparing((RunRecord run) -> run.ended().orElseThrow())
                .thenComparingLong(RunRecord::id));
  }

  /** Returns whether every live message can be found by its words, as far as is known. */
  public boolean complete() {
    return current && indexed >= live;
  }
}
