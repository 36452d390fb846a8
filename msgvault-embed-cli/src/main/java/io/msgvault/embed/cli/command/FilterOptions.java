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

/** Which messages a search may find. */
final class FilterOptions {
  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "Only from this source; may be given again for others.")
  private List<String> sources = List.of();

  @Option(
      names = "--sender",
      paramLabel = "ADDRESS",
      description = "Only from this address; may be given again.")
  private List<String> senders = List.of();

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "Only with this label; may be given again.")
  private List<String> labels = List.of();

  @Option(names = "--subject", paramLabel = "TEXT", description = "Only with this in the subject.")
  private Optional<String> subject = Optional.empty();

  @Option(
      names = "--from-date",
      paramLabel = "DATE",
      description = "Only sent at this day (2024-12-31) or time (2024-12-31T12:00:00Z), or later.")
  private Optional<String> since = Optional.empty();

  @Option(
      names = "--before",
      paramLabel = "DATE",
      description = "Only sent before this day or time.")
  private Optional<String> until = Optional.empty();

  /** The filter. Days begin at midnight in this zone. */
  MessageFilter filter(ZoneId zone) {
    MessageFilter.Builder filter =
        MessageFilter.builder().sources(sources).senders(senders).labels(labels);
    subject.ifPresent(filter::subjectContains);
    since.ifPresent(date -> filter.from(parseTime("--from-date", date, zone)));
    until.ifPresent(date -> filter.before(parseTime("--before", date, zone)));
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
          option + " takes a day like 2024-12-31 or a time like 2024-12-31T12:00:00Z, not " + date);
    }
  }
}
