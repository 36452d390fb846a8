package io.msgvault.embed.memory;

import io.msgvault.embed.model.MessageFilter;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A message as its host stores it: the content is embedded, the metadata is only searched by.
 *
 * @param content the embeddable inputs
 * @param metadata everything else
 */
public record ArchiveMessage(Content content, Metadata metadata) {
  /** Checks that nothing is null. */
  public ArchiveMessage {
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(metadata, "metadata");
  }

  /** A message of plain text, with {@linkplain Metadata#NONE hardly any metadata}. */
  public static ArchiveMessage of(String subject, String text) {
    return new ArchiveMessage(new Content(subject, text, ""), Metadata.NONE);
  }

  /** This message with another content. */
  public ArchiveMessage withContent(Content changed) {
    return new ArchiveMessage(changed, metadata);
  }

  /** This message with other metadata. */
  public ArchiveMessage withMetadata(Metadata changed) {
    return new ArchiveMessage(content, changed);
  }

  /** The content, and the metadata where there are any. */
  @Override
  public String toString() {
    return metadata.equals(Metadata.NONE) ? content.toString() : content + " " + metadata;
  }

  /**
   * The embeddable inputs of a message, without lone surrogates. An empty part may be stored as
   * NULL.
   *
   * @param subject the subject line
   * @param text the plain-text body
   * @param html the HTML body
   */
  public record Content(String subject, String text, String html) {
    /** The longest part that {@link #toString} shows. */
    private static final int SHOWN = 40;

    /** Checks that nothing is null. */
    public Content {
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(html, "html");
    }

    /** The parts that are not empty; long ones by their length, unprintable characters escaped. */
    @Override
    public String toString() {
      StringBuilder shown = new StringBuilder("{");
      show(shown, "subject", subject);
      show(shown, "text", text);
      show(shown, "html", html);
      return shown.append('}').toString();
    }

    private static void show(StringBuilder shown, String name, String part) {
      if (part.isEmpty()) {
        return;
      }
      if (shown.length() > 1) {
        shown.append(", ");
      }
      shown.append(name).append(' ');
      if (part.length() > SHOWN) {
        shown.append("of ").append(part.length()).append(" units, ");
      }
      shown.append('"');
      part.codePoints()
          .limit(SHOWN)
          .forEach(
              c -> {
                if (Character.isISOControl(c)) {
                  shown.append(String.format("\\u%04x", c));
                } else {
                  shown.appendCodePoint(c);
                }
              });
      shown.append(part.length() > SHOWN ? "…\"" : "\"");
    }
  }

  /**
   * What a message is searched by and never embedded. Addresses may have capitals; see {@link
   * MessageFilter} for how they are compared.
   */
  public static final class Metadata {
    /** An e-mail from the source {@code main}, and nothing else known of it. */
    public static final Metadata NONE = of("email", "main");

    private final String type;
    private final String source;
    private final Optional<String> sender;
    private final List<String> to;
    private final List<String> cc;
    private final List<String> bcc;
    private final Map<String, String> names;
    private final Set<String> labels;
    private final List<String> attachments;
    private final Optional<String> conversation;
    private final Optional<Instant> sent;
    private final OptionalLong bytes;

    private Metadata(Builder builder) {
      type = builder.type;
      source = builder.source;
      sender = builder.sender;
      to = builder.to;
      cc = builder.cc;
      bcc = builder.bcc;
      names = builder.names;
      labels = builder.labels;
      attachments = builder.attachments;
      conversation = builder.conversation;
      sent = builder.sent;
      bytes = builder.bytes;
    }

    /** Hardly any metadata, of this type and source. */
    public static Metadata of(String type, String source) {
      return new Builder(type, source).build();
    }

    /** A builder that holds what this value holds. */
    public Builder toBuilder() {
      Builder builder = new Builder(type, source);
      builder.sender = sender;
      builder.to = to;
      builder.cc = cc;
      builder.bcc = bcc;
      builder.names = names;
      builder.labels = labels;
      builder.attachments = attachments;
      builder.conversation = conversation;
      builder.sent = sent;
      builder.bytes = bytes;
      return builder;
    }

    /** The message type, such as {@code email}; empty if it is not known. */
    public String type() {
      return type;
    }

    /** The name of the source; empty if it is not known. */
    public String source() {
      return source;
    }

    /** The sender's address, if known. */
    public Optional<String> sender() {
      return sender;
    }

    /** The addresses of the To recipients, in order. */
    public List<String> to() {
      return to;
    }

    /** The addresses of the Cc recipients, in order. */
    public List<String> cc() {
      return cc;
    }

    /** The addresses of the Bcc recipients, in order. */
    public List<String> bcc() {
      return bcc;
    }

    /** The names of people by their addresses, as these are written in the other parts. */
    public Map<String, String> names() {
      return names;
    }

    /** The names of the labels. */
    public Set<String> labels() {
      return labels;
    }

    /** The names of the attachments, in order; a nameless one is empty. */
    public List<String> attachments() {
      return attachments;
    }

    /** The id of the conversation, if known. */
    public Optional<String> conversation() {
      return conversation;
    }

    /** When it was sent, to the millisecond, if known. */
    public Optional<Instant> sent() {
      return sent;
    }

    /** Its size, if known. */
    public OptionalLong bytes() {
      return bytes;
    }

    private Map<String, Object> components() {
      Map<String, Object> components = new LinkedHashMap<>();
      components.put("type", type);
      components.put("source", source);
      components.put("sender", sender);
      components.put("to", to);
      components.put("cc", cc);
      components.put("bcc", bcc);
      components.put("names", names);
      components.put("labels", labels);
      components.put("attachments", attachments);
      components.put("conversation", conversation);
      components.put("sent", sent);
      components.put("bytes", bytes);
      return components;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Metadata that && components().equals(that.components());
    }

    @Override
    public int hashCode() {
      return components().hashCode();
    }

    /** The parts that are known. */
    @Override
    public String toString() {
      StringBuilder shown = new StringBuilder("(" + type + " from " + source);
      sender.ifPresent(address -> shown.append(", sent by ").append(address));
      show(shown, "to", to);
      show(shown, "cc", cc);
      show(shown, "bcc", bcc);
      if (!names.isEmpty()) {
        shown.append(", named ").append(names);
      }
      show(shown, "labelled", new TreeSet<>(labels));
      show(shown, "with the attachments", attachments);
      conversation.ifPresent(id -> shown.append(", of conversation ").append(id));
      sent.ifPresent(time -> shown.append(", on ").append(time));
      bytes.ifPresent(size -> shown.append(", ").append(size).append(" bytes"));
      return shown.append(')').toString();
    }

    private static void show(StringBuilder shown, String name, Collection<String> values) {
      if (!values.isEmpty()) {
        shown.append(", ").append(name).append(' ').append(values);
      }
    }

    /** Collects metadata. A part that is not set is not known, or empty. */
    public static final class Builder {
      private String type;
      private String source;
      private Optional<String> sender = Optional.empty();
      private List<String> to = List.of();
      private List<String> cc = List.of();
      private List<String> bcc = List.of();
      private Map<String, String> names = Map.of();
      private Set<String> labels = Set.of();
      private List<String> attachments = List.of();
      private Optional<String> conversation = Optional.empty();
      private Optional<Instant> sent = Optional.empty();
      private OptionalLong bytes = OptionalLong.empty();

      private Builder(String type, String source) {
        this.type = Objects.requireNonNull(type, "type");
        this.source = Objects.requireNonNull(source, "source");
      }

      /** Sets the message type. */
      public Builder type(String type) {
        this.type = Objects.requireNonNull(type, "type");
        return this;
      }

      /** Sets the name of the source. */
      public Builder source(String source) {
        this.source = Objects.requireNonNull(source, "source");
        return this;
      }

      /** Sets the sender's address. */
      public Builder sender(Optional<String> sender) {
        this.sender = sender;
        return this;
      }

      /** Sets the addresses of the To recipients. */
      public Builder to(List<String> to) {
        this.to = List.copyOf(to);
        return this;
      }

      /** Sets the addresses of the Cc recipients. */
      public Builder cc(List<String> cc) {
        this.cc = List.copyOf(cc);
        return this;
      }

      /** Sets the addresses of the Bcc recipients. */
      public Builder bcc(List<String> bcc) {
        this.bcc = List.copyOf(bcc);
        return this;
      }

      /** Sets the names of people by their addresses. */
      public Builder names(Map<String, String> names) {
        this.names = Map.copyOf(names);
        return this;
      }

      /** Sets the names of the labels. */
      public Builder labels(Set<String> labels) {
        this.labels = Set.copyOf(labels);
        return this;
      }

      /** Sets the names of the attachments. */
      public Builder attachments(List<String> attachments) {
        this.attachments = List.copyOf(attachments);
        return this;
      }

      /** Sets the id of the conversation. */
      public Builder conversation(Optional<String> conversation) {
        this.conversation = conversation;
        return this;
      }

      /** Sets when it was sent. */
      public Builder sent(Optional<Instant> sent) {
        this.sent = sent;
        return this;
      }

      /** Sets the size in bytes. */
      public Builder bytes(OptionalLong bytes) {
        this.bytes = bytes;
        return this;
      }

      /** Returns the value. */
      public Metadata build() {
        return new Metadata(this);
      }
    }
  }
}
