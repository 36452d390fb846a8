package io.msgvault.embed;

import java.util.Set;

/** The end of a {@link VectorCopy}. */
public sealed interface VectorCopyOutcome {
  /** Returns how many messages this call copied, the same message once for each generation. */
  long copied();

  /**
   * The target has all vectors that a search or a run can use. A job and a searcher over it may
   * begin.
   *
   * @param copied the messages that this call copied
   * @param messages the messages that the target has at their present revisions, over all
   *     generations
   * @param leftOut the retired generations that the target refused, since its own ledger has them
   *     as retired; going back to their models embeds anew
   */
  record Copied(long copied, long messages, Set<Long> leftOut) implements VectorCopyOutcome {
    /** Copies the set. */
    public Copied {
      leftOut = Set.copyOf(leftOut);
    }
  }

  /**
   * A run fills a generation, so the target may lack what the run writes. No job may run over the
   * target yet. Call again when the run has ended; the next call copies the rest.
   *
   * @param copied the messages that this call copied
   * @param generation the generation that the run fills
   */
  record Busy(long copied, long generation) implements VectorCopyOutcome {}

  /**
   * The copy was closed, or the thread was interrupted, whose interrupt status is then set. No job
   * may run over the target yet; the next call copies the rest.
   *
   * @param copied the messages that this call copied
   */
  record Cancelled(long copied) implements VectorCopyOutcome {}
}
