package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;

/**
 * Reports a typed search that has a filter which cannot be read, or nothing but filters. It points
 * at the place.
 */
public class SearchSyntaxException extends EmbedException {
  /** How many characters of the text are shown before and behind the place. */
  private static final int SHOWN = 60;

  private final String text;
  private final int offset;

  /**
   * Describes what is wrong, and the remedy.
   *
   * @param message the problem and the remedy in words
   * @param text what was typed
   * @param offset the place in it, as an offset in UTF-16 code units, 0 to its length
   */
  public SearchSyntaxException(String message, String text, int offset) {
    super(message + " (at character " + (offset + 1) + ")");
    this.text = text;
    this.offset = offset;
  }

  /** Returns the place in the text, as an offset in UTF-16 code units. */
  public int offset() {
    return offset;
  }

  /**
   * Returns two lines to print below the message: the text around the place, and a caret below it.
   * Control characters are shown as spaces.
   */
  public String caret() {
    int from = Math.max(0, offset - SHOWN);
    int to = Math.min(text.length(), offset + SHOWN);
    StringBuilder line = new StringBuilder(text.substring(from, to));
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return line + "\n" + " ".repeat(offset - from) + "^";
  }
}
