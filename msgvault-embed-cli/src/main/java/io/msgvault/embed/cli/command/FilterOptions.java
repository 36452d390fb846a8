package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.model.MessageFilter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that narrow a search. */
final class FilterOptions {
  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "Only this source; can be repeated.")
  private List<String> sources = List.of();

  @Option(
      names = "--sender",
      paramLabel = "ADDRESS",
      description = "Only this sender; can be repeated.")
  private List<String> senders = List.of();

  @Option(names = "--label", paramLabel = "NAME", description = "Only this label; can be repeated.")
  private List<String> labels = List.of();

  @Option(
      names = "--subject",
      paramLabel = "TEXT",
      description = "Only messages with this text in the subject.")
  private Optional<String> subject = Optional.empty();

  @Option(
      names = "--since",
      paramLabel = "DATE",
      description =
          "Only messages sent on or after this day (2024-12-31) or time (2024-12-31T12:00:00Z).")
  private Optional<String> since = Optional.empty();

  @Option(
      names = "--until",
      paramLabel = "DATE",
      description = "Only messages sent before this day or time.")
  private Optional<String> until = Optional.empty();

  /** Returns the filter. Days begin at midnight in {@code zone}. */
  MessageFilter filter(ZoneId zone) {
    MessageFilter.Builder filter =
        MessageFilter.builder().sources(sources).senders(senders).labels(labels);
    subject.ifPresent(filter::subjectContains);
    since.ifPresent(date -> filter.from(parseTime("--since", date, zone)));
    until.ifPresent(date -> filter.before(parseTime("--until", date, zone)));
    return filter.build();
  }

  private static Instant parseTime(String option, String date, ZoneId zone) {
    try {
      return date.contains("T")
          ? Instant.parse(date)
          : LocalDate.parse(date).atStartOfDay(zone).toInstant();
    } catch (DateTimeParseException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          option
              + " must be a day such as 2024-12-31 or a time such as 2024-12-31T12:00:00Z, not "
              + date);
    }
  }
}
