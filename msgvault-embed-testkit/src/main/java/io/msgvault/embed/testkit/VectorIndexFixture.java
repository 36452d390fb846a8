package io.msgvault.embed.testkit;

import io.msgvault.embed.store.VectorIndex;

/**
 * Presents an index of vectors on storage of its own, empty at first, to the kit. The author of an
 * index of vectors writes one for {@link io.msgvault.embed.testkit.suite.VectorIndexConformance}.
 */
public interface VectorIndexFixture extends AutoCloseable {
  /**
   * Opens one more index on the storage. The kit opens several at once, uses them from several
   * threads, and closes each.
   */
  VectorIndex open();

  /**
   * Loses what is stored, as when an operator deletes its files or drops its tables. Instances
   * opened afterwards are empty. The kit has closed everything before.
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
