package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Objects;

/**
 * An archive and the index of it, as {@link EmbedJobConformance} sees them. They may be in one
 * database, in two, or from two different backends.
 *
 * @param messages the archive
 * @param vectors the index
 */
public record StorageFixture(MessageStoreFixture messages, VectorStoreFixture vectors) {
  /** Checks that nothing is null. */
  public StorageFixture {
    Objects.requireNonNull(messages, "messages");
    Objects.requireNonNull(vectors, "vectors");
  }
}
