package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveWriter;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * A write past the methods of an {@link ArchiveWriter}. The kit looks at the message before and
 * after, so it sees itself whether the embeddable inputs change. Type and source, which decide
 * about scopes, must stay as they are.
 *
 * @param name the write in a few words, such as {@code UPDATE of the HTML alone}
 * @param write writes to the live message with the given id, in a transaction of its own
 */
public record RawWrite(String name, LongConsumer write) {
  /** Checks that nothing is null. */
  public RawWrite {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(write, "write");
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
