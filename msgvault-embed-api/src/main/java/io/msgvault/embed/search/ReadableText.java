package io.msgvault.embed.search;

import io.msgvault.embed.store.Message;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPolicy.Step;
import io.msgvault.embed.text.TextPreparer;

/**
 * The text of a message in which keywords are looked for: as a reader sees it. The standard policy
 * prepares subject and body, but quoted replies and signatures stay.
 *
 * @param text the subject, an empty line and the body
 * @param bodyStart the offset at which the subject ends
 */
record ReadableText(String text, int bodyStart) {
  /** Makes readable texts. */
  static final class Factory {
    private final TextPreparer preparer;

    /**
     * Creates a factory.
     *
     * @param maxBodyCharacters how much of a body is read, in UTF-16 code units
     */
    Factory(int maxBodyCharacters) {
      preparer =
          new TextPreparer(
              TextPolicy.standard()
                  .without(Step.QUOTED_REPLIES)
                  .without(Step.SIGNATURES)
                  .withMaxBodyCharacters(maxBodyCharacters));
    }

    ReadableText of(Message message) {
      String subject = preparer.prepare(message.subject(), "", "");
      String text = preparer.prepare(message.subject(), message.text(), message.html());
      return new ReadableText(text, subject.length());
    }
  }
}
