package io.msgvault.embed.cli.output;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Prints for a command: results to one stream, everything else to another.
 *
 * @param out for results
 * @param err for progress, notes and errors
 * @param outColumns the width of the terminal behind {@code out}; empty if there is none
 * @param errColumns the width of the terminal behind {@code err}; empty if there is none
 * @param colour whether words in {@code out} may be highlighted
 */
public record Console(
    PrintWriter out,
    PrintWriter err,
    OptionalInt outColumns,
    OptionalInt errColumns,
    boolean colour) {
  /** The environment variable that forbids highlighting if it is set and not empty. */
  private static final String NO_COLOR = "NO_COLOR";

  /** Control characters, and characters that change the direction of writing. */
  private static final String CONTROL_SEQUENCE = "\\p{Cc}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}";

  private static final Pattern CONTROL_SEQUENCES =
      Pattern.compile("[" + CONTROL_SEQUENCE + "&&[^\\n\\t]]+");
  private static final Pattern CONTROL_SEQUENCES_AND_SPACE =
      Pattern.compile("[" + CONTROL_SEQUENCE + "\\s\\x{2028}\\x{2029}]+");

  /** Creates a console that highlights if results go to a terminal. */
  public Console(PrintWriter out, PrintWriter err, OptionalInt outColumns, OptionalInt errColumns) {
    this(out, err, outColumns, errColumns, outColumns.isPresent());
  }

  /**
   * Returns the console of this process. Java can't tell for each stream whether it is a terminal,
   * so the start script says so in two system properties.
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
   * Makes text from a mail safe to print: a terminal must not take any of it for a command.
   *
   * @return the text on one line, without control characters
   */
  public static String toOneLine(String text) {
    return CONTROL_SEQUENCES_AND_SPACE.matcher(text).replaceAll(" ").strip();
  }

  /** Does the same as {@link #toOneLine}, but keeps line breaks and tabs. */
  public static String toLines(String text) {
    return CONTROL_SEQUENCES.matcher(text.replace("\r\n", "\n")).replaceAll(" ");
  }

  /** Cuts a line to a number of terminal columns; some characters take two. */
  static String truncate(String line, int columns) {
    int width = 0;
    int fits = 0;
    for (int at = 0; at < line.length(); at += Character.charCount(line.codePointAt(at))) {
      if (width < columns) {
        fits = at;
      }
      width += TextWidth.of(line.codePointAt(at));
      if (width > columns) {
        return line.substring(0, fits).stripTrailing() + "…";
      }
    }
    return line;
  }
}
