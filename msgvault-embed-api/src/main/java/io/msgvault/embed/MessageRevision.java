package io.msgvault.embed;

/**
 * Names one state of a message's embeddable inputs.
 *
 * @param messageId the message's id, positive
 * @param revision the revision of its content
 */
public record MessageRevision(long messageId, long revision) {
  /** Checks the id's range. */
  public MessageRevision {
    Ids.requirePositive(messageId);
  }
}
