package io.msgvault.embed.store;

import java.util.Objects;

/**
 * Holds a message as {@link MessageStore#scan} reads it: the embeddable inputs, and the revision
 * that they had in that same read.
 *
 * @param id the message's id, positive
 * @param revision the compare-and-set token of this content, see {@link MessageStore}
 * @param subject the subject line, empty when there is none
 * @param text the plain-text body, empty when there is none
 * @param html the HTML body, empty when there is none
 * @param truncated whether {@code text} or {@code html} was cut at the reader's cap
 */
public record Message(
    long id, long revision, String subject, String text, String html, boolean truncated) {
  /** Checks the id's range. */
  public Message {
    if (id <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + id);
    }
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(html, "html");
  }
}
