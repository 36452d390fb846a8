package io.msgvault.embed.text;

import io.msgvault.embed.text.TextPolicy.Step;

/**
 * The text of a message in which words are looked for: as a reader sees it. The standard policy
 * prepares subject and body, but quoted replies and signatures stay.
 *
 * @param text the subject, an empty line and the body
 * @param bodyStart the offset at which the subject ends
 */
public record ReadableText(String text, int bodyStart) {
  /** Returns the subject alone; empty if there is none. */
  public String subject() {
    return text.substring(0, bodyStart);
  }

  /** Returns the body alone; empty if there is none. */
  public String body() {
    return text.substring(bodyStart).strip();
  }

  /** Makes readable texts. Immutable, and safe for concurrent use. */
  public static final class Factory {
    private final TextPreparer preparer;

    /**
     * Creates a factory.
     *
     * @param maxBodyCharacters how much of a body is read, in UTF-16 code units
     */
    public Factory(int maxBodyCharacters) {
      preparer =
          new TextPreparer(
              TextPolicy.standard()
                  .without(Step.QUOTED_REPLIES)
                  .without(Step.SIGNATURES)
                  .withMaxBodyCharacters(maxBodyCharacters));
    }

    /** Makes the readable text of a message. See {@link TextPreparer#prepare} for the arguments. */
    public ReadableText of(String subject, String text, String html) {
      String head = preparer.prepare(subject, "", "");
      return new ReadableText(preparer.prepare(subject, text, html), head.length());
    }
  }
}
