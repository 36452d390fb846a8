package io.msgvault.embed.archive;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds what is known of a message, without its text. The archive makes it. */
public final class MessageHeader {
  private final long id;
  private final String source;
  private final String type;
  private final String externalId;
  private final String subject;
  private final Optional<Participant> sender;
  private final List<Participant> to;
  private final List<Participant> cc;
  private final List<Participant> bcc;
  private final Optional<Instant> sentAt;
  private final OptionalLong sizeBytes;
  private final Set<String> labels;
  private final List<String> attachments;
  private final Optional<String> conversation;
  private final boolean live;

  private MessageHeader(Builder builder) {
    id = builder.id;
    source = builder.source;
    type = builder.type;
    externalId = builder.externalId;
    subject = builder.subject;
    sender = builder.sender;
    to = builder.to;
    cc = builder.cc;
    bcc = builder.bcc;
    sentAt = builder.sentAt;
    sizeBytes = builder.sizeBytes;
    labels = builder.labels;
    attachments = builder.attachments;
    conversation = builder.conversation;
    live = builder.live;
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(type, "type");
  }

  /** Returns a builder of a live message of which nothing more is known. */
  public static Builder builder(long id, String source, String type) {
    return new Builder(id, source, type);
  }

  /** Returns a builder that holds what this value holds. */
  public Builder toBuilder() {
    Builder builder = new Builder(id, source, type);
    builder.externalId = externalId;
    builder.subject = subject;
    builder.sender = sender;
    builder.to = to;
    builder.cc = cc;
    builder.bcc = bcc;
    builder.sentAt = sentAt;
    builder.sizeBytes = sizeBytes;
    builder.labels = labels;
    builder.attachments = attachments;
    builder.conversation = conversation;
    builder.live = live;
    return builder;
  }

  /** Returns the message's id. */
  public long id() {
    return id;
  }

  /** Returns the name of its source. */
  public String source() {
    return source;
  }

  /** Returns its type. */
  public String type() {
    return type;
  }

  /**
   * Returns the id that tells it from the others of its source; empty where another client left it
   * out.
   */
  public String externalId() {
    return externalId;
  }

  /** Returns its subject line; may be empty. */
  public String subject() {
    return subject;
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

  /** Returns when it was sent, if known. */
  public Optional<Instant> sentAt() {
    return sentAt;
  }

  /** Returns its size in bytes, if known. */
  public OptionalLong sizeBytes() {
    return sizeBytes;
  }

  /** Returns its labels, in the order of their names. */
  public Set<String> labels() {
    return labels;
  }

  /** Returns the id of its conversation, which the messages of a conversation share, if known. */
  public Optional<String> conversation() {
    return conversation;
  }

  /** Returns the names of its attachments, in order. */
  public List<String> attachments() {
    return attachments;
  }

  /** Returns whether it is not soft-deleted. */
  public boolean live() {
    return live;
  }

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("id", id);
    components.put("source", source);
    components.put("type", type);
    components.put("externalId", externalId);
    components.put("subject", subject);
    components.put("sender", sender);
    components.put("to", to);
    components.put("cc", cc);
    components.put("bcc", bcc);
    components.put("sentAt", sentAt);
    components.put("sizeBytes", sizeBytes);
    components.put("labels", labels);
    components.put("attachments", attachments);
    components.put("conversation", conversation);
    components.put("live", live);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MessageHeader that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "MessageHeader" + components();
  }

  /** Collects the components of a value. */
  public static final class Builder {
    private final long id;
    private final String source;
    private final String type;
    private String externalId = "";
    private String subject = "";
    private Optional<Participant> sender = Optional.empty();
    private List<Participant> to = List.of();
    private List<Participant> cc = List.of();
    private List<Participant> bcc = List.of();
    private Optional<Instant> sentAt = Optional.empty();
    private OptionalLong sizeBytes = OptionalLong.empty();
    private Set<String> labels = Set.of();
    private List<String> attachments = List.of();
    private Optional<String> conversation = Optional.empty();
    private boolean live = true;

    private Builder(long id, String source, String type) {
      this.id = id;
      this.source = source;
      this.type = type;
    }

    /** Sets the id that tells it from the others of its source; empty unless set. */
    public Builder externalId(String externalId) {
      this.externalId = externalId;
      return this;
    }

    /** Sets its subject line; empty unless set. */
    public Builder subject(String subject) {
      this.subject = subject;
      return this;
    }

    /** Sets who sent it; unknown unless set. */
    public Builder sender(Optional<Participant> sender) {
      this.sender = sender;
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
    public Builder sentAt(Optional<Instant> sentAt) {
      this.sentAt = sentAt;
      return this;
    }

    /** Sets its size in bytes; unknown unless set. */
    public Builder sizeBytes(OptionalLong sizeBytes) {
      this.sizeBytes = sizeBytes;
      return this;
    }

    /** Sets its labels; none unless set. */
    public Builder labels(Collection<String> labels) {
      this.labels = Collections.unmodifiableSet(new TreeSet<>(labels));
      return this;
    }

    /** Sets the names of its attachments; none unless set. */
    public Builder attachments(Collection<String> attachments) {
      this.attachments = List.copyOf(attachments);
      return this;
    }

    /** Sets the id of its conversation; unknown unless set. */
    public Builder conversation(Optional<String> conversation) {
      this.conversation = conversation;
      return this;
    }

    /** Sets whether it is not soft-deleted; live unless set. */
    public Builder live(boolean live) {
      this.live = live;
      return this;
    }

    /** Returns the value. */
    public MessageHeader build() {
      return new MessageHeader(this);
    }
  }
}
