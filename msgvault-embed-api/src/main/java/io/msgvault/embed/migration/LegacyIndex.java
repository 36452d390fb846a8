package io.msgvault.embed.migration;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.MessageRevision;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Gives a {@link Migration} access to an archive's database: the host's tables that it declares,
 * and one transaction that stamps everything. A backend that supports migrations implements it
 * beside its message store, and keeps rules TO-1 to TO-9 in {@code docs/contract.md} with it. The
 * archive's ledger keeps a durable mark of the {@link Stage}.
 *
 * <p>An instance is used by one thread. Methods may throw {@link
 * io.msgvault.embed.model.StoreException}; one that throws has changed nothing.
 */
public interface LegacyIndex {
  /**
   * Says how far the migration of an archive has come. Each stage is passed once, in this order.
   */
  enum Stage {
    /** Nothing is stamped yet. */
    OPEN(0),
    /** Everything is stamped; the queue's table may still be there. */
    STAMPED(1),
    /** Nothing is left to do. */
    ENDED(2);

    private final int code;

    Stage(int code) {
      this.code = code;
    }

    /** Returns the code that the ledger keeps; it never changes. */
    public int code() {
      return code;
    }

    /** Returns the stage of a code: the highest in the ledger, or 0 where there is none. */
    public static Stage of(int code) {
      return Arrays.stream(values()).filter(stage -> stage.code == code).findFirst().orElseThrow();
    }
  }

  /**
   * Counts the messages that were stamped, and those that were not because they wait in the queue.
   *
   * @param messages the number of messages that were stamped
   * @param pending the number of messages that waited in the queue; empty if there is no queue
   */
  record StampResult(long messages, OptionalLong pending) {}

  /** Returns the stage that was reached, by the mark in the archive's ledger. */
  Stage stage();

  /** Returns whether the declared table of vectors is there. */
  boolean hasVectors();

  /**
   * Records the archive's latest revision, durably and once for each archive, and returns it
   * (TO-4). Later calls return what the first has recorded. Every later write gets a greater
   * revision.
   */
  long begin();

  /**
   * Returns the messages that wait in the queue.
   *
   * @param generation the generation whose rows count, unless the declaration names another
   * @return their ids, ascending, each once; empty if there is no queue
   */
  long[] pendingIds(long generation);

  /**
   * Reads the host's vectors of these messages, few enough for memory.
   *
   * @return the vectors of each message in the order of its chunks, unchecked; messages without
   *     vectors are left out
   * @throws MalformedVectorsException if a value has none of the supported forms of a vector
   */
  Map<Long, List<float[]>> vectors(Collection<Long> ids);

  /**
   * Stamps all messages that have vectors, and marks that in the archive's ledger, in one durable
   * transaction (TO-1, TO-2). A message is stamped EMBEDDED if it is live, is in the generation's
   * scope and needs work for it. It must also have the revision that its vectors have, and not wait
   * in the queue. In a later stage than {@link Stage#OPEN} this does nothing (TO-3).
   *
   * <p>Inside its transaction, an implementation reads the queue and calls {@link #stampPages},
   * which walks the pages and leaves out what waits.
   *
   * @param vectorsAfter returns the next messages with vectors after an id, ascending, and none at
   *     the end. It may be called from the beginning more than once
   */
  StampResult stamp(Generation generation, LongFunction<List<MessageRevision>> vectorsAfter);

  /**
   * Stamps the messages of one page.
   *
   * @param <E> what stamping may throw
   */
  @FunctionalInterface
  interface PageStamper<E extends Exception> {
    /**
     * Stamps these messages, at least one, where they are live, in scope, need work and have the
     * given revision.
     *
     * @return the number of messages that were stamped
     */
    long stamp(List<MessageRevision> page) throws E;
  }

  /**
   * Stamps all pages but the messages that wait in the queue (TO-1).
   *
   * @param vectorsAfter as in {@link #stamp}
   * @param pending the ids that wait, ascending; empty if there is no queue
   * @param stamper stamps one page, inside the transaction of {@link #stamp}
   * @throws E as {@code stamper} does
   */
  static <E extends Exception> StampResult stampPages(
      LongFunction<List<MessageRevision>> vectorsAfter,
      Optional<long[]> pending,
      PageStamper<E> stamper)
      throws E {
    long[] waiting = pending.orElse(new long[0]);
    long stamped = 0;
    List<MessageRevision> page = vectorsAfter.apply(0);
    while (!page.isEmpty()) {
      List<MessageRevision> ready =
          page.stream()
              .filter(message -> Arrays.binarySearch(waiting, message.messageId()) < 0)
              .toList();
      if (!ready.isEmpty()) {
        stamped += stamper.stamp(ready);
      }
      page = vectorsAfter.apply(page.get(page.size() - 1).messageId());
    }
    return new StampResult(
        stamped, pending.isPresent() ? OptionalLong.of(waiting.length) : OptionalLong.empty());
  }

  /**
   * Drops the queue's table unless it is to be kept, and marks that in the ledger, in one
   * transaction (TO-6). Does nothing in another stage than {@link Stage#STAMPED}.
   */
  void finish();
}
