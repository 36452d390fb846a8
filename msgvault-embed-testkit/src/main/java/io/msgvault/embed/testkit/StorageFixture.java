package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Objects;

/**
 * An archive and the index of it, as {@link EmbedJobConformance} sees them. They may be in one
 * database, in several, or from different backends.
 *
 * @param messages the archive
 * @param vectors the index of vectors
 * @param words the index of words
 */
public record StorageFixture(
    MessageStoreFixture messages, VectorStoreFixture vectors, WordIndexFixture words) {
  /** Checks that nothing is null. */
  public StorageFixture {
    Objects.requireNonNull(messages, "messages");
    Objects.requireNonNull(vectors, "vectors");
    Objects.requireNonNull(words, "words");
  }

  /** Keeps the words in memory. */
  public StorageFixture(MessageStoreFixture messages, VectorStoreFixture vectors) {
    this(messages, vectors, new InMemoryWordsFixture());
  }
}
