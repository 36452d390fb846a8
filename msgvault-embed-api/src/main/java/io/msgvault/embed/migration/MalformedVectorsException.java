package io.msgvault.embed.migration;

import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.InvalidVectorException;

/** Reports vectors of a host that can't be imported. No generation was created. */
public class MalformedVectorsException extends EmbedException {
  private final long messageId;

  /** Describes a value that has none of the supported forms of a vector. */
  public MalformedVectorsException(long messageId, String table) {
    super(message(messageId, table, "its value for message " + messageId + " is no vector"));
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
        + ", so that it is embedded again, or declare the fingerprint that its vectors have";
  }

  /** Returns the message. */
  public long messageId() {
    return messageId;
  }
}
