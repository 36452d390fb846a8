package io.msgvault.embed.cli;

import io.msgvault.embed.cli.mail.Mail.Address;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchResult;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Shows hits to a person: two lines each, what it is and what matched. */
final class HitsTable {
  /** How much of a passage is shown where there is no terminal to fill. */
  private static final int PLAIN = 400;

  private static final String INDENT = "    ";
  private final Console console;
  private final DateTimeFormatter dates;

  HitsTable(Console console, ZoneId zone) {
    this.console = console;
    this.dates = DateTimeFormatter.ISO_LOCAL_DATE.withZone(zone);
  }

  void write(SearchResult result, Map<Long, Envelope> envelopes) {
    PrintWriter out = console.out();
    if (result.hits().isEmpty()) {
      out.println("nothing found");
    }
    int rank = 0;
    for (SearchHit hit : result.hits()) {
      rank++;
      Optional<Envelope> envelope = Optional.ofNullable(envelopes.get(hit.messageId()));
      out.println(fit(head(rank, hit, envelope)));
      hit.passage()
          .map(passage -> Console.oneLine(shown(passage.text(), passage.start())))
          .filter(text -> !text.isEmpty())
          .ifPresent(text -> out.println(fit(INDENT + Console.cut(text, PLAIN))));
    }
  }

  private String head(int rank, SearchHit hit, Optional<Envelope> envelope) {
    return String.format(
        Locale.ROOT,
        "%2d  %.3f  #%d  %s  %s  %s%s",
        rank,
        hit.score(),
        hit.messageId(),
        envelope.flatMap(Envelope::sent).map(dates::format).orElse("----------"),
        Console.oneLine(
            envelope.flatMap(Envelope::sender).map(HitsTable::name).orElse("(unknown)")),
        Console.oneLine(
            envelope.map(Envelope::subject).filter(s -> !s.isBlank()).orElse("(no subject)")),
        envelope.map(Envelope::labels).map(HitsTable::labels).orElse(""));
  }

  private static String labels(Set<String> labels) {
    return labels.isEmpty() ? "" : "  [" + Console.oneLine(String.join(", ", labels)) + "]";
  }

  /** The first passage of a message begins with its subject, which stands above already. */
  private static String shown(String passage, int start) {
    int body = passage.indexOf("\n\n");
    return start == 0 && body >= 0 ? passage.substring(body + 2) : passage;
  }

  private static String name(Address sender) {
    return sender.name().isBlank() ? sender.address() : sender.name();
  }

  private String fit(String line) {
    return console.outColumns().isPresent()
        ? Console.cut(line, console.outColumns().getAsInt())
        : line;
  }
}
