package io.msgvault.embed.cli.output;

import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.IndexStatus.GenerationStatus;
import io.msgvault.embed.IndexStatus.Part;
import io.msgvault.embed.IndexStatus.Problem;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.WordCoverage;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Prints the state of an index for a person. */
public final class StatusTable {
  private static final String UNKNOWN = "?";
  private final Console console;
  private final PrintWriter out;
  private final DateTimeFormatter times;

  public StatusTable(Console console, ZoneId zone) {
    this.console = console;
    this.out = console.out();
    this.times = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
  }

  /**
   * Prints all parts, and names each one that could not be read.
   *
   * @param wordsProblem why the words can't be used; empty if they can
   */
  public void write(IndexStatus status, Optional<String> wordsProblem) {
    List<GenerationStatus> generations =
        Stream.of(status.active(), status.building()).flatMap(Optional::stream).toList();
    if (!generations.isEmpty()) {
      writeGenerations(generations);
    } else if (status.problems().stream().noneMatch(p -> p.part() == Part.GENERATIONS)) {
      console.say("there is no index yet: build one with 'msgvault-embed embeddings build'");
    }
    if (!status.runs().isEmpty()) {
      writeRuns(status.runs());
    }
    out.println();
    status.words().ifPresent(words -> console.say(words(words)));
    if (!generations.isEmpty()) {
      wordsProblem.ifPresent(console::say);
    }
    out.println("missing " + status.missing().map(String::valueOf).orElse(UNKNOWN));
    status.problems().forEach(this::writeProblem);
  }

  /** Prints a column for each generation; there are at most two. */
  private void writeGenerations(List<GenerationStatus> generations) {
    TextTable table = new TextTable(cells("GENERATION", generations, each -> id(each)));
    table.row(cells("state", generations, each -> lower(each.generation().state())));
    table.row(cells("progress", generations, coverage(StatusTable::progress)));
    table.row(cells("live", generations, coverage(c -> String.valueOf(c.live()))));
    table.row(cells("embedded", generations, coverage(c -> String.valueOf(c.embedded()))));
    table.row(cells("blank", generations, coverage(c -> String.valueOf(c.blank()))));
    table.row(cells("rejected", generations, coverage(c -> String.valueOf(c.rejected()))));
    table.row(cells("missing", generations, coverage(c -> String.valueOf(c.missing()))));
    table.row(
        cells(
            "vectors",
            generations,
            each -> each.size().map(size -> String.valueOf(size.chunks())).orElse(UNKNOWN)));
    table.row(
        cells(
            "last backstop",
            generations,
            each -> each.generation().lastBackstop().map(times::format).orElse("never")));
    table.print(console);
    for (GenerationStatus each : generations) {
      out.println();
      console.say("generation " + id(each) + ": " + each.generation().fingerprint());
    }
  }

  private static Object[] cells(
      String title, List<GenerationStatus> generations, Function<GenerationStatus, String> cell) {
    return Stream.concat(Stream.of(title), generations.stream().map(cell)).toArray();
  }

  private static Function<GenerationStatus, String> coverage(Function<Coverage, String> value) {
    return each -> each.coverage().map(value).orElse(UNKNOWN);
  }

  private static String id(GenerationStatus status) {
    return String.valueOf(status.generation().id());
  }

  private void writeRuns(List<RunRecord> runs) {
    TextTable table = new TextTable("RUN", "GENERATION", "STARTED", "STATUS", "RESULT");
    for (RunRecord run : runs) {
      table.row(
          run.id(),
          run.generation(),
          times.format(run.started()),
          lower(run.status()),
          result(run));
    }
    out.println();
    table.print(console);
  }

  /** Names how long a run took, and the counts that are not zero. */
  private static String result(RunRecord run) {
    List<String> parts = new ArrayList<>();
    run.ended().ifPresent(end -> parts.add(run.started().until(end, ChronoUnit.SECONDS) + " s"));
    if (run.kind() == RunKind.BACKSTOP) {
      parts.add("backstop");
    }
    addCount(parts, run.counts().embedded(), "embedded");
    addCount(parts, run.counts().blank(), "blank");
    addCount(parts, run.counts().rejected(), "rejected");
    addCount(parts, run.counts().missed(), "missed");
    addCount(parts, run.counts().failed(), "failed");
    return String.join(", ", parts);
  }

  private static void addCount(List<String> parts, long count, String name) {
    if (count > 0) {
      parts.add(count + " " + name);
    }
  }

  private static String words(WordCoverage words) {
    String line = "words of " + words.indexed() + " of " + words.live() + " messages";
    if (words.complete()) {
      return line;
    }
    return line + ", not up to date: run 'msgvault-embed embeddings build'";
  }

  private void writeProblem(Problem problem) {
    String part = problem.part().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    console.say(part + " can't be read: " + Console.toOneLine(problem.reason()));
  }

  /** Rounds down, so that 100 % means that nothing is missing. */
  private static String progress(Coverage coverage) {
    return String.format(Locale.ROOT, "%.1f %%", Math.floor(coverage.progress() * 1000) / 10);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
