package io.msgvault.embed.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Holds what is known of a message besides its texts: what word search finds it by, and what a
 * result is sorted and grouped by. None of it is an embeddable input.
 *
 * @param messageId the message's id
 * @param people the sender, then the recipients, each as a name and an address with a space
 *     between, or what is known of these; in the order of the archive
 * @param attachments the names of its attachments that have one, in the order of the archive
 * @param sentAt when it was sent, if known
 * @param conversation the id of its conversation, if known
 */
public record MessageDetails(
    long messageId,
    List<String> people,
    List<String> attachments,
    Optional<Instant> sentAt,
    Optional<String> conversation) {
  /** Copies the lists. */
  public MessageDetails {
    people = List.copyOf(people);
    attachments = List.copyOf(attachments);
  }
}
