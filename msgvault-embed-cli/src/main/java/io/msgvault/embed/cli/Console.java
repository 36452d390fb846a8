package io.msgvault.embed.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Where a command writes: results to one stream, all else to another.
 *
 * @param out for results
 * @param err for progress, notes and errors
 * @param outColumns the width of the terminal behind {@code out}; empty if it is none
 * @param errColumns the width of the terminal behind {@code err}; empty if it is none
 */
record Console(PrintWriter out, PrintWriter err, OptionalInt outColumns, OptionalInt errColumns) {
  /**
   * The streams of this process. Java can't tell what is behind them one by one, so the script that
   * starts it says so in two system properties.
   */
  static Console ofProcess() {
    return new Console(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        columns("msgvault-embed.out.columns"),
        columns("msgvault-embed.err.columns"));
  }

  private static OptionalInt columns(String property) {
    int columns = Integer.getInteger(property, 0);
    return columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty();
  }

  /**
   * Makes text from a mail fit to be shown: a terminal must not take any of it for a command.
   *
   * @return the text on one line, without control characters
   */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
  }

  /** As {@link #oneLine}, but line breaks and tabs stay. */
  static String lines(String text) {
    return text.replace("\r\n", "\n").replaceAll("[\\p{Cntrl}\\p{Cf}&&[^\\n\\t]]+", " ");
  }

  /** Cuts a line to so many characters, and shows that it did. */
  static String cut(String line, int columns) {
    if (line.codePointCount(0, line.length()) <= columns) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, Math.max(0, columns - 1))).stripTrailing()
        + "…";
  }
}
