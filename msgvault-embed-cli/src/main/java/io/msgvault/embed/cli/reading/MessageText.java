package io.msgvault.embed.cli.reading;

import io.msgvault.embed.store.Message;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPolicy.Step;
import io.msgvault.embed.text.TextPreparer;

/** Makes the text of a message as a reader sees it. */
public final class MessageText {
  /** The most characters that are read of a message. */
  public static final int MAX_CHARACTERS = 1 << 20;

  private static final TextPreparer PREPARER =
      new TextPreparer(
          TextPolicy.standard()
              .without(Step.DATA_URIS)
              .without(Step.ENCODED_BYTES)
              .without(Step.TRACKING_PARAMETERS)
              .without(Step.QUOTED_REPLIES)
              .without(Step.SIGNATURES)
              .without(Step.WHITE_SPACE)
              .withMaxBodyCharacters(MAX_CHARACTERS));

  private MessageText() {}

  /** Returns the plain text, or the HTML as a reader sees it, with nothing removed. */
  public static String of(Message message) {
    return PREPARER.prepare("", message.text(), message.html()).strip();
  }

  /** Returns an offset as a place in a text where no character is cut in two. */
  public static int boundary(String text, int offset) {
    if (offset >= text.length()) {
      return text.length();
    }
    boolean cuts =
        offset > 0 && Character.isSurrogatePair(text.charAt(offset - 1), text.charAt(offset));
    return cuts ? offset - 1 : offset;
  }
}
