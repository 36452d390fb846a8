package io.msgvault.embed.testkit;

import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;

/**
 * An index on storage of its own, empty at first, as the kit sees it. The author of a vector store
 * writes one of these for {@link VectorStoreConformance}.
 */
public interface VectorStoreFixture extends AutoCloseable {
  /**
   * Opens one more store on the index. The kit opens several at once, uses them from several
   * threads, and closes each. The stores are not bound to an archive.
   */
  VectorStore open();

  /**
   * Loses the index, as when an operator deletes its files or drops its tables. Stores opened
   * afterwards are empty. The kit has closed every store before.
   */
  void wipe();

  /** Begins a transaction of the host's, and opens a store over the connection of it. */
  default HostTransaction<VectorStore> beginHostTransaction() {
    throw Capability.HOST_TRANSACTIONS.notProvided();
  }

  /** Returns how another process opens this index. */
  default OtherProcess otherProcess() {
    throw Capability.OTHER_PROCESSES.notProvided();
  }

  /** Removes the storage. The kit has closed every store before. */
  @Override
  void close();
}
