package io.msgvault.embed.store;

import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.store.support.VectorMath;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Holds all vectors of one message in one generation.
 *
 * @param messageId the message's id, positive
 * @param revision the revision of the content they were made from
 * @param textDigest the {@linkplain io.msgvault.embed.text.TextDigest digest} of the prepared text
 *     they were made from: equal digests, equal texts; empty if {@link #hasTextDigest} is false
 * @param chunks the chunks in the order of the text, at least one
 */
public record MessageVectors(
    long messageId, long revision, String textDigest, List<ChunkVector> chunks) {
  /** Copies the list and checks that it is not empty. */
  public MessageVectors {
    if (messageId <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + messageId);
    }
    Objects.requireNonNull(textDigest, "textDigest");
    chunks = List.copyOf(chunks);
    if (chunks.isEmpty()) {
      throw new IllegalArgumentException(
          "message " + messageId + " has no chunk; delete it instead");
    }
  }

  /**
   * Returns vectors that were made from a text that is not known, such as imported ones. They equal
   * those of no text.
   */
  public static MessageVectors withoutTextDigest(
      long messageId, long revision, List<ChunkVector> chunks) {
    return new MessageVectors(messageId, revision, "", chunks);
  }

  /** Returns whether the text that the vectors were made from is known by its digest. */
  public boolean hasTextDigest() {
    return !textDigest.isEmpty();
  }

  /**
   * Requires that a batch can be written to a generation (VS-6, VS-7).
   *
   * @param batch the messages
   * @param dimension the dimension of the generation
   * @throws IllegalArgumentException if a message comes twice
   * @throws InvalidVectorException if a vector has no direction or another dimension
   */
  public static void requireValid(Collection<MessageVectors> batch, int dimension) {
    Set<Long> ids = new HashSet<>();
    for (MessageVectors message : batch) {
      if (!ids.add(message.messageId)) {
        throw new IllegalArgumentException(
            "message " + message.messageId + " comes twice in one batch");
      }
      for (ChunkVector chunk : message.chunks) {
        VectorMath.requireValid("message " + message.messageId, chunk.vector(), dimension);
      }
    }
  }
}
