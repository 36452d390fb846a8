package io.msgvault.embed.store;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import java.time.Instant;

/**
 * Keeps an index: a {@link GenerationLedger} and a {@link VectorIndex} in one. All of it is derived
 * data, which may be lost as a whole and made again from the archive.
 *
 * <p>See rules VS-1 to VS-22 in {@code docs/contract.md}. The methods of both halves name the rules
 * that they keep. A store whose halves share their storage implements this interface, and checks
 * the generation in the transaction that writes or reads its vectors. {@link #of} joins halves that
 * do not.
 */
public interface VectorStore extends GenerationLedger, VectorIndex {
  /**
   * Joins two halves. The store checks generations, dimensions and vectors against the ledger
   * before it calls the index, and closes both.
   *
   * <p>No transaction spans the two. A write that races with the retirement of its generation is
   * taken back and refused. If the process dies between the two, vectors stay in a retired
   * generation: nothing searches them, and the next {@link #dropRetired()} deletes them.
   */
  static VectorStore of(GenerationLedger ledger, VectorIndex index) {
    return new JoinedVectorStore(ledger, index);
  }

  /**
   * Makes a BUILDING generation the ACTIVE one and retires the previous one, in one transaction
   * (VS-4).
   *
   * <p>The order is: check the state, ask {@code check}, {@linkplain #prepare prepare} the
   * generation, then check the state again in the transaction that changes it. So a caller has no
   * need to call {@code prepare}, and a generation that fails its check costs no preparation.
   */
  @Override
  void activate(long generation, CoverageCheck check);

  /**
   * Deletes all vectors of a RETIRED generation, in small steps that hold no writer up. While
   * another holds the generation's {@linkplain #lease lease}, it may leave them to a later call
   * (VS-5).
   *
   * @throws GenerationStateException if it is not RETIRED
   */
  @Override
  void drop(long generation);

  /**
   * Drops every RETIRED generation, in small steps that hold no writer up. May be called at any
   * time, by several callers at once. A call that is cut short is finished by the next.
   */
  default void dropRetired() {
    dropRetired(Instant.MAX);
  }

  /**
   * Drops every generation that was retired before a time, like {@link #dropRetired()}. One that is
   * {@linkplain #revive revived} in the meantime keeps what it still has.
   */
  default void dropRetired(Instant before) {
    for (Generation generation : generations()) {
      if (generation.state() == Generation.State.RETIRED
          && generation.retired().filter(retired -> !retired.isBefore(before)).isEmpty()) {
        try {
          drop(generation.id());
        } catch (GenerationStateException e) {
          if (e.state() == Generation.State.RETIRED) {
            throw e;
          }
        }
      }
    }
  }

  /** Releases every connection, file handle and lease. Closing twice is fine (VS-18). */
  @Override
  void close();
}
