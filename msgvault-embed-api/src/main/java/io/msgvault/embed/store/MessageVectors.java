package io.msgvault.embed.store;

import java.util.List;
import java.util.Objects;

/**
 * All vectors of one message in one generation.
 *
 * @param messageId the message's id, positive
 * @param revision the revision of the content they were made from
 * @param textDigest a digest of the prepared text they were made from: equal digests, equal texts;
 *     empty where that text is not known, as of vectors that were imported
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
}
