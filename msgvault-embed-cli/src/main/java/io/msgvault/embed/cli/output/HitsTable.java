package io.msgvault.embed.cli.output;

import io.msgvault.embed.cli.mail.Mail.Address;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.store.KeywordQuery;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows hits to a person: two lines each, what it is and what matched. */
public final class HitsTable {
  /** How much of a passage is shown where there is no terminal to fill. */
  private static final int PLAIN_WIDTH = 400;

  private static final String INDENT = "    ";
  private static final String BOLD = "\u001b[1m";
  private static final String BOLD_OFF = "\u001b[22m";

  private final Console console;
  private final DateTimeFormatter dates;

  public HitsTable(Console console, ZoneId zone) {
    this.console = console;
    this.dates = DateTimeFormatter.ISO_LOCAL_DATE.withZone(zone);
  }

  public void write(SearchResult result, int offset, Map<Long, Envelope> envelopes) {
    PrintWriter out = console.out();
    if (result.hits().isEmpty()) {
      out.println("nothing found");
    }
    int rank = offset;
    for (SearchHit hit : result.hits()) {
      rank++;
      Optional<Envelope> envelope = Optional.ofNullable(envelopes.get(hit.messageId()));
      out.println(truncated(head(rank, hit, envelope)));
      hit.passage().map(this::passageLine).filter(line -> !line.isBlank()).ifPresent(out::println);
    }
  }

  private String passageLine(Passage passage) {
    String text = Console.toOneLine(excerpt(passage.text(), passage.start()));
    String line = truncated(INDENT + Console.truncate(text, PLAIN_WIDTH));
    return console.colour() ? highlighted(line, passage) : line;
  }

  /** The passage may have lost characters on the way to the line, so its words are found anew. */
  private static String highlighted(String line, Passage passage) {
    KeywordQuery words =
        KeywordQuery.parse(
            passage.words().stream()
                .map(word -> passage.text().substring(word.start(), word.end()))
                .collect(Collectors.joining(" ")));
    StringBuilder shown = new StringBuilder();
    int done = 0;
    for (KeywordQuery.Occurrence word : words.occurrences(line)) {
      shown.append(line, done, word.start()).append(BOLD);
      shown.append(line, word.start(), word.end()).append(BOLD_OFF);
      done = word.end();
    }
    return shown.append(line, done, line.length()).toString();
  }

  private static String signals(SearchHit hit) {
    return Stream.of(
            hit.vector().map(standing -> "v" + standing.rank()),
            hit.keyword().map(standing -> "k" + standing.rank()))
        .flatMap(Optional::stream)
        .collect(Collectors.joining("/"));
  }

  private String head(int rank, SearchHit hit, Optional<Envelope> envelope) {
    return String.format(
        Locale.ROOT,
        "%2d  %.3f  %s  #%d  %s  %s  %s%s",
        rank,
        hit.score(),
        signals(hit),
        hit.messageId(),
        envelope.flatMap(Envelope::sentAt).map(dates::format).orElse("----------"),
        Console.toOneLine(
            envelope.flatMap(Envelope::sender).map(HitsTable::displayName).orElse("(unknown)")),
        Console.toOneLine(
            envelope.map(Envelope::subject).filter(s -> !s.isBlank()).orElse("(no subject)")),
        envelope.map(Envelope::labels).map(HitsTable::labels).orElse(""));
  }

  private static String labels(Set<String> labels) {
    return labels.isEmpty() ? "" : "  [" + Console.toOneLine(String.join(", ", labels)) + "]";
  }

  /** The first passage of a message begins with its subject, which stands above already. */
  private static String excerpt(String passage, int start) {
    int body = passage.indexOf("\n\n");
    return start == 0 && body >= 0 ? passage.substring(body + 2) : passage;
  }

  private static String displayName(Address sender) {
    return sender.name().isBlank() ? sender.address() : sender.name();
  }

  private String truncated(String line) {
    return console.outColumns().isPresent()
        ? Console.truncate(line, console.outColumns().getAsInt())
        : line;
  }
}
