package io.msgvault.embed.migration;

import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.InvalidVectorException;

/** A host's own vectors of a message can't be imported. No generation was made of any. */
public class MalformedVectorsException extends EmbedException {
  private final long messageId;

  /** A value that is no vector in any of the forms that are read. */
  public MalformedVectorsException(long messageId, String table) {
    super(message(messageId, table, "what it has for message " + messageId + " is no vector"));
    this.messageId = messageId;
  }

  MalformedVectorsException(long messageId, String table, InvalidVectorException cause) {
    super(message(messageId, table, cause.getMessage()), cause);
    this.messageId = messageId;
  }

  private static String message(long messageId, String table, String what) {
    return "the table "
        + table
        + " can't be imported: "
        + what
        + "; delete the rows of message "
        + messageId
        + ", so that it is embedded anew, or declare the fingerprint that its vectors have";
  }

  /** The message. */
  public long messageId() {
    return messageId;
  }
}
