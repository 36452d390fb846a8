package io.msgvault.embed.archive;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds a message to be stored. {@link #toString} names its source and id, and holds no text. */
public final class NewMessage {
  private final String source;
  private final String externalId;
  private final String type;
  private final String subject;
  private final String text;
  private final String html;
  private final Optional<Participant> sender;
  private final List<Participant> to;
  private final List<Participant> cc;
  private final List<Participant> bcc;
  private final Optional<Instant> sentAt;
  private final OptionalLong sizeBytes;
  private final Set<String> labels;
  private final List<String> attachments;
  private final Optional<String> conversation;

  private NewMessage(Builder builder) {
    source = builder.source;
    externalId = builder.externalId;
    type = builder.type;
    subject = builder.subject;
    text = builder.text;
    html = builder.html;
    sender = builder.sender;
    to = builder.to;
    cc = builder.cc;
    bcc = builder.bcc;
    sentAt = builder.sentAt;
    sizeBytes = builder.sizeBytes;
    labels = builder.labels;
    attachments = builder.attachments;
    conversation = builder.conversation;
    if (source.isBlank() || externalId.isBlank() || type.isBlank()) {
      throw new IllegalArgumentException("a message needs a source, an external id and a type");
    }
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(html, "html");
  }

  /**
   * Returns a builder of an e-mail message without content.
   *
   * @param source the name of the account or file that it comes from; not blank
   * @param externalId what tells it from the others of its source; not blank
   */
  public static Builder builder(String source, String externalId) {
    return new Builder(source, externalId);
  }

  /** Returns a builder that holds what this value holds. */
  public Builder toBuilder() {
    Builder builder = new Builder(source, externalId);
    builder.type = type;
    builder.subject = subject;
    builder.text = text;
    builder.html = html;
    builder.sender = sender;
    builder.to = to;
    builder.cc = cc;
    builder.bcc = bcc;
    builder.sentAt = sentAt;
    builder.sizeBytes = sizeBytes;
    builder.labels = labels;
    builder.attachments = attachments;
    builder.conversation = conversation;
    return builder;
  }

  /** Returns the name of the account or file that the message comes from. */
  public String source() {
    return source;
  }

  /** Returns the id that tells it from the others of its source, such as its {@code Message-ID}. */
  public String externalId() {
    return externalId;
  }

  /** Returns its type, such as {@code email} or {@code sms}; not blank. */
  public String type() {
    return type;
  }

  /** Returns its subject line; may be empty. */
  public String subject() {
    return subject;
  }

  /** Returns its plain text; may be empty. */
  public String text() {
    return text;
  }

  /** Returns its HTML; may be empty. */
  public String html() {
    return html;
  }

  /** Returns who sent it, if known. */
  public Optional<Participant> sender() {
    return sender;
  }

  /** Returns its To recipients, in order. */
  public List<Participant> to() {
    return to;
  }

  /** Returns its Cc recipients, in order. */
  public List<Participant> cc() {
    return cc;
  }

  /** Returns its Bcc recipients, in order. */
  public List<Participant> bcc() {
    return bcc;
  }

  /** Returns when it was sent, if known; kept to the millisecond at least. */
  public Optional<Instant> sentAt() {
    return sentAt;
  }

  /** Returns its size in bytes, if known. */
  public OptionalLong sizeBytes() {
    return sizeBytes;
  }

  /** Returns its labels. */
  public Set<String> labels() {
    return labels;
  }

  /** Returns the id of its conversation, which the messages of a conversation share, if known. */
  public Optional<String> conversation() {
    return conversation;
  }

  /** Returns the names of its attachments, in order; a nameless one is an empty text. */
  public List<String> attachments() {
    return attachments;
  }

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("source", source);
    components.put("externalId", externalId);
    components.put("type", type);
    components.put("subject", subject);
    components.put("text", text);
    components.put("html", html);
    components.put("sender", sender);
    components.put("to", to);
    components.put("cc", cc);
    components.put("bcc", bcc);
    components.put("sentAt", sentAt);
    components.put("sizeBytes", sizeBytes);
    components.put("labels", labels);
    components.put("attachments", attachments);
    components.put("conversation", conversation);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewMessage that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "NewMessage{source=" + source + ", externalId=" + externalId + "}";
  }

  /** Collects the components of a value. */
  public static final class Builder {
    private final String source;
    private final String externalId;
    private String type = "email";
    private String subject = "";
    private String text = "";
    private String html = "";
    private Optional<Participant> sender = Optional.empty();
    private List<Participant> to = List.of();
    private List<Participant> cc = List.of();
    private List<Participant> bcc = List.of();
    private Optional<Instant> sentAt = Optional.empty();
    private OptionalLong sizeBytes = OptionalLong.empty();
    private Set<String> labels = Set.of();
    private List<String> attachments = List.of();
    private Optional<String> conversation = Optional.empty();

    private Builder(String source, String externalId) {
      this.source = source;
      this.externalId = externalId;
    }

    /** Sets its type; {@code email} unless set. */
    public Builder type(String type) {
      this.type = type;
      return this;
    }

    /** Sets its subject line; empty unless set. */
    public Builder subject(String subject) {
      this.subject = subject;
      return this;
    }

    /** Sets its plain text; empty unless set. */
    public Builder text(String text) {
      this.text = text;
      return this;
    }

    /** Sets its HTML; empty unless set. */
    public Builder html(String html) {
      this.html = html;
      return this;
    }

    /** Sets who sent it; unknown unless set. */
    public Builder sender(Participant sender) {
      this.sender = Optional.of(sender);
      return this;
    }

    /** Sets its To recipients; none unless set. */
    public Builder to(Collection<Participant> to) {
      this.to = List.copyOf(to);
      return this;
    }

    /** Sets its Cc recipients; none unless set. */
    public Builder cc(Collection<Participant> cc) {
      this.cc = List.copyOf(cc);
      return this;
    }

    /** Sets its Bcc recipients; none unless set. */
    public Builder bcc(Collection<Participant> bcc) {
      this.bcc = List.copyOf(bcc);
      return this;
    }

    /** Sets when it was sent; unknown unless set. */
    public Builder sentAt(Instant sentAt) {
      this.sentAt = Optional.of(sentAt);
      return this;
    }

    /** Sets its size in bytes; unknown unless set. */
    public Builder sizeBytes(long sizeBytes) {
      this.sizeBytes = OptionalLong.of(sizeBytes);
      return this;
    }

    /** Sets its labels; none unless set. */
    public Builder labels(Collection<String> labels) {
      this.labels = Set.copyOf(labels);
      return this;
    }

    /** Sets the names of its attachments; none unless set. */
    public Builder attachments(Collection<String> attachments) {
      this.attachments = List.copyOf(attachments);
      return this;
    }

    /** Sets the id of its conversation; unknown unless set. */
    public Builder conversation(String conversation) {
      this.conversation = Optional.of(conversation);
      return this;
    }

    /**
     * Returns the message.
     *
     * @throws IllegalArgumentException if the source, the external id or the type is blank
     */
    public NewMessage build() {
      return new NewMessage(this);
    }
  }
}
