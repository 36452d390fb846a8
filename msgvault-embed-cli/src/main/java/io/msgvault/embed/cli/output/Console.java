package io.msgvault.embed.cli.output;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Prints for a command: results to one stream, everything else to another.
 *
 * @param out for results
 * @param err for progress, notes and errors
 * @param outColumns the width that lines of {@code out} may have; empty if they may have any
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
   * so the start script says so in two system properties. Results that go elsewhere have the width
   * that {@code COLUMNS} asks for, if it is set.
   */
  public static Console ofProcess() {
    OptionalInt terminal = columns(System.getProperty("msgvault-embed.out.columns"));
    String noColour = System.getenv(NO_COLOR);
    return new Console(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        terminal.isPresent() ? terminal : columns(System.getenv("COLUMNS")),
        columns(System.getProperty("msgvault-embed.err.columns")),
        terminal.isPresent() && (noColour == null || noColour.isEmpty()));
  }

  private static OptionalInt columns(@Nullable String number) {
    return number != null && number.matches("[1-9]\\d{0,3}")
        ? OptionalInt.of(Integer.parseInt(number))
        : OptionalInt.empty();
  }

  /** Prints a line of a result; on a terminal it breaks between words. */
  public void say(String line) {
    println(out, line, outColumns);
  }

  /** Prints a line of anything but a result; on a terminal it breaks between words. */
  public void note(String line) {
    println(err, line, errColumns);
  }

  private static void println(PrintWriter writer, String line, OptionalInt columns) {
    (columns.isPresent() ? wrap(line, columns.getAsInt()) : List.of(line)).forEach(writer::println);
  }

  /** Returns a number with what it counts, such as {@code 1 mail} or {@code 2 mails}. */
  public static String count(long number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  /** Breaks a line after spaces, commas and semicolons, so that each piece fits if it can. */
  static List<String> wrap(String line, int columns) {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    for (String word : line.split("(?<=[ ,;])", -1)) {
      if (!piece.isEmpty() && width(piece + word.stripTrailing()) > columns) {
        pieces.add(piece.toString().stripTrailing());
        piece.setLength(0);
      }
      piece.append(word);
    }
    pieces.add(piece.toString());
    return pieces;
  }

  /** Returns how many columns of a terminal a text takes. */
  static int width(String text) {
    return text.codePoints().map(TextWidth::of).sum();
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
