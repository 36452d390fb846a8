package io.msgvault.embed;

import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import java.time.Duration;
import java.util.Optional;

/**
 * What a job tells its {@link JobListener}. Events hold ids and numbers, never message text; only
 * the cause of a failed run, where it is an error of an embedder's or a store's own and not an
 * {@link EmbedException}, holds what its author put into it.
 */
public sealed interface JobEvent {
  /**
   * A generation was created.
   *
   * @param generation the new generation
   */
  record GenerationCreated(Generation generation) implements JobEvent {}

  /**
   * A run has work to do.
   *
   * @param generation the generation it fills
   * @param kind what it does
   * @param missing how many messages need work
   */
  record RunStarted(long generation, RunKind kind, long missing) implements JobEvent {}

  /**
   * A run enters its next phase.
   *
   * @param generation the generation it fills
   * @param phase the phase
   */
  record PhaseEntered(long generation, RunPhase phase) implements JobEvent {}

  /**
   * A batch was written.
   *
   * @param counts what the run has done so far
   * @param settled messages embedded, blank or rejected so far in this run
   * @param total what needed work when the run began, or after its audit; never below {@code
   *     settled}
   * @param elapsed time since the run began
   */
  record Progress(RunCounts counts, long settled, long total, Duration elapsed)
      implements JobEvent {
    /** Messages settled per second since the run began; 0 at first. */
    public double perSecond() {
      return elapsed.isZero() ? 0 : settled * 1e9 / elapsed.toNanos();
    }

    /** The time left at the present rate; empty until there is one. */
    public Optional<Duration> remaining() {
      return settled == 0
          ? Optional.empty()
          : Optional.of(
              Duration.ofNanos(
                  (long) ((double) elapsed.toNanos() / settled * Math.max(0, total - settled))));
    }
  }

  /**
   * A request of the embedder was answered.
   *
   * @param texts how many texts it held
   * @param elapsed the time until the answer
   */
  record BatchEmbedded(int texts, Duration elapsed) implements JobEvent {}

  /**
   * A request failed in a way that may pass, and is sent again.
   *
   * @param failures consecutive failures so far
   * @param delay the wait before anything is sent
   * @param cause what went wrong
   */
  record Retrying(int failures, Duration delay, TransientEmbedderException cause)
      implements JobEvent {}

  /**
   * A message was given up for this run after repeated transient failures of its own.
   *
   * @param messageId the message, which still needs work
   * @param cause what went wrong last
   */
  record MessageFailed(long messageId, TransientEmbedderException cause) implements JobEvent {}

  /**
   * A message was stamped as rejected.
   *
   * @param messageId the message
   * @param reason what the embedder said
   */
  record MessageRejected(long messageId, String reason) implements JobEvent {}

  /**
   * A stamp did not land since the text moved meanwhile; the next run finds the message.
   *
   * @param messageId the message
   */
  record StampMissed(long messageId) implements JobEvent {}

  /**
   * The backstop has audited both stores.
   *
   * @param findings what it found and healed
   */
  record BackstopChecked(BackstopFindings findings) implements JobEvent {}

  /**
   * The generation became the serving index.
   *
   * @param generation the generation
   */
  record Activated(long generation) implements JobEvent {}

  /**
   * The run has ended.
   *
   * @param outcome how
   * @param elapsed how long it took
   */
  record RunEnded(RunOutcome outcome, Duration elapsed) implements JobEvent {}
}
