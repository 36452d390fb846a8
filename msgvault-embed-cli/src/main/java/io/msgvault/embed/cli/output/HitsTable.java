package io.msgvault.embed.cli.output;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchHit.Span;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SearchStage;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints hits for a person, two lines each: the message, and the passage that matched. */
public final class HitsTable {
  /** How many columns of a passage are printed if there is no terminal. */
  private static final int PLAIN_WIDTH = 400;

  private static final int MIN_SENDER_COLUMNS = 8;

  private static final String GAP = "  ";
  private static final String INDENT = "    ";
  private static final String BOLD = "\u001b[1m";
  private static final String BOLD_OFF = "\u001b[22m";

  private final Console console;
  private final DateTimeFormatter dates;
  private final double weakBelow;

  /**
   * Creates a table.
   *
   * @param weakBelow the score below which a hit is said to be weak
   */
  public HitsTable(Console console, ZoneId zone, double weakBelow) {
    this.console = console;
    this.weakBelow = weakBelow;
    this.dates = DateTimeFormatter.ISO_LOCAL_DATE.withZone(zone);
  }

  /**
   * Prints a result.
   *
   * @param offset how many better hits were skipped
   * @param headers the headers of the hits that still exist, by id
   */
  public void write(SearchResult result, int offset, Map<Long, MessageHeader> headers) {
    PrintWriter out = console.out();
    if (result.hits().isEmpty()) {
      out.println("nothing found");
    }
    int rank = offset;
    for (SearchHit hit : result.hits()) {
      rank++;
      Optional<MessageHeader> header = Optional.ofNullable(headers.get(hit.messageId()));
      out.println(truncated(head(rank, hit, header)));
      hit.passages().stream()
          .map(this::passageLine)
          .filter(line -> !line.isBlank())
          .forEach(out::println);
    }
  }

  /** Prints how long each stage of a search took. */
  public void writeTimes(SearchResult result) {
    console.say(
        Arrays.stream(SearchStage.values())
            .filter(result.times()::containsKey)
            .map(stage -> time(stage, result.times().getOrDefault(stage, Duration.ZERO)))
            .collect(Collectors.joining(", ")));
  }

  private static String time(SearchStage stage, Duration time) {
    return String.format(
        Locale.ROOT, "%s %.1f ms", stage.name().toLowerCase(Locale.ROOT), time.toNanos() / 1e6);
  }

  private String passageLine(Passage passage) {
    String text = Console.toOneLine(excerpt(passage.text(), passage.start()));
    String line = truncated(INDENT + Console.truncate(text, PLAIN_WIDTH));
    return console.colour() ? highlighted(line, passage) : line;
  }

  /**
   * Finds the words again in the line, one after the other, since the line may lack characters of
   * the passage. A word must stand in the line as it does in the passage: alone or within another.
   */
  private static String highlighted(String line, Passage passage) {
    StringBuilder result = new StringBuilder();
    int done = 0;
    for (Span span : passage.words()) {
      int at = find(line, done, passage.text(), span);
      if (at >= 0) {
        int end = at + span.end() - span.start();
        result.append(line, done, at).append(BOLD).append(line, at, end).append(BOLD_OFF);
        done = end;
      }
    }
    return result.append(line, done, line.length()).toString();
  }

  private static int find(String line, int from, String text, Span span) {
    String word = text.substring(span.start(), span.end());
    for (int at = line.indexOf(word, from); at >= 0; at = line.indexOf(word, at + 1)) {
      if (isInWord(line, at - 1) == isInWord(text, span.start() - 1)
          && isInWord(line, at + word.length()) == isInWord(text, span.end())) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isInWord(String text, int at) {
    return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
  }

  private static String signals(SearchHit hit) {
    return Stream.of(
            hit.vector().map(rank -> "v" + rank.rank()),
            hit.keyword().map(rank -> "k" + rank.rank()))
        .flatMap(Optional::stream)
        .collect(Collectors.joining("/"));
  }

  private String head(int rank, SearchHit hit, Optional<MessageHeader> header) {
    String before =
        String.format(
            Locale.ROOT,
            "%2d  %.3f  %s%s  #%d  %s  ",
            rank,
            hit.score(),
            signals(hit),
            hit.score() < weakBelow ? " weak" : "",
            hit.messageId(),
            header.flatMap(MessageHeader::sentAt).map(dates::format).orElse("----------"));
    String sender =
        Console.toOneLine(
            header.flatMap(MessageHeader::sender).map(HitsTable::displayName).orElse("(unknown)"));
    String subject =
        Console.toOneLine(
                header.map(MessageHeader::subject).filter(s -> !s.isBlank()).orElse("(no subject)"))
            + header.map(MessageHeader::labels).map(HitsTable::labels).orElse("")
            + (hit.others() == 0 ? "" : "  +" + hit.others() + " in this conversation");
    return before + shortened(sender, before, subject) + GAP + subject;
  }

  /** Cuts the sender where the subject needs the room, but to no less than a third of it. */
  private String shortened(String sender, String before, String subject) {
    if (console.outColumns().isEmpty()) {
      return sender;
    }
    int room = console.outColumns().getAsInt() - before.length() - GAP.length();
    int left = Math.max(room / 3, room - Console.width(subject));
    return Console.truncate(sender, Math.max(MIN_SENDER_COLUMNS, left));
  }

  private static String labels(Set<String> labels) {
    return labels.isEmpty() ? "" : "  [" + Console.toOneLine(String.join(", ", labels)) + "]";
  }

  /** Cuts the subject off the first passage of a message, since the line above shows it. */
  private static String excerpt(String passage, int start) {
    int body = passage.indexOf("\n\n");
    return start == 0 && body >= 0 ? passage.substring(body + 2) : passage;
  }

  private static String displayName(Participant sender) {
    return sender.name().isBlank() ? sender.address() : sender.name();
  }

  private String truncated(String line) {
    return console.outColumns().isPresent()
        ? Console.truncate(line, console.outColumns().getAsInt())
        : line;
  }
}
