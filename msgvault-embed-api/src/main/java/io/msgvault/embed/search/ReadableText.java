package io.msgvault.embed.search;

import io.msgvault.embed.store.Message;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPolicy.Step;
import io.msgvault.embed.text.TextPreparer;

/**
 * What a reader sees of a message, in which keywords are looked for: subject and body as standard
 * policy prepares them, quoted replies and signatures included.
 *
 * @param text subject, empty line, body
 * @param bodyStart where the subject has ended
 */
record ReadableText(String text, int bodyStart) {
  /** Makes readable texts. */
  static final class Factory {
    private final TextPreparer preparer;

    /**
     * @param bodyCharacters how much of a body is read, in UTF-16 units
     */
    Factory(int bodyCharacters) {
      preparer =
          new TextPreparer(
              TextPolicy.standard()
                  .without(Step.QUOTED_REPLIES)
                  .without(Step.SIGNATURES)
                  .withMaxBodyCharacters(bodyCharacters));
    }

    ReadableText of(Message message) {
      String subject = preparer.prepare(message.subject(), "", "");
      String text = preparer.prepare(message.subject(), message.text(), message.html());
      return new ReadableText(text, subject.length());
    }
  }
}
