package io.msgvault.embed.store;

import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.model.UnknownGenerationException;
import java.util.Collection;
import java.util.List;

/**
 * Keeps the large half of an index: the vectors of each generation. The other half is the {@link
 * GenerationLedger}. {@link VectorStore#of} joins a ledger and an index.
 *
 * <p>An index keeps VS-6 to VS-13, VS-18 and VS-19 of {@code docs/contract.md}.
 *
 * <p>An index by itself knows no life cycle. Each generation is a separate set of vectors, and one
 * that holds none is empty. Its size is then zero, and a search of it finds nothing. The dimension
 * of a generation is that of its first vectors, or of the fingerprint where the ledger is in the
 * same storage. A {@link VectorStore} adds the checks against the ledger:
 *
 * <ul>
 *   <li>every method that takes a generation throws {@link UnknownGenerationException} for one that
 *       was never created;
 *   <li>{@link #upsert} and searches throw {@link GenerationStateException} for a RETIRED one, also
 *       where no messages are given;
 *   <li>{@link #drop} throws {@link GenerationStateException} for one that is not RETIRED.
 * </ul>
 *
 * <p>So a RETIRED generation still answers {@link #delete}, {@link #size}, {@link #messageIds},
 * {@link #vectors} and {@link #drop}.
 *
 * <p>Where a call has several faults, the error is of the first of these kinds: the store is
 * closed, an argument is out of range, the generation is unknown or in another state, a vector does
 * not fit.
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing. Every method may throw {@link
 * StoreException}. No method keeps a transaction or cursor open after it has returned.
 */
public interface VectorIndex extends AutoCloseable {
  /**
   * Replaces all vectors of each given message, in one durable transaction (VS-6, VS-7, VS-8,
   * VS-12). An index over an engine without transactions replaces each message at once, and a call
   * that throws {@link StoreException} may have written some of them. It says so, and repeating the
   * call is safe.
   *
   * @param batch at most one element for each message; an empty batch writes nothing
   * @throws InvalidVectorException if a vector has no direction or another dimension
   * @throws IllegalArgumentException if a message comes twice
   */
  void upsert(long generation, Collection<MessageVectors> batch);

  /**
   * Deletes the vectors of these messages (VS-9). This works in every state of the generation, so
   * that what was deleted from the archive leaves a retired one, too.
   *
   * @param messageIds any ids, any number; those without vectors are ignored
   */
  void delete(long generation, Collection<Long> messageIds);

  /** Returns how many messages and chunks the generation holds (VS-9). */
  IndexSize size(long generation);

  /**
   * Lists the messages that have vectors, with the revisions that these were made from.
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<MessageRevision> messageIds(long generation, long afterId, int limit);

  /**
   * Returns the vectors of these messages, by id ascending; messages without vectors are left out.
   */
  List<MessageVectors> vectors(long generation, Collection<Long> messageIds);

  /**
   * Finds the messages whose best chunk is most similar to a query (VS-10, VS-13).
   *
   * @param query of the generation's dimension, and of any length but zero
   * @param k how many hits, at least 1
   * @return min(k, messages) hits of distinct messages, by score descending, then id ascending;
   *     among equally good chunks of a message, any may be named
   * @throws InvalidVectorException if the query has no direction or another dimension
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  List<VectorHit> search(long generation, float[] query, int k);

  /**
   * Finds the most similar of the given messages, exactly (VS-11, VS-13). It has the errors of
   * {@link #search(long, float[], int)}, also where no messages are given.
   *
   * @param messageIds any ids, any number; those without vectors are ignored
   */
  List<VectorHit> searchExactly(long generation, float[] query, int k, Collection<Long> messageIds);

  /**
   * Finds the most similar of the given messages, with the recall that the index states (VS-19). It
   * serves sets of ids that take long to be compared one by one. The default calls {@link
   * #searchExactly}; an index that has a faster way overrides it. It has the errors of {@link
   * #search(long, float[], int)}, also where no messages are given.
   *
   * @param messageIds any ids, any number; those without vectors are ignored
   */
  default List<VectorHit> search(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return searchExactly(generation, query, k, messageIds);
  }

  /**
   * Returns the least share of the true best k that {@link #search(long, float[], int)} finds on
   * average for k = 10; 1 if it is exact (VS-10).
   */
  double recall();

  /**
   * Prepares a filled generation for being searched, for example builds its search structure. It is
   * called before the generation is activated, outside any transaction, and may take long. A second
   * call finds the work done. Searches and writes of every generation go on in the meantime. The
   * default does nothing.
   */
  default void prepare(long generation) {}

  /**
   * Deletes all vectors of a generation, in small steps that hold no writer up. Any number of calls
   * may run at once. A call that is cut short leaves a part, and the next call finishes it.
   */
  void drop(long generation);

  /** Releases every connection and file handle. Closing twice is fine (VS-18). */
  @Override
  void close();
}
