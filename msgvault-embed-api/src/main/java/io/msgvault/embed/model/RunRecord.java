package io.msgvault.embed.model;

import java.time.Instant;
import java.util.Optional;

/**
 * An entry of the run history.
 *
 * @param id the entry's id, given by the store, growing
 * @param generation the generation that the run filled
 * @param backstop whether the run was a backstop
 * @param started when it began
 * @param ended when it ended; empty while it is under way, and after its process was killed until
 *     the next run begins
 * @param status how it ended
 * @param counts what it did
 * @param detail why it failed, without message text or credentials, or the name of what cancelled
 *     it; empty otherwise
 */
public record RunRecord(
    long id,
    long generation,
    boolean backstop,
    Instant started,
    Optional<Instant> ended,
    Status status,
    RunCounts counts,
    String detail) {
  /** How a run ended. */
  public enum Status {
    /** It is under way. */
    RUNNING,
    /** It did what there was to do. */
    COMPLETED,
    /** It gave up; the detail says why. */
    FAILED,
    /** It was interrupted, closed or out of time, lost its lease, or its generation was retired. */
    CANCELLED,
    /** Its process ended in the middle of it. */
    ABANDONED
  }

  /** This entry, closed. */
  public RunRecord end(Instant at, Status status, RunCounts counts, String detail) {
    return new RunRecord(
        id, generation, backstop, started, Optional.of(at), status, counts, detail);
  }
}
