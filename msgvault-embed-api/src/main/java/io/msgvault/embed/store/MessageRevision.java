package io.msgvault.embed.store;

/**
 * Names one state of a message's embeddable inputs.
 *
 * @param messageId the message's id, positive
 * @param revision the revision of its content
 */
public record MessageRevision(long messageId, long revision) {
  /** Checks the id's range. */
  public MessageRevision {
    if (messageId <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + messageId);
    }
  }
}
