package io.msgvault.embed.migration;

import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.InvalidVectorException;
import org.jspecify.annotations.Nullable;

/** A host's own vectors of a message can't be imported. No generation was made of any. */
public class MalformedVectorsException extends EmbedException {
  private final long messageId;

  private MalformedVectorsException(
      long messageId, String table, String what, @Nullable InvalidVectorException cause) {
    super(
        "the table "
            + table
            + " can't be imported: "
            + what
            + "; delete the rows of message "
            + messageId
            + ", so that it is embedded anew, or declare the fingerprint that its vectors have",
        cause);
    this.messageId = messageId;
  }

  /** A value that is no vector in any of the forms that are read. */
  public MalformedVectorsException(long messageId, String table) {
    this(messageId, table, "what it has for message " + messageId + " is no vector", null);
  }

  MalformedVectorsException(long messageId, String table, InvalidVectorException cause) {
    this(messageId, table, cause.getMessage(), cause);
  }

  /** The message. */
  public long messageId() {
    return messageId;
  }
}
