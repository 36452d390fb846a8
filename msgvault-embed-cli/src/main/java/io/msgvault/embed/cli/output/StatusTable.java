package io.msgvault.embed.cli.output;

import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.IndexStatus.GenerationStatus;
import io.msgvault.embed.IndexStatus.Part;
import io.msgvault.embed.IndexStatus.Problem;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Prints the state of an index for a person. */
public final class StatusTable {
  private static final String UNKNOWN = "?";
  private final PrintWriter out;
  private final DateTimeFormatter times;

  public StatusTable(PrintWriter out, ZoneId zone) {
    this.out = out;
    this.times = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
  }

  /** Prints all parts, and names each one that could not be read. */
  public void write(IndexStatus status) {
    List<GenerationStatus> generations =
        Stream.of(status.active(), status.building()).flatMap(Optional::stream).toList();
    if (!generations.isEmpty()) {
      writeGenerations(generations);
    } else if (status.problems().stream().noneMatch(p -> p.part() == Part.GENERATIONS)) {
      out.println("there is no index yet: build one with 'msgvault-embed embeddings build'");
    }
    if (!status.runs().isEmpty()) {
      writeRuns(status.runs());
    }
    out.println();
    out.println("missing " + status.missing().map(String::valueOf).orElse(UNKNOWN));
    status.problems().forEach(this::writeProblem);
  }

  private void writeGenerations(List<GenerationStatus> generations) {
    TextTable table =
        new TextTable(
            "GENERATION",
            "STATE",
            "PROGRESS",
            "LIVE",
            "EMBEDDED",
            "BLANK",
            "REJECTED",
            "MISSING",
            "VECTORS",
            "LAST BACKSTOP");
    for (GenerationStatus each : generations) {
      Generation generation = each.generation();
      Optional<Coverage> coverage = each.coverage();
      table.row(
          generation.id(),
          generation.state().name().toLowerCase(Locale.ROOT),
          coverage.map(StatusTable::progress).orElse(UNKNOWN),
          coverage.map(c -> String.valueOf(c.live())).orElse(UNKNOWN),
          coverage.map(c -> String.valueOf(c.embedded())).orElse(UNKNOWN),
          coverage.map(c -> String.valueOf(c.blank())).orElse(UNKNOWN),
          coverage.map(c -> String.valueOf(c.rejected())).orElse(UNKNOWN),
          coverage.map(c -> String.valueOf(c.missing())).orElse(UNKNOWN),
          each.size().map(size -> String.valueOf(size.chunks())).orElse(UNKNOWN),
          generation.lastBackstop().map(this::formatTime).orElse("never"));
    }
    table.print(out);
    for (GenerationStatus each : generations) {
      out.println();
      out.println("generation " + each.generation().id() + ": " + each.generation().fingerprint());
    }
  }

  private void writeRuns(List<RunRecord> runs) {
    TextTable table =
        new TextTable(
            "RUN",
            "GENERATION",
            "STARTED",
            "SECONDS",
            "STATUS",
            "EMBEDDED",
            "BLANK",
            "REJECTED",
            "MISSED",
            "FAILED",
            "BACKSTOP");
    for (RunRecord run : runs) {
      table.row(
          run.id(),
          run.generation(),
          formatTime(run.started()),
          run.ended().map(end -> String.valueOf(seconds(run.started(), end))).orElse(UNKNOWN),
          run.status().name().toLowerCase(Locale.ROOT),
          run.counts().embedded(),
          run.counts().blank(),
          run.counts().rejected(),
          run.counts().missed(),
          run.counts().failed(),
          run.kind() == RunKind.BACKSTOP ? "yes" : "no");
    }
    out.println();
    table.print(out);
  }

  private void writeProblem(Problem problem) {
    String part = problem.part().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    out.println(part + " can't be read: " + Console.toOneLine(problem.reason()));
  }

  /** Rounds down, so that 100 % means that nothing is missing. */
  private static String progress(Coverage coverage) {
    return String.format(Locale.ROOT, "%.1f %%", Math.floor(coverage.progress() * 1000) / 10);
  }

  private static long seconds(Instant from, Instant to) {
    return from.until(to, ChronoUnit.SECONDS);
  }

  private String formatTime(Instant time) {
    return times.format(time);
  }
}
