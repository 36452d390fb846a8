package io.msgvault.embed.store;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.StoreException;
import java.time.Instant;
import java.util.Optional;

/**
 * Grants the right to be one of several workers of a generation (VS-20). No worker has the
 * generation's {@linkplain GenerationLedger#lease lease} at the same time. This lease ends when it
 * is closed, and with the process that holds it. All its claims end with it, and {@link #isHeld}
 * answers for all of them.
 *
 * <p>Safe for use by many threads. Any method may throw {@link StoreException}; none waits for
 * another worker.
 */
public interface SharedLease extends Lease {
  /**
   * Claims a part of the work for this worker alone, until the claim is closed or this lease ends.
   * The workers agree on the meaning of a number. The store only knows that it has one holder.
   * Never waits.
   *
   * @param stripe any number
   * @return the claim; empty if any worker has it, this one included. Also empty while another
   *     worker does something that would hold up every write to the generation
   */
  Optional<Lease> claim(long stripe);

  /**
   * Takes the generation's lease, if this worker is the only one that shares it at the moment. No
   * other can join until that lease is closed. This worker keeps its share in any case. Never
   * waits.
   *
   * @return the lease; empty if the generation has another worker
   */
  Optional<Lease> tryExclusive();

  /**
   * Begins a run of this worker, as {@link GenerationLedger#beginRun} does. It closes as ABANDONED
   * the open entries of workers that no longer have a share, and leaves those of other workers open
   * (VS-17). A worker has one run at a time.
   *
   * @param kind what the run does
   */
  RunRecord beginRun(RunKind kind, Instant started);
}
