package io.msgvault.embed.store;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.model.UnknownGenerationException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The index's side: generations, the vectors of each, and the book-keeping of the runs that fill
 * them. All of it is derived data: it may be lost as a whole and made again from the archive.
 *
 * <h2>The contract</h2>
 *
 * <ul>
 *   <li><b>VS-1</b> At most one BUILDING and one ACTIVE generation, also under races.
 *   <li><b>VS-2</b> {@link #create} with the fingerprint that is being built returns that
 *       generation; with another it fails, naming both.
 *   <li><b>VS-3</b> Generation ids grow and are never used again, also over a recreated store: the
 *       archive {@linkplain MessageStore#reserveGenerationId hands them out}, and a store takes
 *       only an id above all of its own.
 *   <li><b>VS-4</b> {@link #activate} promotes only a BUILDING generation, retires the former
 *       ACTIVE one in the same transaction, and reports errors of the life cycle (unknown, not
 *       building) before those of coverage. Coverage may be overridden, the life cycle never.
 *   <li><b>VS-5</b> {@link #retire} refuses the ACTIVE generation; {@link #forceRetire} does not. A
 *       retired generation takes no writes and is not searched.
 *   <li><b>VS-6</b> {@link #upsert} leaves exactly the given chunks for each message, atomically
 *       for the whole batch; other messages stay as they were.
 *   <li><b>VS-7</b> Wrong dimension, a vector that is not finite or is zero, an unknown or retired
 *       generation: a typed error, nothing written.
 *   <li><b>VS-8</b> What {@link #upsert} returned from is durable, so that a stamp written after it
 *       never outlives its vectors.
 *   <li><b>VS-9</b> {@link #delete} of anything, twice, is fine. {@link #size} equals the distinct
 *       messages and their chunks after any sequence of calls.
 *   <li><b>VS-10</b> {@link #search} returns min(k, messages) distinct messages. The store
 *       {@linkplain #recall states its recall}.
 *   <li><b>VS-11</b> {@link #searchExactly} is exact, for any number of ids.
 *   <li><b>VS-12</b> A reader sees each message's chunks all old or all new. After {@link #upsert}
 *       has returned, every instance on the same storage, in any process, sees the new ones.
 *   <li><b>VS-13</b> Scores are cosine similarities (to 1e-5) in every backend; hits come by score
 *       descending, then id ascending, so that two backends rank the same vectors alike.
 *   <li><b>VS-14</b> Losing a watermark costs time, never coverage. A lowering that races an
 *       advance wins.
 *   <li><b>VS-15</b> One holder per lease; a killed holder's lease is free again.
 *   <li><b>VS-16</b> A store that is bound to an archive says to which, and refuses another.
 *   <li><b>VS-17</b> At most one run record of a generation is open, or one of each worker that
 *       shares it; beginning a run closes a former one, those of workers that are dead, and those
 *       of retired generations, as ABANDONED.
 *   <li><b>VS-18</b> After {@link #close} every method throws {@link IllegalStateException};
 *       closing twice is fine, and no other instance is disturbed.
 *   <li><b>VS-19</b> {@link #search(long, float[], int, Collection)} finds the given messages
 *       alone, min(k, those that have vectors), with the recall that the store states.
 *   <li><b>VS-20</b> Any number share a generation of which nobody has the lease; of each
 *       {@linkplain SharedLease#claim stripe} there is one holder, and one who {@linkplain
 *       SharedLease#tryExclusive is alone} keeps all others out. What a killed holder had is free
 *       again. A store that does not {@linkplain #supportsSharedLease share} says so, and throws
 *       {@link UnsupportedOperationException} when it is asked to.
 * </ul>
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing. Any method may throw {@link
 * StoreException}; methods that take a generation throw {@link UnknownGenerationException} for an
 * id that is not there. No method keeps a transaction or cursor open after it has returned; the one
 * thing that stays open is a {@link Lease}.
 */
public interface VectorStore extends AutoCloseable {
  /**
   * Binds the store to an archive, once and for good; binding to the same archive again does
   * nothing (VS-16).
   *
   * @throws ArchiveMismatchException if it is bound to another
   */
  void bind(UUID archive);

  /** The archive that the store is bound to; empty while it is bound to none (VS-16). */
  Optional<UUID> archive();

  // Generations

  /** All generations ever created here, by id ascending, from one snapshot. */
  List<Generation> generations();

  /** The generation with this id, if there is one. */
  default Optional<Generation> generation(long id) {
    return generations().stream().filter(generation -> generation.id() == id).findFirst();
  }

  /** The generation that serves searches, if there is one. */
  default Optional<Generation> active() {
    return inState(Generation.State.ACTIVE);
  }

  /** The generation that is being built, if there is one. */
  default Optional<Generation> building() {
    return inState(Generation.State.BUILDING);
  }

  private Optional<Generation> inState(Generation.State state) {
    return generations().stream().filter(generation -> generation.state() == state).findFirst();
  }

  /**
   * Creates a BUILDING generation, or returns the one that is being built if its fingerprint is the
   * same (VS-1, VS-2, VS-3).
   *
   * @param fingerprint what the index is made of
   * @param id the id of a new generation, from {@link MessageStore#reserveGenerationId}; not used
   *     where one is resumed
   * @throws GenerationConflictException if a generation with another fingerprint is being built
   * @throws IllegalArgumentException if a new generation is needed and {@code id} is not above that
   *     of every generation that was ever created here
   */
  Generation create(Fingerprint fingerprint, long id);

  /**
   * Makes a BUILDING generation the ACTIVE one and retires the former, in one transaction (VS-4).
   *
   * @param check asked after the checks of the life cycle, outside of any transaction; what it
   *     throws is passed on
   * @throws GenerationStateException if the generation is not BUILDING
   * @throws IncompleteCoverageException if {@code check} says so
   */
  void activate(long generation, CoverageCheck check);

  /**
   * Retires a BUILDING generation; does nothing to a RETIRED one (VS-5). Its vectors stay until
   * {@link #dropRetired}.
   *
   * @throws GenerationStateException if it is ACTIVE
   */
  void retire(long generation);

  /**
   * Retires a generation whatever its state. After the ACTIVE one was retired there is nothing to
   * search.
   */
  void forceRetire(long generation);

  /**
   * Frees the room that retired generations take, in small steps that hold no writer up. May be
   * called at any time, by several at once; one that is cut short is finished by the next.
   */
  void dropRetired();

  // Vectors

  /**
   * Replaces all vectors of each given message, in one durable transaction (VS-6, VS-7, VS-8,
   * VS-12).
   *
   * @param batch at most one element for each message; an empty batch writes nothing but checks the
   *     generation all the same
   * @throws InvalidVectorException if a vector does not fit
   * @throws GenerationStateException if the generation is retired
   */
  void upsert(long generation, Collection<MessageVectors> batch);

  /**
   * Deletes the vectors of these messages, any number, whether or not there are any (VS-9).
   *
   * @throws GenerationStateException if the generation is retired
   */
  void delete(long generation, Collection<Long> messageIds);

  /** What the generation holds; zero once a retired one is reclaimed. */
  IndexSize size(long generation);

  /**
   * Lists the messages that have vectors, with the revisions these were made from.
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<MessageRevision> messageIds(long generation, long afterId, int limit);

  /**
   * Reads the vectors of these messages, by id ascending; messages without vectors are left out.
   */
  List<MessageVectors> vectors(long generation, Collection<Long> messageIds);

  // Search

  /**
   * Finds the messages whose best chunk is most similar to a query (VS-10, VS-13).
   *
   * @param query of the generation's dimension; need not be normalised
   * @param k how many, at least 1
   * @return min(k, messages) hits of distinct messages, by score descending, then id ascending;
   *     which of equally good chunks of a message is named is not defined
   * @throws InvalidVectorException if the query does not fit
   * @throws GenerationStateException if the generation is retired
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  List<VectorHit> search(long generation, float[] query, int k);

  /**
   * As {@link #search}, among these messages only, and exactly (VS-11); with the same errors, also
   * where no messages are given.
   *
   * @param messageIds any ids, any number; those without vectors are passed over
   */
  List<VectorHit> searchExactly(long generation, float[] query, int k, Collection<Long> messageIds);

  /**
   * As {@link #search(long, float[], int)}, among these messages only, with the recall that the
   * store states (VS-19): for sets of ids that take long to be compared one by one. This method
   * calls {@link #searchExactly}; a store that finds its way sooner overrides it. It has the same
   * errors, also where no messages are given.
   *
   * @param messageIds any ids, any number; those without vectors are passed over
   */
  default List<VectorHit> search(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return searchExactly(generation, query, k, messageIds);
  }

  /**
   * The share of the true k best that {@link #search} finds on average for k = 10, at least; 1 if
   * it is exact.
   */
  double recall();

  // Book-keeping of the runs

  /** The generation's watermark; {@code (0, epoch)} at first and whenever it was lost. */
  Watermark watermark(long generation);

  /**
   * Moves the watermark up by compare-and-set (VS-14).
   *
   * @param from what {@link #watermark} gave before the scan
   * @param to the new id, not below {@code from.id()}
   * @return whether it moved; if not, it was lowered or moved by another meanwhile, and stays as it
   *     is
   * @throws IllegalArgumentException if {@code to} is below {@code from.id()}
   */
  boolean advanceWatermark(long generation, Watermark from, long to);

  /**
   * Lowers the watermark of every generation to {@code belowId - 1}, unless it is lower already,
   * and raises its epoch in any case, so that an advance under way fails (VS-14).
   */
  void lowerWatermarks(long belowId);

  /**
   * Takes the right to be the one worker of a generation (VS-15).
   *
   * @return the lease; empty, at once, if another holds it or shares it, in this process or another
   */
  Optional<Lease> lease(long generation);

  /** Whether {@link #sharedLease} works; a store need not offer it (VS-20). */
  default boolean supportsSharedLease() {
    return false;
  }

  /**
   * Takes the right to be one of several workers of a generation (VS-20).
   *
   * @return the lease; empty, at once, if another has the generation for itself, by {@link #lease}
   *     or by {@link SharedLease#tryExclusive}
   * @throws UnsupportedOperationException if the store does not {@linkplain #supportsSharedLease
   *     share}
   */
  default Optional<SharedLease> sharedLease(long generation) {
    throw new UnsupportedOperationException("this store lets one worker at a generation");
  }

  /** Notes when a backstop that ended well began: {@link Generation#lastBackstop}. */
  void recordBackstop(long generation, Instant started);

  /**
   * Opens an entry of the run history, and closes those that were left open as ABANDONED (VS-17):
   * of the same generation, since this is called under its lease, so that an open entry is that of
   * a dead worker; and of retired generations, of which no run will begin again. A worker that
   * shares the generation calls {@link SharedLease#beginRun}.
   *
   * @param kind what the run does
   */
  RunRecord beginRun(long generation, RunKind kind, Instant started);

  /**
   * Closes an entry: writes what {@link RunRecord#end} made of it, also over ABANDONED, which was
   * then said of a worker too early. An entry that is no longer kept is passed over.
   *
   * @throws IllegalArgumentException if the entry has not ended
   */
  void endRun(RunRecord ended);

  /** The latest entries, newest first, at most {@code limit}; at least the last 100 are kept. */
  List<RunRecord> runs(int limit);

  /** Gives back every connection, file handle and lease. Closing twice is fine. */
  @Override
  void close();
}
