package io.msgvault.embed.testkit;

import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.WordAnalyzer;

/**
 * Presents an index of words on storage of its own, empty at first, to the kit. The author of an
 * index of words writes one for {@link io.msgvault.embed.testkit.suite.WordIndexConformance}.
 */
public interface WordIndexFixture extends AutoCloseable {
  /**
   * Opens one more index on the storage, and creates it where there is none. The kit opens several
   * at once, uses them from several threads, and closes each.
   *
   * @param analyzer the analyzer to open it with
   * @throws io.msgvault.embed.store.WordPolicyException if the words have another policy
   */
  WordIndex open(WordAnalyzer analyzer);

  /** Returns how another process opens this storage. */
  default OtherProcess otherProcess() {
    throw Capability.OTHER_PROCESSES.notProvided();
  }

  /** Removes the storage. The kit has closed everything before. */
  @Override
  void close();
}
