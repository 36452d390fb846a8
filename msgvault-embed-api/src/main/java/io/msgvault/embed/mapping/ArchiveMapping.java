package io.msgvault.embed.mapping;

import io.msgvault.embed.archive.Identifier;
import java.util.Optional;

/**
 * Where a host keeps its messages: the names of its own tables and columns, for a message store to
 * work over. Only the table, its key and one embeddable column are needed; what is not mapped is
 * not known of any message.
 *
 * <pre>{@code
 * ArchiveMapping mapping =
 *     ArchiveMapping.of("mails", "id")
 *         .subject("title")
 *         .text("body")
 *         .deleted("trashed", ArchiveMapping.Marker.FALSE_WHILE_LIVE)
 *         .sender(ArchiveMapping.Name.in("from_addr"))
 *         .sentAt("received", ArchiveMapping.TimeFormat.EPOCH_SECONDS)
 *         .build();
 * }</pre>
 *
 * <p>Keys of messages are positive 64-bit integers. A name may be any that the database takes, and
 * is quoted wherever it is used, so reserved words and odd ones work. Refused are names with a
 * quotation mark or a control character, of more than 63 bytes of UTF-8, or that begin with {@code
 * embed_} or {@code sqlite_}.
 *
 * @param messages the table with one row for each message
 * @param id its key
 * @param subject the column of the subject; an embeddable input
 * @param text the column of the plain text; an embeddable input
 * @param html the column of the HTML; an embeddable input
 * @param bodies the table of text and HTML, if they are not in {@code messages}
 * @param deleted what tells a soft-deleted message; without it every row is live
 * @param type the column of the message type; without it no type matches any message
 * @param source the name of the source; without it no source matches any message
 * @param sender the sender's address
 * @param recipients the addresses it was sent to
 * @param labels the names of its labels
 * @param attachments its attachments
 * @param sentAt when it was sent
 * @param sizeBytes the column of its size in bytes
 */
public record ArchiveMapping(
    String messages,
    String id,
    Optional<String> subject,
    Optional<String> text,
    Optional<String> html,
    Optional<Related> bodies,
    Optional<Deleted> deleted,
    Optional<String> type,
    Optional<Name> source,
    Optional<Name> sender,
    Optional<Recipients> recipients,
    Optional<Labels> labels,
    Optional<Related> attachments,
    Optional<Time> sentAt,
    Optional<String> sizeBytes) {

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if one is refused, or nothing embeddable is mapped
   */
  public ArchiveMapping {
    if (subject.isEmpty() && text.isEmpty() && html.isEmpty()) {
      throw new IllegalArgumentException(
          "map a subject, a text or an HTML column: there is nothing to embed");
    }
    if (bodies.isPresent() && text.isEmpty() && html.isEmpty()) {
      throw new IllegalArgumentException("map the text or the HTML column of the table of bodies");
    }
    Identifier.require(messages);
    Identifier.require(id);
    subject.ifPresent(Identifier::require);
    text.ifPresent(Identifier::require);
    html.ifPresent(Identifier::require);
    type.ifPresent(Identifier::require);
    sizeBytes.ifPresent(Identifier::require);
  }

  /** A row of another table that belongs to a message, by the column that has the message's key. */
  public record Related(String table, String messageId) {
    /** Checks the names. */
    public Related {
      Identifier.require(table);
      Identifier.require(messageId);
    }
  }

  /** The column that tells a soft-deleted message, and how. */
  public record Deleted(String column, Marker marker) {
    /** Checks the name. */
    public Deleted {
      Identifier.require(column);
    }
  }

  /** What the column of a live message has. */
  public enum Marker {
    /** NULL; a deleted one has anything else, such as the time. */
    NULL_WHILE_LIVE,
    /** False, 0 or NULL. */
    FALSE_WHILE_LIVE
  }

  /**
   * A name: in the column itself, or in a table that the column refers to.
   *
   * @param column the column
   * @param lookup the table that has the name under the column's value
   */
  public record Name(String column, Optional<Lookup> lookup) {
    /** Checks the name of the column. */
    public Name {
      Identifier.require(column);
    }

    /** The column has the name itself. */
    public static Name in(String column) {
      return new Name(column, Optional.empty());
    }

    /** The column has the key of a row of another table, which has the name. */
    public static Name by(String column, String table, String key, String name) {
      return new Name(column, Optional.of(new Lookup(table, key, name)));
    }
  }

  /** A table of names by key. */
  public record Lookup(String table, String key, String name) {
    /** Checks the names. */
    public Lookup {
      Identifier.require(table);
      Identifier.require(key);
      Identifier.require(name);
    }
  }

  /**
   * The recipients of messages, a row for each.
   *
   * @param rows the table
   * @param kind the column that tells To, Cc and Bcc apart, as {@code to}, {@code cc} and {@code
   *     bcc}; without it no recipient is of a known kind
   * @param address the recipient's address
   */
  public record Recipients(Related rows, Optional<String> kind, Name address) {
    /** Checks the name of the column. */
    public Recipients {
      kind.ifPresent(Identifier::require);
    }
  }

  /** The labels of messages, a row for each. */
  public record Labels(Related rows, Name label) {}

  /** A column with a time. */
  public record Time(String column, TimeFormat format) {
    /** Checks the name. */
    public Time {
      Identifier.require(column);
    }
  }

  /** How a column tells the time. */
  public enum TimeFormat {
    /** A whole number: milliseconds since 1970-01-01T00:00:00Z. */
    EPOCH_MILLIS,
    /** A number: seconds since 1970-01-01T00:00:00Z. */
    EPOCH_SECONDS,
    /**
     * The database's own: {@code timestamptz} in PostgreSQL; in SQLite a text in UTC that its date
     * functions read, such as {@code 2026-01-31 12:00:00}.
     */
    NATIVE
  }

  /** Begins a mapping of a table and its key. */
  public static Builder of(String messages, String id) {
    return new Builder(messages, id);
  }

  /** Collects what is mapped. What is not set is not known of any message. */
  public static final class Builder {
    private final String messages;
    private final String id;
    private Optional<String> subject = Optional.empty();
    private Optional<String> text = Optional.empty();
    private Optional<String> html = Optional.empty();
    private Optional<Related> bodies = Optional.empty();
    private Optional<Deleted> deleted = Optional.empty();
    private Optional<String> type = Optional.empty();
    private Optional<Name> source = Optional.empty();
    private Optional<Name> sender = Optional.empty();
    private Optional<Recipients> recipients = Optional.empty();
    private Optional<Labels> labels = Optional.empty();
    private Optional<Related> attachments = Optional.empty();
    private Optional<Time> sentAt = Optional.empty();
    private Optional<String> sizeBytes = Optional.empty();

    private Builder(String messages, String id) {
      this.messages = messages;
      this.id = id;
    }

    /** The column of the subject. */
    public Builder subject(String column) {
      subject = Optional.of(column);
      return this;
    }

    /** The column of the plain text. */
    public Builder text(String column) {
      text = Optional.of(column);
      return this;
    }

    /** The column of the HTML. */
    public Builder html(String column) {
      html = Optional.of(column);
      return this;
    }

    /** Text and HTML are in this table, at most one row for each message. */
    public Builder bodies(String table, String messageId) {
      bodies = Optional.of(new Related(table, messageId));
      return this;
    }

    /** The column that tells a soft-deleted message. */
    public Builder deleted(String column, Marker marker) {
      deleted = Optional.of(new Deleted(column, marker));
      return this;
    }

    /** The column of the message type. */
    public Builder type(String column) {
      type = Optional.of(column);
      return this;
    }

    /** The name of the source. */
    public Builder source(Name source) {
      this.source = Optional.of(source);
      return this;
    }

    /** The sender's address. */
    public Builder sender(Name sender) {
      this.sender = Optional.of(sender);
      return this;
    }

    /** The recipients' addresses. */
    public Builder recipients(Recipients recipients) {
      this.recipients = Optional.of(recipients);
      return this;
    }

    /** The labels. */
    public Builder labels(Labels labels) {
      this.labels = Optional.of(labels);
      return this;
    }

    /** The attachments, a row for each. */
    public Builder attachments(String table, String messageId) {
      attachments = Optional.of(new Related(table, messageId));
      return this;
    }

    /** When a message was sent. */
    public Builder sentAt(String column, TimeFormat format) {
      sentAt = Optional.of(new Time(column, format));
      return this;
    }

    /** The column of the size in bytes. */
    public Builder sizeBytes(String column) {
      sizeBytes = Optional.of(column);
      return this;
    }

    /**
     * The mapping.
     *
     * @throws IllegalArgumentException if a name is refused, or nothing embeddable is mapped
     */
    public ArchiveMapping build() {
      return new ArchiveMapping(
          messages,
          id,
          subject,
          text,
          html,
          bodies,
          deleted,
          type,
          source,
          sender,
          recipients,
          labels,
          attachments,
          sentAt,
          sizeBytes);
    }
  }
}
