package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.WordCoverage;
import io.msgvault.embed.store.WordIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the words of an archive during a run. Words come first (EJ-22): before it embeds, a run
 * writes the words of all messages that need work and have none of their present revision. While it
 * embeds, it looks for new messages. And no message is embedded before its words are there (EJ-21).
 *
 * <p>What a run may rely on, it learns from the last run that the index names (EJ-23). If it is not
 * the last one of the history, all live messages are compared with their words. A run that ends
 * notes itself, unless that comparison was due and is not done.
 *
 * <p>Of the workers that share a generation, one lists what needs words. All of them write the
 * words of what they embed. Confined to the run's thread.
 */
final class WordKeeper {
  /** How long new messages wait for their words while a run embeds. */
  static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(JobLog.NAME);

  private static final int RUNS = 20;

  private final JobSettings job;
  private final WordIndex words;
  private final Generation generation;
  private final Worker worker;
  private final WordWriter writer;
  private final Runnable checkpoint;

  /** Also true until the work on words begins: a run that fails before notes nothing. */
  private boolean behind = true;

  private OptionalLong endedBefore = OptionalLong.empty();
  private long listed;
  private Instant lastLook = Instant.MIN;

  /**
   * Creates a keeper.
   *
   * @param checkpoint throws if the run must stop, or has lost its lease
   */
  WordKeeper(
      JobSettings job, WordIndex words, Generation generation, Worker worker, Runnable checkpoint) {
    this.job = job;
    this.words = words;
    this.generation = generation;
    this.worker = worker;
    this.checkpoint = checkpoint;
    this.writer = new WordWriter(job, words, job.sharedLease(), checkpoint);
  }

  /**
   * Returns whether words must be compared, before the run has a record. A killed run is one that
   * is still under way in the history although no worker has the generation.
   */
  static boolean needsComparison(
      JobSettings job, WordIndex words, Generation generation, Worker worker) {
    return isBehind(job, words)
        || (job.vectors().runs(RUNS).stream()
                .anyMatch(
                    run ->
                        run.generation() == generation.id()
                            && run.status() == RunRecord.Status.RUNNING)
            && worker.isAlone());
  }

  private static boolean isBehind(JobSettings job, WordIndex words) {
    return !WordCoverage.isCurrent(words, job.vectors()) || isOfOtherScope(job);
  }

  /** Returns whether the last run kept the words of another scope. */
  private static boolean isOfOtherScope(JobSettings job) {
    return job.vectors().runs(RUNS).stream()
        .filter(run -> run.status() != RunRecord.Status.RUNNING)
        .findFirst()
        .flatMap(last -> job.vectors().generation(last.generation()))
        .filter(last -> !last.fingerprint().scope().equals(job.scope()))
        .isPresent();
  }

  /**
   * Begins the work on words, once the run has its record: compares everything if it is due, and
   * else writes what needs work.
   *
   * @return what a comparison found
   */
  Optional<WordFindings> begin(RunRecord run, boolean backstop) {
    endedBefore = lastEnded();
    behind = backstop || isBehind(job, words);
    if (!worker.claimWords()) {
      return Optional.empty();
    }
    if (!behind) {
      look(firstId());
      return Optional.empty();
    }
    WordFindings findings = guarded(() -> WordComparison.repair(job, words, writer, checkpoint));
    behind = false;
    words.recordRun(-run.id());
    if (!findings.equals(WordFindings.NONE)) {
      LOG.info("the comparison of words found and repaired {}", findings);
    }
    look(firstId());
    return Optional.of(findings);
  }

  private long firstId() {
    return job.messages().supportsSeekingScan() ? 0 : job.vectors().watermark(generation.id()).id();
  }

  /** Looks for new messages, unless it has done so just now. */
  void lookForNew() {
    Instant now = job.clock().instant();
    boolean early = !now.isBefore(lastLook) && now.isBefore(lastLook.plus(LOOK_INTERVAL));
    if (!early && worker.claimWords()) {
      look(listed);
    }
  }

  /** Writes the words of the messages above an id that need work and have none. */
  private void look(long afterId) {
    listed = guarded(() -> writer.writeNeeded(generation.id(), job.scope(), afterId));
    lastLook = job.clock().instant();
  }

  /** Writes the words of messages that are about to be embedded (EJ-21). */
  void writeAsRead(List<Message> read) {
    guarded(
        () -> {
          writer.writeAsRead(read);
          return true;
        });
  }

  /** Looks whether another worker has compared the words since, if this one could not. */
  void finish() {
    behind = behind && isBehind(job, words);
  }

  /**
   * Notes that a run has ended, once its record says so. Where clocks differ, an earlier run may
   * have ended later by its record. The index goes on to name that one, if these words follow it.
   */
  void end(RunRecord run) {
    if (!behind) {
      OptionalLong last = lastEnded();
      boolean followed = last.equals(endedBefore) || last.equals(words.lastRun());
      words.recordRun(followed ? last.orElse(run.id()) : run.id());
    }
  }

  private OptionalLong lastEnded() {
    return WordCoverage.lastEnded(job.vectors()).stream().mapToLong(RunRecord::id).findFirst();
  }

  /** An interrupt ends a write to an index of files: the run is then cancelled, and not failed. */
  private <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      checkpoint.run();
      throw e;
    }
  }
}
