package io.msgvault.embed.store;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.support.WordScoring;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Keeps the words of an archive's messages, and finds messages by them. All of it is derived data,
 * which may be lost as a whole and made again from the archive. There is one for an archive, not
 * one for a generation, since words do not depend on the model.
 *
 * <p>See rules WI-1 to WI-18 in {@code docs/contract.md}. An index analyses the texts that it is
 * given with its {@link #analyzer}. A question is a {@link WordQuery} that was read with the same
 * analyzer. {@link WordScoring} has the formula that ranks.
 *
 * <p>A builder or factory method of the implementation opens an index with an analyzer. It throws
 * {@link NotInstalledException} where there is none, {@link WordPolicyException} where the words
 * were made by another policy, and {@link BrokenIndexException} where they cannot be read. An index
 * that was lost is never mistaken for an empty one.
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing, or has written all of its batch;
 * repeating it is safe. Every method may throw {@link StoreException}, and throws {@link
 * IllegalStateException} once the index is closed.
 */
public interface WordIndex extends AutoCloseable {
  /**
   * Binds the index to an archive, once and for good. Binding it to the same archive again does
   * nothing (WI-16).
   *
   * @param archive the archive's id, from {@link MessageStore#archiveId}
   * @throws ArchiveMismatchException if the index is bound to another archive
   */
  void bind(UUID archive);

  /** Returns the archive that the index is bound to; empty while it is bound to none (WI-16). */
  Optional<UUID> archive();

  /** Returns the analyzer that the words were made with. */
  WordAnalyzer analyzer();

  /** Returns the name of the word policy: that of the analyzer (WI-15). */
  default String policy() {
    return analyzer().policy();
  }

  /**
   * Replaces all words of each given message, in one durable step (WI-1, WI-2, WI-3, WI-6, WI-13).
   *
   * @param batch at most one element for each message; an empty batch writes nothing
   * @throws IllegalArgumentException if a message comes twice
   */
  void upsert(Collection<MessageWords> batch);

  /**
   * Deletes the words of these messages, in one durable step (WI-2, WI-4).
   *
   * @param messageIds any ids, any number; those that the index does not hold are ignored
   */
  void delete(Collection<Long> messageIds);

  /** Returns how many messages the index holds, those without any term included (WI-4). */
  long size();

  /**
   * Lists the messages that the index holds, with the revisions that their words come from (WI-5).
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<MessageRevision> entries(long afterId, int limit);

  /**
   * Lists those of the given messages that the index holds, with the revisions that their words
   * come from (WI-5).
   *
   * @param messageIds any ids, any number
   * @return by id, ascending
   */
  List<MessageRevision> entries(Collection<Long> messageIds);

  /**
   * Returns the last run that ended with these words up to date, as {@link #recordRun} noted it;
   * empty if none did (WI-18).
   */
  OptionalLong lastRun();

  /**
   * Notes the run that has just ended, durably (WI-18). The job compares it with the history of the
   * {@link GenerationLedger}. So it notices an index that was lost, or a copy from before. {@link
   * WordCoverage#isCurrent} makes this comparison.
   *
   * @param run the id of the run's record; negative for a run under way in which the words have
   *     caught up
   */
  void recordRun(long run);

  /**
   * Finds the messages that match a question best (WI-7, WI-8, WI-9, WI-11).
   *
   * @param k how many hits, at least 1
   * @return min(k, matches) hits, by score descending, then id ascending; none if the question has
   *     no terms
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  List<WordHit> search(WordQuery query, int k);

  /**
   * Finds the best among the given messages. Their scores are those that the search of all would
   * give (WI-10).
   *
   * @param messageIds any ids, any number; those that the index does not hold are ignored
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  List<WordHit> search(WordQuery query, int k, Collection<Long> messageIds);

  /**
   * Returns the figures that rank messages, for these terms (WI-14). For a {@link WordQuery.Word}
   * it counts the messages with its stem. For a {@link WordQuery.Prefix} it gives the frequency of
   * the word of this beginning that is in the most messages. For a {@link WordQuery.Phrase} it
   * gives the frequency of its rarest word.
   *
   * @param terms any terms
   */
  WordStatistics statistics(Collection<WordQuery.Term> terms);

  /** Releases every connection and file handle. Closing twice is fine (WI-17). */
  @Override
  void close();
}
