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
 * Keeps the messages of the archive, each with a stamp and a revision. The <em>stamp</em> says
 * which generation the message is up to date for. The <em>revision</em> names the state of its
 * embeddable inputs. See rules MS-1 to MS-31 in {@code docs/contract.md}.
 *
 * <p>A message is <em>live</em> while it is not soft-deleted. Its <em>embeddable inputs</em> are
 * its subject, text and HTML, and nothing else. It <em>needs work</em> for a generation when it is
 * live, in scope, and its stamp is not for that generation. A message without a stamp needs work
 * for every generation.
 *
 * <p>The revision is the compare-and-set token of {@link #stamp}. It comes from a counter of the
 * whole store. So an id that is deleted and used again gets a revision it never had (MS-4). Its low
 * bits are random, so a copy that is put back gives out others ({@link
 * io.msgvault.embed.store.support.Revisions}). It is never a clock: an edit within one tick of a
 * clock would go unnoticed.
 *
 * <p>Some rules bind the storage and no single method. A new message needs work (MS-1). A change of
 * an embeddable input clears the stamp in the same transaction, whichever statement makes it
 * (MS-5). Other writes leave stamp and revision alone (MS-6). A message that becomes live again
 * needs work again (MS-10).
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing. Every method may throw {@link
 * StoreException}, and {@link IllegalStateException} after {@link #close} (MS-18). No method keeps
 * a transaction, lock or cursor open after it has returned.
 */
public interface MessageStore extends AutoCloseable {
  /** Returns the archive's identity, which was made when its schema was installed (MS-17). */
  UUID archiveId();

  /**
   * Reserves an id for a new generation, durably (MS-16). The archive does so because vectors are
   * derived data. A vector store may be deleted and created again, and must then not use an id that
   * stamps in the archive still carry.
   *
   * @param above the highest id that the vector store knows
   * @return an id greater than {@code above}, than every id returned before, and than that of every
   *     stamp
   */
  long reserveGenerationId(long above);

  /**
   * Reads the next messages that need work (MS-2, MS-3, MS-12, MS-15).
   *
   * @param generation the generation that is being filled
   * @param scope the messages that the generation covers; no others are read
   * @param afterId only messages with a greater id; 0 to begin
   * @param limits bounds of the page
   * @return the messages by id, ascending; empty when none is left
   */
  List<Message> scan(long generation, Scope scope, long afterId, ScanLimits limits);

  /**
   * Reads live messages, whether or not they need work, to show them and their passages.
   *
   * @param ids any ids, few enough for memory; those of no live message are left out
   * @param bodyCharacters the cap of MS-12, in code points
   * @return the messages by id, ascending
   */
  List<Message> find(Collection<Long> ids, int bodyCharacters);

  /**
   * Lists the messages that {@link #scan} would read, with their revisions and without their texts
   * (MS-15, MS-28).
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<MessageRevision> needingWork(long generation, Scope scope, long afterId, int limit);

  /**
   * Lists the live messages in a scope, whatever their stamp, with their revisions (MS-28).
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<MessageRevision> live(Scope scope, long afterId, int limit);

  /**
   * Reads what is known of live messages besides their texts (MS-29).
   *
   * @param ids any ids, any number; those of no live message are left out
   * @return the details by id, ascending
   */
  List<MessageDetails> details(Collection<Long> ids);

  /**
   * Lists what stopped being live: a row was deleted, a soft-deletion was marked, or an id was
   * changed (MS-30). The transaction that does it records the removal, whichever statement makes
   * it. A removal is listed until {@link #settleRemoved} acknowledges it, also if the id is live
   * again by now.
   *
   * @param afterSequence only removals with a greater sequence; 0 to begin
   * @return the first {@code limit}, by sequence ascending; fewer only at the end. An id that was
   *     removed several times is listed several times
   */
  List<Removal> removed(long afterSequence, int limit);

  /**
   * Acknowledges removals, in one transaction: {@link #removed} lists them no longer (MS-30). Those
   * that it does not list are ignored.
   */
  void settleRemoved(Collection<Removal> removals);

  /**
   * Makes durable what this store has shown, whoever wrote it: once it has returned, no power cut
   * takes back what any method had returned before (MS-31). A job calls it before an index follows
   * what it has read. An index that is ahead of its archive would keep vectors of a revision that
   * is lost, beside a stamp of the one before. It is cheap where everything is durable already.
   */
  void sync();

  /**
   * Stamps messages for a generation by compare-and-set on the revision, in one transaction (MS-7,
   * MS-8, MS-9). It replaces an earlier stamp and its reason.
   *
   * @param generation the generation
   * @param stamps at most one for each message
   * @return the ids of the messages that were missed: each is gone, deleted, or has another
   *     revision
   */
  Set<Long> stamp(long generation, Collection<Stamp> stamps);

  /**
   * Clears the stamps of these messages, so that they need work for every generation. It also
   * changes their revisions, so that no worker that has read one before can stamp it (MS-4, MS-7).
   *
   * @param ids any ids, any number; those of no message are ignored
   */
  void unstamp(Collection<Long> ids);

  /**
   * Counts the live messages in a scope by their stamp for a generation, in one snapshot (MS-11).
   *
   * @param generation the generation; where no stamp carries the id, everything is missing
   */
  Coverage coverage(long generation, Scope scope);

  /** Counts the live messages in a scope where no generation exists: all of them are missing. */
  default Coverage coverageWithoutGeneration(Scope scope) {
    return coverage(0, scope); // the id of a generation is positive, so no stamp carries 0
  }

  /**
   * Returns by how much the counts that {@link #coverage} is read from are off: the sum over all
   * groups of messages that are counted together (MS-26). Reads every message.
   *
   * @return 0 where the counts are right, and always where the store keeps none
   */
  long miscounted();

  /**
   * Counts the messages anew and corrects the counts that {@link #coverage} is read from, in one
   * transaction (MS-26). It repairs whatever else the store derives from messages, too.
   *
   * @return what {@link #miscounted} was
   */
  long recount();

  /**
   * Returns the generations that live messages of any scope are stamped for (MS-25).
   *
   * @return their ids, in no order; also those of generations that no vector store knows
   */
  Set<Long> stampedGenerations();

  /**
   * Lists the live messages stamped EMBEDDED for a generation, of any scope, with the revisions
   * they were stamped at.
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<MessageRevision> embeddedIds(long generation, long afterId, int limit);

  /**
   * Lists the live messages stamped BLANK for a generation, of any scope.
   *
   * @return the ids of the first {@code limit} with an id above {@code afterId}, ascending; fewer
   *     only at the end
   */
  List<Long> blankIds(long generation, long afterId, int limit);

  /**
   * Lists the live messages stamped REJECTED for a generation, of any scope, with their reasons
   * (MS-13).
   *
   * @return the first {@code limit} with an id above {@code afterId}, ascending; fewer only at the
   *     end
   */
  List<Rejection> rejections(long generation, long afterId, int limit);

  /** Returns those of these ids, any number, that are live messages and match (MS-14). */
  Set<Long> filterIds(Collection<Long> ids, MessageFilter filter);

  /**
   * Lists the live messages that match, if they are few (MS-14).
   *
   * @param limit the maximum number of matches, at least 0
   * @return their ids, ascending; empty if more than {@code limit} match
   */
  Optional<List<Long>> findMatching(MessageFilter filter, int limit);

  /**
   * Returns whether the cost of {@link #scan} depends on its result alone, thanks to an index
   * (MS-15). A job over a store that does not seek starts its scans at a {@link Watermark}. An edit
   * below the watermark then waits for the next backstop, unless the host {@linkplain
   * GenerationLedger#lowerWatermarks lowers the watermarks} after it.
   */
  boolean supportsSeekingScan();

  /**
   * Returns whether a {@linkplain io.msgvault.embed.migration.Migration migration} of this archive
   * has begun, and has neither stamped anything nor been given up. A run that has work is blocked
   * meanwhile: it would embed what the migration imports (TO-10). A store whose archives can't be
   * migrated returns false.
   */
  boolean hasUnfinishedMigration();

  /** Releases every connection and file handle. Closing twice is fine (MS-18). */
  @Override
  void close();
}
