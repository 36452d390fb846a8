package io.msgvault.embed.store;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.StoreException;
import java.time.Instant;
import java.util.Optional;

/**
 * The right to be one of several workers of a generation (VS-20). Nobody has its {@linkplain
 * GenerationLedger#lease lease} meanwhile. It ends when closed, and with the process that holds it,
 * and with it everything that was taken by it: {@link #isHeld} speaks for all of it.
 *
 * <p>Safe for use by many threads. Any method may throw {@link StoreException}; none waits for
 * another worker.
 */
public interface SharedLease extends Lease {
  /**
   * Claims a part of the work for this worker alone, until the claim is closed or this lease ends.
   * What a number stands for is agreed among the workers; the store only knows that it has one
   * holder.
   *
   * @param stripe any number
   * @return the claim; empty, at once, if a worker has it, be it this one, or while another worker
   *     is at something that would hold up every write to the generation
   */
  Optional<Lease> claim(long stripe);

  /**
   * Takes the generation's lease, if this worker is the only one that shares it at the moment. No
   * other can join until the lease is closed; this worker keeps its share in any case.
   *
   * @return the lease; empty, at once, if the generation has another worker
   */
  Optional<Lease> tryExclusive();

  /**
   * As {@link GenerationLedger#beginRun}, for this worker: what is closed as ABANDONED is of
   * workers that no longer have a share, and not what others are at (VS-17). One run at a time.
   *
   * @param kind what the run does
   */
  RunRecord beginRun(RunKind kind, Instant started);
}
