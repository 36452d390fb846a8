package io.msgvault.embed.store;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The archive's side: messages, each with a <em>stamp</em> that says for which generation it is
 * settled, and a <em>revision</em> that names the state of its embeddable inputs.
 *
 * <h2>Words</h2>
 *
 * <p>A message is <em>live</em> while it is not soft-deleted. Its <em>embeddable inputs</em> are
 * its subject, text and HTML, and nothing else. It <em>needs work</em> for a target generation when
 * it is live, in scope, and its stamp is not for that generation. A message without a stamp needs
 * work for every generation.
 *
 * <p>The revision is the compare-and-set token of {@link #stamp}. It is drawn from a counter of the
 * whole store, so that an id that is deleted and used again gets a revision it never had. It is
 * never a clock: within one tick of a clock an edit would go unnoticed.
 *
 * <h2>The contract</h2>
 *
 * <ul>
 *   <li><b>MS-1</b> An inserted live message needs work for every generation, from the same
 *       transaction on.
 *   <li><b>MS-2</b> {@link #scan} returns exactly the messages that need work with an id above
 *       {@code afterId}, ascending, within the limits. It is empty only when no such message is
 *       left. One message larger than the whole budget still comes, alone.
 *   <li><b>MS-3</b> The content and the revision of a message come from one consistent read.
 *   <li><b>MS-4</b> The revision moves when an embeddable input changes or {@link #unstamp} is told
 *       the message, and only then; it never returns to a former value.
 *   <li><b>MS-5</b> Whichever code path or raw statement changes an embeddable input, the stamp is
 *       cleared in that same transaction.
 *   <li><b>MS-6</b> Metadata-only writes, and writing the same text again, leave stamp and revision
 *       alone.
 *   <li><b>MS-7</b> A stamp lands if and only if the row exists, is live and has the given
 *       revision. The others are returned as missed, without an error. Stamping twice is stamping
 *       once.
 *   <li><b>MS-8</b> Stamping does not move the revision.
 *   <li><b>MS-9</b> What {@link #stamp} returned from survives a kill of the process.
 *   <li><b>MS-10</b> A message that becomes live again needs work again.
 *   <li><b>MS-11</b> {@link #coverage} adds up in one snapshot, for every scope, also while others
 *       write.
 *   <li><b>MS-12</b> A body beyond the cap is cut in the database and marked truncated; it never
 *       enters memory whole.
 *   <li><b>MS-13</b> Rejections are listed with their reasons, and vanish with their stamp.
 *   <li><b>MS-14</b> {@link #findMatching} and {@link #filterIds} agree with each other and with
 *       the definition of {@link MessageFilter}, for any number of ids.
 *   <li><b>MS-15</b> The cost of {@link #scan} on a store that {@linkplain #supportsSeekingScan
 *       seeks} does not grow with the archive.
 *   <li><b>MS-16</b> {@link #reserveGenerationId} never returns an id twice, also after a crash and
 *       over a recreated vector store.
 *   <li><b>MS-17</b> {@link #archiveId} is the same for the archive's whole life, and another for
 *       every other archive.
 *   <li><b>MS-18</b> After {@link #close} every method throws {@link IllegalStateException};
 *       closing twice is fine, and no other instance is disturbed.
 *   <li><b>MS-19</b> {@link #keywordSearch} finds exactly the live messages that match the filter
 *       and contain a term that tells something, as they are at that moment, whoever wrote them.
 *   <li><b>MS-20</b> Candidates, their number and the frequencies of terms come from one snapshot,
 *       also while others write.
 *   <li><b>MS-21</b> Where more messages match than are asked for, exactly as many are returned as
 *       were asked for, all of them match, and it is said that there are more. They are those whose
 *       sought terms, each counted once for a message that contains it, {@linkplain
 *       KeywordCandidates#scaledIdf weigh} most in sum; of equal sums, those whose subjects' sought
 *       terms weigh most, each counted once; of equal both, those with the higher ids.
 *   <li><b>MS-22</b> No text is a harmful query: nothing in it reaches an engine as a command.
 *   <li><b>MS-23</b> No text is too long, too odd or too full of words to be stored because of
 *       keyword search; the first {@value #MAX_KEYWORD_CHARACTERS} code points of subject and body
 *       are found in any case.
 *   <li><b>MS-24</b> A store that does not {@linkplain #supportsKeywordSearch search keywords} says
 *       so, and throws {@link UnsupportedOperationException} when it is asked to.
 *   <li><b>MS-25</b> {@link #stampedGenerations} are exactly those of the live messages' stamps.
 * </ul>
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing. Any method may throw {@link
 * StoreException}. No method keeps a transaction, lock or cursor open after it has returned.
 */
public interface MessageStore extends AutoCloseable {
  /**
   * How much of a subject, and how much of a body, keyword search reaches in any store, in code
   * points (MS-23).
   */
  int MAX_KEYWORD_CHARACTERS = 100_000;

  /**
   * The archive's identity: made when its schema is installed, kept in the archive itself (MS-17).
   */
  UUID archiveId();

  /**
   * Hands out an id for a new generation (MS-16). The archive does so because vectors are derived
   * data: a vector store may be deleted and made anew, and must then not use an id that stamps in
   * the archive still carry.
   *
   * @param above the id must be greater than this; the highest id that the vector store knows
   * @return an id greater than {@code above}, than every id returned before, and than that of every
   *     stamp; durable
   */
  long reserveGenerationId(long above);

  /**
   * Reads the next messages that need work (MS-2, MS-3, MS-12, MS-15).
   *
   * @param generation the generation that is being filled
   * @param scope the messages it covers; others are neither returned nor read
   * @param afterId only messages with a greater id; 0 to begin
   * @param limits bounds of the page
   * @return the messages by id, ascending; empty when none is left
   */
  List<Message> scan(long generation, Scope scope, long afterId, ScanLimits limits);

  /**
   * Reads live messages whether or not they need work, for showing them and for working out
   * passages.
   *
   * @param ids any ids; those of no live message are left out; the caller keeps the number small
   *     enough for memory
   * @param bodyCharacters the cap of MS-12, in code points
   * @return the messages by id, ascending
   */
  List<Message> find(Collection<Long> ids, int bodyCharacters);

  /**
   * Settles messages for a generation by compare-and-set on the revision, in one transaction (MS-7,
   * MS-8, MS-9). A former stamp is replaced, its reason with it.
   *
   * @param generation the generation
   * @param stamps at most one for each message
   * @return the ids of the stamps that did not land because the message is gone, deleted, or has
   *     another revision
   */
  Set<Long> stamp(long generation, Collection<Stamp> stamps);

  /**
   * Clears the stamps of these messages, so that they need work for every generation, and moves
   * their revisions, so that no worker who has read one of them before can settle it (MS-4, MS-7).
   * Ids without a message are ignored; any number of ids may be given.
   */
  void unstamp(Collection<Long> ids);

  /**
   * Counts the live messages in a scope by their stamp for a generation, in one snapshot (MS-11).
   *
   * @param generation the generation; an id that no stamp carries is fine, everything is missing
   *     then
   */
  Coverage coverage(long generation, Scope scope);

  /** Counts the live messages in a scope where no generation exists: all of them are missing. */
  default Coverage coverageWithoutGeneration(Scope scope) {
    return coverage(0, scope); // the id of a generation is positive, so no stamp carries 0
  }

  /**
   * The generations that live messages, of whatever scope, are stamped for (MS-25).
   *
   * @return their ids, in no order; those of generations that are known nowhere else among them
   */
  Set<Long> stampedGenerations();

  /**
   * Lists the live messages stamped EMBEDDED for a generation, of whatever scope, with the
   * revisions they were stamped at.
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<MessageRevision> embeddedIds(long generation, long afterId, int limit);

  /**
   * Lists the live messages stamped REJECTED for a generation, of whatever scope, with their
   * reasons (MS-13).
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<Rejection> rejections(long generation, long afterId, int limit);

  /** Which of these ids, any number, are live messages that match (MS-14). */
  Set<Long> filterIds(Collection<Long> ids, MessageFilter filter);

  /**
   * Lists the live messages that match, if they are few (MS-14).
   *
   * @param limit how many are few, at least 0
   * @return their ids, ascending; empty if there are more than {@code atMost}
   */
  Optional<List<Long>> findMatching(MessageFilter filter, int limit);

  /**
   * Finds the messages that contain words (MS-19 to MS-22). The store proposes, it does not rank:
   * {@link io.msgvault.embed.search.Searcher} does, so that all stores rank alike. Which messages
   * it proposes is no choice of its own either.
   *
   * <p>A message contains a term if its subject does or its body does; the body is its text, or its
   * HTML where the text has nothing but spaces (U+0020, U+00A0) and line breaks. HTML is searched
   * as it is stored: a word that is written with character references, or with tags inside, is not
   * found, and a match may be in a tag. What a word is, {@link io.msgvault.embed.text.Words} says;
   * an engine may know fewer scripts, and says so. Of the terms, only those that are {@linkplain
   * KeywordCandidates#selectiveTerms telling} make a message a candidate.
   *
   * @param query what to look for; none of the messages if it is empty
   * @param filter which messages may be found
   * @param limit the most candidates, at least 1
   * @return all that match if there are no more than {@code limit}, else those whose terms weigh
   *     most; of equals, those with more of that in the subject, then the higher ids (MS-21)
   * @throws UnsupportedOperationException if the store does not search keywords (MS-24)
   */
  default KeywordCandidates keywordSearch(KeywordQuery query, MessageFilter filter, int limit) {
    throw new UnsupportedOperationException("this store does not search keywords");
  }

  /** Whether {@link #keywordSearch} works; a store need not offer it (MS-24). */
  default boolean supportsKeywordSearch() {
    return false;
  }

  /**
   * Whether the cost of {@link #scan} is that of its result, thanks to an index (MS-15). A job over
   * a store that does not seek starts its scans at a {@link Watermark}; an edit of a message that
   * the watermark has passed then waits for the next backstop, unless the host {@linkplain
   * GenerationLedger#lowerWatermarks lowers the watermarks} after it.
   */
  boolean supportsSeekingScan();

  /** Gives back every connection and file handle. Closing twice is fine. */
  @Override
  void close();
}
