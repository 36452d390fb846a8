package io.msgvault.embed.cli.mail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of a mail. Texts are bounded: no more than {@value #MAX_TEXT} characters of each
 * body are kept.
 *
 * @param messageId the {@code Message-ID} without its brackets, if there is one
 * @param sentAt when it was sent, if its {@code Date} can be read
 * @param sender the first author
 * @param to its To recipients, in order
 * @param cc its Cc recipients, in order
 * @param bcc its Bcc recipients, in order
 * @param subject the decoded subject on one line; empty if there is none
 * @param text what can be read as plain text; empty if a part of the mail is there as HTML only
 * @param html what can be read as HTML; empty if the mail has none
 * @param labels names that mail programs have put on it
 * @param attachments the names of what is attached, in order
 */
public record Mail(
    Optional<String> messageId,
    Optional<Instant> sentAt,
    Optional<Address> sender,
    List<Address> to,
    List<Address> cc,
    List<Address> bcc,
    String subject,
    String text,
    String html,
    Set<String> labels,
    List<String> attachments) {
  /** The most characters that are kept of the plain text, and of the HTML. */
  public static final int MAX_TEXT = 4 << 20;

  /** Copies the collections. */
  public Mail {
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    bcc = List.copyOf(bcc);
    labels = Set.copyOf(labels);
    attachments = List.copyOf(attachments);
  }

  /**
   * Somebody's address.
   *
   * @param address the address itself
   * @param name the name that goes with it; empty if there is none
   */
  public record Address(String address, String name) {}
}
