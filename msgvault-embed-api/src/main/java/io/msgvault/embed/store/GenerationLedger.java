package io.msgvault.embed.store;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.support.GenerationLifecycle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps the small, transactional half of an index. It has the archive that the index belongs to,
 * the generations and their life cycle, watermarks, leases, and the history of runs. The other half
 * is the {@link VectorIndex}. {@link VectorStore#of} joins a ledger and an index.
 *
 * <p>A ledger keeps VS-1 to VS-5, VS-14 to VS-18, VS-20 and VS-22 of {@code docs/contract.md}.
 * {@link GenerationLifecycle} decides what the life cycle allows; an implementation adds the
 * transaction and the lock that let no two calls change generations at once.
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing. Every method may throw {@link
 * StoreException}. Methods that take a generation throw {@link UnknownGenerationException} for an
 * id that was never created. No method keeps a transaction or cursor open after it has returned;
 * only a {@link Lease} stays open.
 */
public interface GenerationLedger extends AutoCloseable {
  /**
   * Binds the index to an archive, once and for good. Binding it to the same archive again does
   * nothing (VS-16).
   *
   * @param archive the archive's id, from {@link MessageStore#archiveId}
   * @throws ArchiveMismatchException if the index is bound to another archive
   */
  void bind(UUID archive);

  /** Returns the archive that the index is bound to; empty while it is bound to none (VS-16). */
  Optional<UUID> archive();

  // Generations

  /** Returns all generations ever created here, by id ascending, from one snapshot. */
  List<Generation> generations();

  /** Returns the generation with this id, if there is one. */
  default Optional<Generation> generation(long id) {
    return generations().stream().filter(generation -> generation.id() == id).findFirst();
  }

  /** Returns the generation that serves searches, if there is one. */
  default Optional<Generation> active() {
    return GenerationLifecycle.inState(generations(), Generation.State.ACTIVE);
  }

  /** Returns the generation that is being built, if there is one. */
  default Optional<Generation> building() {
    return GenerationLifecycle.inState(generations(), Generation.State.BUILDING);
  }

  /**
   * Creates a BUILDING generation, or returns the one that is being built if its fingerprint is the
   * same (VS-1, VS-2, VS-3). {@link GenerationLifecycle#resumable} makes this decision.
   *
   * @param fingerprint what the index is made of
   * @param id the id of a new generation, from {@link MessageStore#reserveGenerationId}; not used
   *     where one is resumed
   * @throws GenerationConflictException if a generation with another fingerprint is being built
   * @throws IllegalArgumentException if a new generation is needed and {@code id} is not above that
   *     of every generation ever created here
   */
  Generation create(Fingerprint fingerprint, long id);

  /**
   * Makes a BUILDING generation the ACTIVE one and retires the previous one, in one transaction
   * (VS-4).
   *
   * <p>The order is: check the state, ask {@code check}, then check the state again in the
   * transaction that changes it. {@code check} runs outside any transaction and may take long.
   *
   * @param check asked once; what it throws is passed on, and nothing is changed
   * @throws GenerationStateException if the generation is not BUILDING
   * @throws IncompleteCoverageException if {@code check} says so
   */
  void activate(long generation, CoverageCheck check);

  /**
   * Retires a BUILDING generation; does nothing to a RETIRED one (VS-5). Its vectors stay until
   * they are {@linkplain VectorIndex#drop dropped}.
   *
   * @throws GenerationStateException if it is ACTIVE
   */
  void retire(long generation);

  /**
   * Retires a generation in any state (VS-5). After the ACTIVE one was retired, there is nothing to
   * search.
   */
  void forceRetire(long generation);

  /**
   * Makes a RETIRED generation the BUILDING one again (VS-22). Its watermark and its backstops
   * begin anew, and its vectors are still there. So to fill it embeds only what has changed since.
   *
   * @return the generation, as it is now
   * @throws GenerationStateException if it is not RETIRED, or if the ledger knows that some of its
   *     vectors were {@linkplain VectorIndex#drop dropped}
   * @throws GenerationConflictException if another one is being built
   */
  Generation revive(long generation);

  // Watermarks

  /**
   * Returns the generation's watermark; {@link Watermark#START} at first and whenever it was lost.
   */
  Watermark watermark(long generation);

  /**
   * Moves the watermark up by compare-and-set (VS-14): to {@code from.advance(to)}, if it still
   * equals {@code from}.
   *
   * @param from what {@link #watermark} returned before the scan
   * @param to the new id, not below {@code from.id()}
   * @return whether it moved; if not, another call has moved or lowered it, and it stays as it is
   * @throws IllegalArgumentException if {@code to} is below {@code from.id()}
   */
  boolean advanceWatermark(long generation, Watermark from, long to);

  /**
   * Lowers the watermark of every generation to {@code belowId - 1}, unless it is lower already.
   * Raises its epoch in any case, so that an advance under way fails (VS-14).
   *
   * @param belowId the lowest id to scan again; at 1 or below, scans begin at the first message
   */
  void lowerWatermarks(long belowId);

  // Leases

  /**
   * Takes the right to be the one worker of a generation (VS-15). Never waits.
   *
   * @return the lease; empty if another holds or shares it, in this process or another
   */
  Optional<Lease> lease(long generation);

  /**
   * Returns whether {@link #sharedLease} works (VS-20). A ledger need not offer it; the default is
   * false.
   */
  default boolean supportsSharedLease() {
    return false;
  }

  /**
   * Takes the right to be one of several workers of a generation (VS-20). Never waits.
   *
   * @return the lease; empty if another worker has the generation alone, by {@link #lease} or by
   *     {@link SharedLease#tryExclusive}
   * @throws UnsupportedOperationException if {@link #supportsSharedLease} is false
   */
  default Optional<SharedLease> sharedLease(long generation) {
    throw new UnsupportedOperationException("this vector store does not support shared leases");
  }

  // Run records

  /**
   * Records when a backstop that succeeded has begun: {@link Generation#lastBackstop}.
   *
   * @param started when it began
   */
  void recordBackstop(long generation, Instant started);

  /**
   * Opens an entry of the run history, and closes those that dead workers left open as ABANDONED
   * (VS-17).
   *
   * <p>These are the open entries of the same generation, since the caller holds its lease. They
   * are also those of retired generations, of which no run will begin again. Each ends at {@code
   * started}, because no one knows when its worker died. A worker that shares the generation calls
   * {@link SharedLease#beginRun} instead.
   *
   * @param kind what the run does
   * @param started when the run began
   */
  RunRecord beginRun(long generation, RunKind kind, Instant started);

  /**
   * Closes an entry: writes the result of {@link RunRecord#end}. It replaces ABANDONED too, since
   * another worker may have said so too early. An entry that is no longer kept is ignored.
   *
   * @throws IllegalArgumentException if the entry has not ended
   */
  void endRun(RunRecord ended);

  /**
   * Returns the latest entries, newest first. At least the last 100 are kept.
   *
   * @param limit the maximum number of entries
   */
  List<RunRecord> runs(int limit);

  /** Releases every connection, file handle and lease. Closing twice is fine (VS-18). */
  @Override
  void close();
}
