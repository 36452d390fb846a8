package io.msgvault.embed.cli.output;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;

/**
 * Where a command writes: results to one stream, all else to another.
 *
 * @param out for results
 * @param err for progress, notes and errors
 * @param outColumns the width of the terminal behind {@code out}; empty if it is none
 * @param errColumns the width of the terminal behind {@code err}; empty if it is none
 * @param colour whether words in {@code out} may be highlighted
 */
public record Console(
    PrintWriter out,
    PrintWriter err,
    OptionalInt outColumns,
    OptionalInt errColumns,
    boolean colour) {
  /** The variable that, if it is set and not empty, forbids highlighting. */
  private static final String NO_COLOR = "NO_COLOR";

  /** Control characters, and those that turn the direction of writing. */
  private static final String CONTROL_SEQUENCE = "\\p{Cc}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}";

  private static final Pattern CONTROL_SEQUENCES =
      Pattern.compile("[" + CONTROL_SEQUENCE + "&&[^\\n\\t]]+");
  private static final Pattern CONTROL_SEQUENCES_AND_SPACE =
      Pattern.compile("[" + CONTROL_SEQUENCE + "\\s\\x{2028}\\x{2029}]+");

  /** Highlights where there is a terminal. */
  public Console(PrintWriter out, PrintWriter err, OptionalInt outColumns, OptionalInt errColumns) {
    this(out, err, outColumns, errColumns, outColumns.isPresent());
  }

  /**
   * The streams of this process. Java can't tell what is behind them one by one, so the script that
   * starts it says so in two system properties.
   */
  public static Console ofProcess() {
    OptionalInt outColumns = columns("msgvault-embed.out.columns");
    String noColour = System.getenv(NO_COLOR);
    return new Console(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        outColumns,
        columns("msgvault-embed.err.columns"),
        outColumns.isPresent() && (noColour == null || noColour.isEmpty()));
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
  public static String toOneLine(String text) {
    return CONTROL_SEQUENCES_AND_SPACE.matcher(text).replaceAll(" ").strip();
  }

  /** As {@link #toOneLine}, but line breaks and tabs stay. */
  public static String toLines(String text) {
    return CONTROL_SEQUENCES.matcher(text.replace("\r\n", "\n")).replaceAll(" ");
  }

  /** Cuts a line to so many columns of a terminal, some characters being two wide. */
  static String truncate(String line, int columns) {
    int width = 0;
    int fits = 0;
    for (int at = 0; at < line.length(); at += Character.charCount(line.codePointAt(at))) {
      if (width < columns) {
        fits = at;
      }
      width += Math.max(0, WCWidth.wcwidth(line.codePointAt(at)));
      if (width > columns) {
        return line.substring(0, fits).stripTrailing() + "…";
      }
    }
    return line;
  }
}
