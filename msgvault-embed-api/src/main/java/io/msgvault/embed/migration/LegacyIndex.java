package io.msgvault.embed.migration;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.MessageRevision;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * What a {@link Migration} needs of an archive's database: the tables that it declares, and one
 * transaction that stamps everything. A backend that lets its archives be taken over implements it
 * beside its message store, and keeps the rules of takeovers (TO-1 to TO-9 of the contract) with
 * it. The archive's ledger is a durable mark of the {@link Stage}, kept with the archive.
 *
 * <p>An instance is used by one thread. Methods may throw {@link
 * io.msgvault.embed.model.StoreException}; one that throws has changed nothing.
 */
public interface LegacyIndex {
  /** How far the takeover of an archive has come. Stages are passed in this order, once each. */
  enum Stage {
    /** Nothing is stamped yet. */
    OPEN(0),
    /** Everything is stamped; the queue's table may still be there. */
    STAMPED(1),
    /** Nothing is left to do. */
    ENDED(2);

    private final int code;

    Stage(int mark) {
      this.code = mark;
    }

    /** What the ledger says of it. */
    public int code() {
      return code;
    }

    /** The stage of the highest mark in the ledger, or of 0 where there is none. */
    public static Stage of(int code) {
      return Arrays.stream(values()).filter(stage -> stage.code == code).findFirst().orElseThrow();
    }
  }

  /**
   * What was stamped, and what was not because it waits in the queue.
   *
   * @param messages how many messages were stamped
   * @param pending how many messages waited in the queue; empty if there is no queue
   */
  record StampResult(long messages, OptionalLong pending) {}

  /** The stage that was reached, by the mark in the archive's ledger. */
  Stage stage();

  /** Whether the table of vectors that is declared is there. */
  boolean hasVectors();

  /**
   * Notes the archive's latest revision, durably, once for each archive: the second and later calls
   * return what the first has noted. Whatever is written afterwards gets a greater one.
   */
  long begin();

  /**
   * The messages that wait in the queue.
   *
   * @param generation whose rows count, unless the declaration says otherwise
   * @return their ids, ascending; empty if there is no queue
   */
  long[] pendingIds(long generation);

  /**
   * Reads the host's vectors of these messages, few enough for memory.
   *
   * @return the vectors of each message in the order of its chunks, unchecked; messages without
   *     vectors are left out
   * @throws MalformedVectorsException if a value is no vector in any of the forms that are read
   */
  Map<Long, List<float[]>> vectors(Collection<Long> ids);

  /**
   * Stamps all messages that have vectors, and marks that in the archive's ledger, in one durable
   * transaction (TO-3): EMBEDDED is stamped whatever needs work for the generation, is live, in its
   * scope, has the revision that its vectors have, and does not wait in the queue. Does nothing in
   * a later stage than {@link Stage#OPEN}.
   *
   * @param vectorsAfter gives the next messages with vectors, ascending, and empty at the end; it
   *     may be asked from the beginning more than once
   */
  StampResult stamp(Generation generation, LongFunction<List<MessageRevision>> vectorsAfter);

  /**
   * Drops the queue's table unless it is to be kept, and marks that in the ledger, in one
   * transaction. Does nothing in another stage than {@link Stage#STAMPED}.
   */
  void finish();
}
