package io.msgvault.embed.mapping;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says where a host keeps its messages: the names of its own tables and columns, which a message
 * store works over. Only the table, its key and one embeddable column are needed. Whatever is not
 * mapped is unknown of every message.
 *
 * <pre>{@code
 * ArchiveMapping mapping =
 *     ArchiveMapping.builder("mails", "id")
 *         .subject("title")
 *         .text("body")
 *         .deleted("trashed", ArchiveMapping.Marker.FALSE_WHILE_LIVE)
 *         .sender(ArchiveMapping.Name.in("from_addr"))
 *         .sentAt("received", ArchiveMapping.TimeFormat.EPOCH_SECONDS)
 *         .build();
 * }</pre>
 *
 * <p>Several tables of one database, such as a helpdesk's tickets and their comments, are archives
 * of their own: give each mapping a {@linkplain Builder#name name}.
 *
 * <p>Keys of messages are positive 64-bit integers. Every name is quoted wherever it is used, so
 * reserved words and odd names work. {@link Identifier} says which names are refused.
 */
public final class ArchiveMapping {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,19}");

  private final Optional<String> name;
  private final String messages;
  private final String id;
  private final Optional<String> subject;
  private final Optional<String> text;
  private final Optional<String> html;
  private final Optional<Related> bodies;
  private final Optional<Deleted> deleted;
  private final Optional<String> type;
  private final Optional<Name> source;
  private final Optional<Name> sender;
  private final Optional<Recipients> recipients;
  private final Optional<Labels> labels;
  private final Optional<Attachments> attachments;
  private final Optional<String> conversation;
  private final Optional<Time> sentAt;
  private final Optional<String> sizeBytes;

  private ArchiveMapping(Builder builder) {
    name = builder.name;
    messages = builder.messages;
    id = builder.id;
    subject = builder.subject;
    text = builder.text;
    html = builder.html;
    bodies = builder.bodies;
    deleted = builder.deleted;
    type = builder.type;
    source = builder.source;
    sender = builder.sender;
    recipients = builder.recipients;
    labels = builder.labels;
    attachments = builder.attachments;
    conversation = builder.conversation;
    sentAt = builder.sentAt;
    sizeBytes = builder.sizeBytes;
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
    conversation.ifPresent(Identifier::require);
    sizeBytes.ifPresent(Identifier::require);
  }

  /** Returns a builder of a mapping of a table and its key. */
  public static Builder builder(String messages, String id) {
    return new Builder(messages, id);
  }

  /** Returns a builder that holds what this value holds. */
  public Builder toBuilder() {
    Builder builder = new Builder(messages, id);
    builder.name = name;
    builder.subject = subject;
    builder.text = text;
    builder.html = html;
    builder.bodies = bodies;
    builder.deleted = deleted;
    builder.type = type;
    builder.source = source;
    builder.sender = sender;
    builder.recipients = recipients;
    builder.labels = labels;
    builder.attachments = attachments;
    builder.conversation = conversation;
    builder.sentAt = sentAt;
    builder.sizeBytes = sizeBytes;
    return builder;
  }

  /** Returns the name that tells this mapping from others over the same database. */
  public Optional<String> name() {
    return name;
  }

  /**
   * Returns how the names of the library's own tables, triggers and indexes end: with an underscore
   * and the {@link #name()}; empty without one.
   */
  public String suffix() {
    return name.map(own -> "_" + own).orElse("");
  }

  /** Returns the table with one row for each message. */
  public String messages() {
    return messages;
  }

  /** Returns the key of that table. */
  public String id() {
    return id;
  }

  /** Returns the column of the subject; an embeddable input. */
  public Optional<String> subject() {
    return subject;
  }

  /** Returns the column of the plain text; an embeddable input. */
  public Optional<String> text() {
    return text;
  }

  /** Returns the column of the HTML; an embeddable input. */
  public Optional<String> html() {
    return html;
  }

  /** Returns the table of text and HTML, if they are not in {@link #messages}. */
  public Optional<Related> bodies() {
    return bodies;
  }

  /** Returns what tells a soft-deleted message; without it every row is live. */
  public Optional<Deleted> deleted() {
    return deleted;
  }

  /** Returns the column of the message type; without it no type matches any message. */
  public Optional<String> type() {
    return type;
  }

  /** Returns the name of the source; without it no source matches any message. */
  public Optional<Name> source() {
    return source;
  }

  /** Returns the sender's address. */
  public Optional<Name> sender() {
    return sender;
  }

  /** Returns the addresses it was sent to. */
  public Optional<Recipients> recipients() {
    return recipients;
  }

  /** Returns the names of its labels. */
  public Optional<Labels> labels() {
    return labels;
  }

  /** Returns its attachments. */
  public Optional<Attachments> attachments() {
    return attachments;
  }

  /** Returns the column of the conversation's id; without it no message has a conversation. */
  public Optional<String> conversation() {
    return conversation;
  }

  /** Returns when it was sent. */
  public Optional<Time> sentAt() {
    return sentAt;
  }

  /** Returns the column of its size in bytes. */
  public Optional<String> sizeBytes() {
    return sizeBytes;
  }

  /**
   * Lists the columns that are mapped, each with the part that it plays. Those of the table of
   * messages come first, then those of other tables.
   */
  public List<MappedColumn> columns() {
    return MappedColumn.of(this);
  }

  /** Returns the tables that are mapped, each once, the table of messages first. */
  public Set<String> tables() {
    Set<String> tables = new LinkedHashSet<>();
    columns().forEach(column -> tables.add(column.table()));
    return tables;
  }

  /** Returns the part of this mapping that columns, triggers and indexes depend on. */
  public InstalledMapping installed() {
    return InstalledMapping.of(this);
  }

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("name", name);
    components.put("messages", messages);
    components.put("id", id);
    components.put("subject", subject);
    components.put("text", text);
    components.put("html", html);
    components.put("bodies", bodies);
    components.put("deleted", deleted);
    components.put("type", type);
    components.put("source", source);
    components.put("sender", sender);
    components.put("recipients", recipients);
    components.put("labels", labels);
    components.put("attachments", attachments);
    components.put("conversation", conversation);
    components.put("sentAt", sentAt);
    components.put("sizeBytes", sizeBytes);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ArchiveMapping that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "ArchiveMapping" + components();
  }

  /** Names a table whose rows belong to messages, and the column that has the message's key. */
  public record Related(String table, String messageId) {
    /** Checks the names. */
    public Related {
      Identifier.require(table);
      Identifier.require(messageId);
    }
  }

  /** Names the column that tells a soft-deleted message, and says how. */
  public record Deleted(String column, Marker marker) {
    /** Checks the name. */
    public Deleted {
      Identifier.require(column);
    }
  }

  /** Says what the column of a live message holds. */
  public enum Marker {
    /** NULL; a deleted one has anything else, such as the time. */
    NULL_WHILE_LIVE,
    /** False, 0 or NULL. */
    FALSE_WHILE_LIVE
  }

  /**
   * Says where a name is: in a column itself, or in a table that the column refers to.
   *
   * @param column the column
   * @param lookup the table that has the name under the column's value, if the column does not hold
   *     it
   */
  public record Name(String column, Optional<Lookup> lookup) {
    /** Checks the name of the column. */
    public Name {
      Identifier.require(column);
    }

    /** Returns a name that the column holds itself. */
    public static Name in(String column) {
      return new Name(column, Optional.empty());
    }

    /** Returns a name in another table, whose key the column holds. */
    public static Name by(String column, String table, String key, String name) {
      return new Name(column, Optional.of(new Lookup(table, key, name)));
    }
  }

  /** Names a table of names by key. */
  public record Lookup(String table, String key, String name) {
    /** Checks the names. */
    public Lookup {
      Identifier.require(table);
      Identifier.require(key);
      Identifier.require(name);
    }
  }

  /**
   * Says where the recipients of messages are, a row for each.
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

  /** Says where the labels of messages are, a row for each. */
  public record Labels(Related rows, Name label) {}

  /**
   * Says where the attachments of messages are, a row for each.
   *
   * @param rows the table
   * @param name the column of the file name; without it names are unknown
   */
  public record Attachments(Related rows, Optional<String> name) {
    /** Checks the name of the column. */
    public Attachments {
      name.ifPresent(Identifier::require);
    }
  }

  /** Names a column with a time. */
  public record Time(String column, TimeFormat format) {
    /** Checks the name. */
    public Time {
      Identifier.require(column);
    }
  }

  /** Says how a column tells the time. */
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

  /** Collects what is mapped. Whatever is not set is unknown of every message. */
  public static final class Builder {
    private final String messages;
    private final String id;
    private Optional<String> name = Optional.empty();
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
    private Optional<Attachments> attachments = Optional.empty();
    private Optional<String> conversation = Optional.empty();
    private Optional<Time> sentAt = Optional.empty();
    private Optional<String> sizeBytes = Optional.empty();

    private Builder(String messages, String id) {
      this.messages = messages;
      this.id = id;
    }

    /**
     * Names the mapping, so that several fit into one file of SQLite or one schema of PostgreSQL,
     * each an archive of its own. Without a name there is room for one. The name is part of the
     * names of the library's own tables and triggers, so tables that are installed under one name
     * are not known under another.
     *
     * @param name a lower-case letter, followed by up to 19 lower-case letters, digits and
     *     underscores
     * @throws IllegalArgumentException if the name is another
     */
    public Builder name(String name) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "'"
                + name
                + "' cannot name a mapping: use a lower-case letter, and up to 19 lower-case"
                + " letters, digits and underscores behind it");
      }
      this.name = Optional.of(name);
      return this;
    }

    /** Maps the column of the subject. */
    public Builder subject(String subject) {
      this.subject = Optional.of(subject);
      return this;
    }

    /** Maps the column of the plain text. */
    public Builder text(String text) {
      this.text = Optional.of(text);
      return this;
    }

    /** Maps the column of the HTML. */
    public Builder html(String html) {
      this.html = Optional.of(html);
      return this;
    }

    /** Maps a table that has text and HTML, at most one row for each message. */
    public Builder bodies(String table, String messageId) {
      bodies = Optional.of(new Related(table, messageId));
      return this;
    }

    /** Maps the column that tells a soft-deleted message. */
    public Builder deleted(String column, Marker marker) {
      deleted = Optional.of(new Deleted(column, marker));
      return this;
    }

    /** Maps the column of the message type. */
    public Builder type(String type) {
      this.type = Optional.of(type);
      return this;
    }

    /** Maps the name of the source. */
    public Builder source(Name source) {
      this.source = Optional.of(source);
      return this;
    }

    /** Maps the sender's address. */
    public Builder sender(Name sender) {
      this.sender = Optional.of(sender);
      return this;
    }

    /** Maps the recipients' addresses. */
    public Builder recipients(Recipients recipients) {
      this.recipients = Optional.of(recipients);
      return this;
    }

    /** Maps the labels. */
    public Builder labels(Labels labels) {
      this.labels = Optional.of(labels);
      return this;
    }

    /** Maps the attachments, a row for each, without their names. */
    public Builder attachments(String table, String messageId) {
      attachments = Optional.of(new Attachments(new Related(table, messageId), Optional.empty()));
      return this;
    }

    /** Maps the attachments, a row for each, and the column of their names. */
    public Builder attachments(String table, String messageId, String name) {
      attachments = Optional.of(new Attachments(new Related(table, messageId), Optional.of(name)));
      return this;
    }

    /**
     * Maps the column of the table of messages that has the id of the conversation, of any type.
     */
    public Builder conversation(String conversation) {
      this.conversation = Optional.of(conversation);
      return this;
    }

    /** Maps when a message was sent. */
    public Builder sentAt(String column, TimeFormat format) {
      sentAt = Optional.of(new Time(column, format));
      return this;
    }

    /** Maps the column of the size in bytes. */
    public Builder sizeBytes(String sizeBytes) {
      this.sizeBytes = Optional.of(sizeBytes);
      return this;
    }

    /**
     * Returns the mapping.
     *
     * @throws IllegalArgumentException if a name is refused, or nothing embeddable is mapped
     */
    public ArchiveMapping build() {
      return new ArchiveMapping(this);
    }
  }
}
