package io.msgvault.embed.search.retrieval;

/**
 * Names the metadata of messages, as other libraries see it. A retrieved text has those that {@link
 * MessageRetriever} lists; {@link MetadataFilters} says which can be compared, and how.
 */
public final class MetadataKeys {
  /** The id of the message, a {@code Long}. */
  public static final String MESSAGE_ID = "message_id";

  /** The subject. */
  public static final String SUBJECT = "subject";

  /** The sender and the recipients, each with name and address, with semicolons between. */
  public static final String PEOPLE = "people";

  /** The names of the attachments, with semicolons between. */
  public static final String ATTACHMENTS = "attachments";

  /** The time sent, in ISO-8601 and UTC, such as {@code 2026-01-31T12:00:00Z}. */
  public static final String SENT_AT = "sent_at";

  /** The id of the conversation. */
  public static final String CONVERSATION = "conversation";

  /** The name of the source. */
  public static final String SOURCE = "source";

  /** The message type. */
  public static final String TYPE = "type";

  /** A label. */
  public static final String LABEL = "label";

  /** The address of the sender, or {@code @} and a domain. */
  public static final String SENDER = "sender";

  /** An address among the To recipients, or {@code @} and a domain. */
  public static final String TO = "to";

  /** An address among the Cc recipients, or {@code @} and a domain. */
  public static final String CC = "cc";

  /** An address among the Bcc recipients, or {@code @} and a domain. */
  public static final String BCC = "bcc";

  /** An address among all recipients, or {@code @} and a domain. */
  public static final String RECIPIENT = "recipient";

  /** Whether there is an attachment. */
  public static final String HAS_ATTACHMENT = "has_attachment";

  /** The size in bytes. */
  public static final String SIZE_BYTES = "size_bytes";

  private MetadataKeys() {}
}
