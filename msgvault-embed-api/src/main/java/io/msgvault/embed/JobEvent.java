package io.msgvault.embed;

import io.msgvault.embed.embedder.TokenSource;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import java.time.Duration;
import java.util.Optional;

/**
 * An event of a run, for a {@link JobListener}. Events hold ids and numbers and no message text.
 * One exception: the cause of a failed run may be an error of an embedder or a store that is no
 * {@link EmbedException}. Such an error holds what its author put into it.
 */
public sealed interface JobEvent {
  /**
   * A generation was created.
   *
   * @param generation the new generation
   */
  record GenerationCreated(Generation generation) implements JobEvent {}

  /**
   * The run revived a retired generation.
   *
   * @param generation the generation, with the vectors that it still has
   */
  record GenerationRevived(Generation generation) implements JobEvent {}

  /**
   * A run with work to do has started.
   *
   * @param generation the generation it fills
   * @param kind the kind of the run
   * @param missing the number of messages that need work
   */
  record RunStarted(long generation, RunKind kind, long missing) implements JobEvent {}

  /**
   * A run has entered a phase.
   *
   * @param generation the generation it fills
   * @param phase the phase
   */
  record PhaseEntered(long generation, RunPhase phase) implements JobEvent {}

  /**
   * A batch was written.
   *
   * @param counts the work so far
   * @param settled the messages that this run has settled so far
   * @param total the messages that needed work when the run began, or after its backstop; never
   *     below {@code settled}
   * @param elapsed the time since the run began
   */
  record Progress(RunCounts counts, long settled, long total, Duration elapsed)
      implements JobEvent {
    /** Returns the messages settled per second since the run began; 0 at first. */
    public double perSecond() {
      return elapsed.isZero() ? 0 : settled * 1e9 / elapsed.toNanos();
    }

    /** Returns the time left at the present rate; empty while no message is settled. */
    public Optional<Duration> remaining() {
      return settled == 0
          ? Optional.empty()
          : Optional.of(
              Duration.ofNanos(
                  (long) ((double) elapsed.toNanos() / settled * Math.max(0, total - settled))));
    }
  }

  /**
   * The embedder has answered a request.
   *
   * @param texts the number of texts in the request
   * @param tokens the number of tokens in the request
   * @param tokenSource where the number of tokens comes from
   * @param elapsed the time until the answer
   */
  record BatchEmbedded(int texts, long tokens, TokenSource tokenSource, Duration elapsed)
      implements JobEvent {}

  /**
   * A request failed transiently and is sent again.
   *
   * @param failures the consecutive failures so far
   * @param delay the pause before the next request
   * @param cause the failure
   */
  record Retrying(int failures, Duration delay, TransientEmbedderException cause)
      implements JobEvent {}

  /**
   * A message is left for the next run. Its text keeps failing transiently, but so did texts that
   * embed otherwise.
   *
   * @param messageId the message, which still needs work
   * @param cause the last failure
   */
  record MessageFailed(long messageId, TransientEmbedderException cause) implements JobEvent {}

  /**
   * A message was stamped as rejected.
   *
   * @param messageId the message
   * @param reason the reason that the embedder gave
   */
  record MessageRejected(long messageId, String reason) implements JobEvent {}

  /**
   * A stamp was missed, because the text changed after it was read. The next run finds the message.
   *
   * @param messageId the message
   */
  record StampMissed(long messageId) implements JobEvent {}

  /**
   * The backstop has compared both stores.
   *
   * @param findings the differences that it found and repaired
   */
  record BackstopChecked(BackstopFindings findings) implements JobEvent {}

  /**
   * The generation became the active one.
   *
   * @param generation the generation
   */
  record Activated(long generation) implements JobEvent {}

  /**
   * The run has ended.
   *
   * @param outcome the outcome
   * @param elapsed the time since the run began
   */
  record RunEnded(RunOutcome outcome, Duration elapsed) implements JobEvent {}
}
