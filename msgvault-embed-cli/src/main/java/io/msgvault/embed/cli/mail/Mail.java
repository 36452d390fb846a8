package io.msgvault.embed.cli.mail;

import io.msgvault.embed.archive.Participant;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds the parts of a mail that are imported. At most {@value #MAX_TEXT} characters of the text,
 * and as many of the HTML, are kept.
 *
 * @param messageId the {@code Message-ID} without its brackets, if there is one
 * @param references the ids of the messages that it answers, without brackets: the oldest first,
 *     the one that it answers directly last
 * @param sentAt the time in its {@code Date}, or else in its {@code Received} or its postmark
 * @param sender the first author
 * @param to its To recipients, in order
 * @param cc its Cc recipients, in order
 * @param bcc its Bcc recipients, in order
 * @param subject the decoded subject on one line; empty if there is none
 * @param text the body as plain text; empty if a part of the mail is HTML only, or if its plain
 *     text is a stub
 * @param html the body as HTML; empty if the mail has none
 * @param labels the labels that mail programs have given it
 * @param attachments the names of the attachments, in order
 */
public record Mail(
    Optional<String> messageId,
    List<String> references,
    Optional<Instant> sentAt,
    Optional<Participant> sender,
    List<Participant> to,
    List<Participant> cc,
    List<Participant> bcc,
    String subject,
    String text,
    String html,
    Set<String> labels,
    List<String> attachments) {
  /** The maximum of characters kept of the plain text, and of the HTML. */
  public static final int MAX_TEXT = 4 << 20;

  /** Copies the collections. */
  public Mail {
    references = List.copyOf(references);
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    bcc = List.copyOf(bcc);
    labels = Set.copyOf(labels);
    attachments = List.copyOf(attachments);
  }

  /** Returns the mail with another time if it has none. */
  Mail orSentAt(Optional<Instant> other) {
    return new Mail(
        messageId,
        references,
        sentAt.or(() -> other),
        sender,
        to,
        cc,
        bcc,
        subject,
        text,
        html,
        labels,
        attachments);
  }
}
