package io.msgvault.embed;

import io.msgvault.embed.IndexStatus.GenerationStatus;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.WordCoverage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a status as lines of text. */
final class StatusText {
  private static final String UNKNOWN = "?";

  private final StringBuilder text = new StringBuilder();

  private StatusText() {}

  static String of(IndexStatus status) {
    StatusText text = new StatusText();
    text.write(status);
    return text.text.toString();
  }

  private void write(IndexStatus status) {
    if (status.active().isEmpty() && status.building().isEmpty()) {
      line("no generation is active or being built");
    }
    status.active().ifPresent(this::writeGeneration);
    status.building().ifPresent(this::writeGeneration);
    line("missing: " + status.missing().map(String::valueOf).orElse(UNKNOWN));
    status.words().ifPresent(words -> line("words: " + words(words)));
    status.runs().forEach(run -> line(run(run)));
    status
        .problems()
        .forEach(problem -> line(lower(problem.part()) + " can't be read: " + problem.reason()));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void writeGeneration(GenerationStatus status) {
    Generation generation = status.generation();
    line(
        "generation "
            + generation.id()
            + ", "
            + lower(generation.state())
            + ": "
            + generation.fingerprint());
    line("  " + status.coverage().map(StatusText::coverage).orElse(UNKNOWN));
    line(
        status
            .size()
            .map(size -> "  %d vectors of %d messages".formatted(size.chunks(), size.messages()))
            .orElse("  " + UNKNOWN + " vectors"));
    line("  last backstop: " + generation.lastBackstop().map(StatusText::time).orElse("never"));
  }

  /** Rounds the progress down, so that 100 % means that nothing is missing. */
  private static String coverage(Coverage coverage) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of %d live: %d embedded, %d blank, %d rejected, %d missing",
        Math.floor(coverage.progress() * 1000) / 10,
        coverage.live(),
        coverage.embedded(),
        coverage.blank(),
        coverage.rejected(),
        coverage.missing());
  }

  private static String words(WordCoverage words) {
    return words.indexed()
        + " of "
        + words.live()
        + (words.complete() ? ", complete" : ", not up to date");
  }

  private static String run(RunRecord run) {
    String head =
        "run %d of generation %d, %s %s, %s"
            .formatted(
                run.id(),
                run.generation(),
                lower(run.kind()),
                time(run.started()),
                lower(run.status()));
    String took =
        run.ended().map(end -> " after " + Duration.between(run.started(), end)).orElse("");
    String done = counts(run.counts());
    return head
        + took
        + (done.isEmpty() ? "" : ": " + done)
        + (run.detail().isEmpty() ? "" : " (" + run.detail() + ")");
  }

  /** Names the counts that are not zero. */
  private static String counts(RunCounts counts) {
    return Stream.of(
            count(counts.embedded(), "embedded"),
            count(counts.blank(), "blank"),
            count(counts.rejected(), "rejected"),
            count(counts.missed(), "missed"),
            count(counts.failed(), "failed"),
            count(counts.requests(), "requests"),
            count(counts.tokens(), "tokens"))
        .filter(count -> !count.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static String count(long count, String name) {
    return count == 0 ? "" : count + " " + name;
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
