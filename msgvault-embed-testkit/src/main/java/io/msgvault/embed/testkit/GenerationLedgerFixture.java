package io.msgvault.embed.testkit;

import io.msgvault.embed.store.GenerationLedger;

/**
 * Presents a ledger of generations on storage of its own, empty at first, to the kit. The author of
 * a ledger of generations writes one for {@link
 * io.msgvault.embed.testkit.suite.GenerationLedgerConformance}.
 */
public interface GenerationLedgerFixture extends AutoCloseable {
  /**
   * Opens one more ledger on the storage. The kit opens several at once, uses them from several
   * threads, and closes each.
   */
  GenerationLedger open();

  /**
   * Loses what is stored, as when an operator deletes its files or drops its tables. Ledgers opened
   * afterwards are empty. The kit has closed everything before.
   */
  void wipe();

  /** Returns how another process opens this storage. */
  default OtherProcess otherProcess() {
    throw Capability.OTHER_PROCESSES.notProvided();
  }

  /** Removes the storage. The kit has closed everything before. */
  @Override
  void close();
}
