package io.msgvault.embed.memory;

import io.msgvault.embed.model.MessageFilter;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

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
   *
   * @param type the message type, such as {@code email}; empty if it is not known
   * @param source the name of the source; empty if it is not known
   * @param sender the sender's address, if known
   * @param to the addresses of the To recipients
   * @param cc the addresses of the Cc recipients
   * @param bcc the addresses of the Bcc recipients
   * @param labels the names of the labels
   * @param hasAttachment whether there is an attachment
   * @param sent when it was sent, to the millisecond, if known
   * @param bytes its size, if known
   */
  public record Metadata(
      String type,
      String source,
      Optional<String> sender,
      Set<String> to,
      Set<String> cc,
      Set<String> bcc,
      Set<String> labels,
      boolean hasAttachment,
      Optional<Instant> sent,
      OptionalLong bytes) {
    /** An e-mail from the source {@code main}, and nothing else known of it. */
    public static final Metadata NONE =
        new Metadata(
            "email",
            "main",
            Optional.empty(),
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            false,
            Optional.empty(),
            OptionalLong.empty());

    /** Copies the sets. */
    public Metadata {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(source, "source");
      to = Set.copyOf(to);
      cc = Set.copyOf(cc);
      bcc = Set.copyOf(bcc);
      labels = Set.copyOf(labels);
    }

    /** Hardly any metadata, of this type and source. */
    public static Metadata of(String type, String source) {
      return new Metadata(
          type,
          source,
          NONE.sender,
          NONE.to,
          NONE.cc,
          NONE.bcc,
          NONE.labels,
          NONE.hasAttachment,
          NONE.sent,
          NONE.bytes);
    }

    /** These metadata with another sender. */
    public Metadata withSender(String address) {
      return new Metadata(
          type, source, Optional.of(address), to, cc, bcc, labels, hasAttachment, sent, bytes);
    }

    /** These metadata with other To recipients. */
    public Metadata withTo(Set<String> addresses) {
      return new Metadata(
          type, source, sender, addresses, cc, bcc, labels, hasAttachment, sent, bytes);
    }

    /** These metadata with other Cc recipients. */
    public Metadata withCc(Set<String> addresses) {
      return new Metadata(
          type, source, sender, to, addresses, bcc, labels, hasAttachment, sent, bytes);
    }

    /** These metadata with other Bcc recipients. */
    public Metadata withBcc(Set<String> addresses) {
      return new Metadata(
          type, source, sender, to, cc, addresses, labels, hasAttachment, sent, bytes);
    }

    /** These metadata with other labels. */
    public Metadata withLabels(Set<String> names) {
      return new Metadata(type, source, sender, to, cc, bcc, names, hasAttachment, sent, bytes);
    }

    /** These metadata with an attachment. */
    public Metadata withAttachment() {
      return new Metadata(type, source, sender, to, cc, bcc, labels, true, sent, bytes);
    }

    /** These metadata with another time of sending. */
    public Metadata withSent(Instant time) {
      return new Metadata(
          type, source, sender, to, cc, bcc, labels, hasAttachment, Optional.of(time), bytes);
    }

    /** These metadata with another size, in bytes. */
    public Metadata withBytes(long size) {
      return new Metadata(
          type, source, sender, to, cc, bcc, labels, hasAttachment, sent, OptionalLong.of(size));
    }

    /** The parts that are known. */
    @Override
    public String toString() {
      StringBuilder shown = new StringBuilder("(" + type + " from " + source);
      sender.ifPresent(address -> shown.append(", sent by ").append(address));
      show(shown, "to", to);
      show(shown, "cc", cc);
      show(shown, "bcc", bcc);
      show(shown, "labelled", labels);
      if (hasAttachment) {
        shown.append(", with attachment");
      }
      sent.ifPresent(time -> shown.append(", on ").append(time));
      bytes.ifPresent(size -> shown.append(", ").append(size).append(" bytes"));
      return shown.append(')').toString();
    }

    private static void show(StringBuilder shown, String name, Set<String> values) {
      if (!values.isEmpty()) {
        shown.append(", ").append(name).append(' ').append(new TreeSet<>(values));
      }
    }
  }
}
