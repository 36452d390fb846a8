package io.msgvault.embed.cli.mail;

/** Joins the lines of paragraphs that were wrapped as {@code format=flowed} (RFC 3676). */
final class FlowedText {
  private static final String SIGNATURE = "-- ";

  /** The depth where no line goes on, and the one before the first line. */
  private static final int NONE = -1;

  private static final int START = -2;

  private FlowedText() {}

  /**
   * Unwraps a text. Lines that end with a space go on with the next line, if both are quoted
   * equally deep.
   *
   * @param deletesSpaces whether the space belongs to the wrapping and not to the text
   */
  static String unwrap(String text, boolean deletesSpaces) {
    StringBuilder out = new StringBuilder(text.length());
    int openDepth = START;
    for (String line : text.replace("\r\n", "\n").split("\n", -1)) {
      int depth = quoteDepth(line);
      String content = unstuffed(line.substring(depth));
      if (openDepth == depth && !content.equals(SIGNATURE)) {
        out.append(content);
      } else {
        out.append(openDepth == START ? "" : "\n");
        out.append(">".repeat(depth)).append(depth > 0 && !content.isEmpty() ? " " : "");
        out.append(content);
      }
      boolean flows = content.endsWith(" ") && !content.equals(SIGNATURE);
      if (flows && deletesSpaces) {
        out.setLength(out.length() - 1);
      }
      openDepth = flows ? depth : NONE;
    }
    return out.toString();
  }

  private static int quoteDepth(String line) {
    int depth = 0;
    while (depth < line.length() && line.charAt(depth) == '>') {
      depth++;
    }
    return depth;
  }

  /** Removes the space that protects the start of a line. */
  private static String unstuffed(String line) {
    return line.startsWith(" ") ? line.substring(1) : line;
  }
}
