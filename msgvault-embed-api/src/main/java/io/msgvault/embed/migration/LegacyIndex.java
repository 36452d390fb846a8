package io.msgvault.embed.migration;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.MessageRevision;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives a {@link Migration} access to an archive's database: the host's tables that it declares,
 * the stamps, and a mark in the ledger. A backend that supports migrations implements it beside its
 * message store, and keeps rules TO-1 to TO-10 in {@code docs/contract.md} with it. The archive's
 * ledger keeps a durable mark of the {@link Stage}. While it says {@link Stage#BEGUN}, {@link
 * io.msgvault.embed.store.MessageStore#hasUnfinishedMigration} returns true.
 *
 * <p>An instance is used by one thread. Methods may throw {@link
 * io.msgvault.embed.model.StoreException}; one that throws has changed nothing.
 */
public interface LegacyIndex {
  /**
   * Says how far the migration of an archive has come. The stages follow one another in this order.
   * Only {@link #withdraw} leads back, from BEGUN to OPEN.
   */
  enum Stage {
    /** No migration is under way. */
    OPEN(0),
    /** A migration has begun, and not everything is stamped yet. Runs are blocked (TO-10). */
    BEGUN(1),
    /** Everything is stamped; the queue's table may still be there. */
    STAMPED(2),
    /** Nothing is left to do. */
    ENDED(3);

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

    /** Returns whether everything is stamped, so that a migration is not done again (TO-3). */
    public boolean isStamped() {
      return compareTo(STAMPED) >= 0;
    }
  }

  /** Returns the stage that was reached, by the mark in the archive's ledger. */
  Stage stage();

  /** Returns whether the declared table of vectors is there. */
  boolean hasVectors();

  /**
   * Takes the stage {@link Stage#OPEN} to {@link Stage#BEGUN}, durably (TO-10). In the same
   * transaction it records the archive's latest revision, once for each archive (TO-4). Every later
   * write gets a greater revision. In another stage, and after {@link #withdraw}, the first record
   * stays.
   *
   * @return the recorded revision
   */
  long begin();

  /**
   * Takes the stage {@link Stage#BEGUN} back to {@link Stage#OPEN}, durably, so that runs are
   * blocked no longer (TO-10). The revision that {@link #begin} has recorded stays. Does nothing in
   * another stage.
   *
   * @return whether the stage was {@link Stage#BEGUN}
   */
  boolean withdraw();

  /**
   * Returns the messages that wait in the queue.
   *
   * @param generation the generation whose rows count, unless the declaration names another
   * @return their ids, ascending, each once; empty if there is no queue
   */
  Optional<long[]> pendingIds(long generation);

  /**
   * Reads the host's vectors of these messages, few enough for memory.
   *
   * @return the vectors of each message in the order of its chunks, unchecked; messages without
   *     vectors are left out
   * @throws MalformedVectorsException if a value has none of the supported forms of a vector
   */
  Map<Long, List<float[]>> vectors(Collection<Long> ids);

  /**
   * Stamps messages EMBEDDED in one transaction: those that are live, are in the generation's
   * scope, need work for it and have the given revision (TO-1). It does not look into the queue. In
   * another stage than {@link Stage#BEGUN} this does nothing (TO-3).
   *
   * @param messages a few hundred, so that the transaction is short
   */
  void stamp(Generation generation, List<MessageRevision> messages);

  /**
   * Takes the stage {@link Stage#BEGUN} to {@link Stage#STAMPED}, durably and not before the stamps
   * are durable (TO-2). Does nothing in another stage.
   */
  void markStamped();

  /**
   * Drops the queue's table unless it is to be kept, and marks that in the ledger, in one
   * transaction (TO-6). Does nothing in another stage than {@link Stage#STAMPED}.
   */
  void finish();
}
