package io.msgvault.embed.archive;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A message to be stored.
 *
 * @param source the name of the account or file it comes from; not blank
 * @param externalId what tells it from the others of its source, such as its {@code Message-ID};
 *     not blank
 * @param type its type, such as {@code email} or {@code sms}; not blank
 * @param subject its subject line; may be empty
 * @param text its plain text; may be empty
 * @param html its HTML; may be empty
 * @param sender who sent it, if known
 * @param to its To recipients, in order
 * @param cc its Cc recipients, in order
 * @param bcc its Bcc recipients, in order
 * @param sentAt when it was sent, if known; kept to the millisecond at least
 * @param sizeBytes its size in bytes, if known
 * @param labels its labels
 * @param attachments the names of its attachments, in order; a nameless one is an empty text
 */
public record NewMessage(
    String source,
    String externalId,
    String type,
    String subject,
    String text,
    String html,
    Optional<Participant> sender,
    List<Participant> to,
    List<Participant> cc,
    List<Participant> bcc,
    Optional<Instant> sentAt,
    OptionalLong sizeBytes,
    Set<String> labels,
    List<String> attachments) {
  /** Copies the collections and checks that the names are not blank. */
  public NewMessage {
    if (source.isBlank() || externalId.isBlank() || type.isBlank()) {
      throw new IllegalArgumentException("a message needs a source, an external id and a type");
    }
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(html, "html");
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    bcc = List.copyOf(bcc);
    labels = Set.copyOf(labels);
    attachments = List.copyOf(attachments);
  }

  /** A builder of an e-mail message without content. */
  public static Builder builder(String source, String externalId) {
    return new Builder(source, externalId);
  }

  /** Collects what is known of a message. */
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

    private Builder(String source, String externalId) {
      this.source = source;
      this.externalId = externalId;
    }

    /** Its type; {@code email} unless set. */
    public Builder type(String type) {
      this.type = type;
      return this;
    }

    /** Its subject line. */
    public Builder subject(String subject) {
      this.subject = subject;
      return this;
    }

    /** Its plain text. */
    public Builder text(String text) {
      this.text = text;
      return this;
    }

    /** Its HTML. */
    public Builder html(String html) {
      this.html = html;
      return this;
    }

    /** Who sent it. */
    public Builder sender(Participant sender) {
      this.sender = Optional.of(sender);
      return this;
    }

    /** Its To recipients. */
    public Builder to(Collection<Participant> to) {
      this.to = List.copyOf(to);
      return this;
    }

    /** Its Cc recipients. */
    public Builder cc(Collection<Participant> cc) {
      this.cc = List.copyOf(cc);
      return this;
    }

    /** Its Bcc recipients. */
    public Builder bcc(Collection<Participant> bcc) {
      this.bcc = List.copyOf(bcc);
      return this;
    }

    /** When it was sent. */
    public Builder sentAt(Instant sentAt) {
      this.sentAt = Optional.of(sentAt);
      return this;
    }

    /** Its size in bytes. */
    public Builder sizeBytes(long sizeBytes) {
      this.sizeBytes = OptionalLong.of(sizeBytes);
      return this;
    }

    /** Its labels. */
    public Builder labels(Collection<String> labels) {
      this.labels = Set.copyOf(labels);
      return this;
    }

    /** The names of its attachments. */
    public Builder attachments(Collection<String> attachments) {
      this.attachments = List.copyOf(attachments);
      return this;
    }

    /** The message. */
    public NewMessage build() {
      return new NewMessage(
          source,
          externalId,
          type,
          subject,
          text,
          html,
          sender,
          to,
          cc,
          bcc,
          sentAt,
          sizeBytes,
          labels,
          attachments);
    }
  }
}
