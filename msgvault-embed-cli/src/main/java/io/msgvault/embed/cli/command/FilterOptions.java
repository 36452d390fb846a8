package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.model.MessageFilter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that narrow a search. */
final class FilterOptions {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kmg]?)b?");

  @Option(names = "--source", paramLabel = "NAME", description = "Only this source.")
  private List<String> sources = List.of();

  @Option(
      names = "--type",
      paramLabel = "NAME",
      description = "Only messages of this type, such as email.")
  private List<String> types = List.of();

  @Option(
      names = "--sender",
      paramLabel = "ADDRESS",
      description = "Only this sender, or any of a domain: @example.org.")
  private List<String> senders = List.of();

  @Option(names = "--to", paramLabel = "ADDRESS", description = "Only mail to this address.")
  private List<String> to = List.of();

  @Option(
      names = "--cc",
      paramLabel = "ADDRESS",
      description = "Only mail with a copy to this address.")
  private List<String> cc = List.of();

  @Option(
      names = "--bcc",
      paramLabel = "ADDRESS",
      description = "Only mail with a blind copy to this address.")
  private List<String> bcc = List.of();

  @Option(
      names = "--recipient",
      paramLabel = "ADDRESS",
      description = "Only mail that this address received, in any of the three ways.")
  private List<String> recipients = List.of();

  @Option(names = "--label", paramLabel = "NAME", description = "Only this label.")
  private List<String> labels = List.of();

  @Option(
      names = "--conversation",
      paramLabel = "ID",
      description = "Only this conversation, as JSON and 'show' name it.")
  private List<String> conversations = List.of();

  @Option(
      names = "--subject",
      paramLabel = "TEXT",
      description = "Only messages with this text in the subject.")
  private Optional<String> subject = Optional.empty();

  @Option(
      names = "--[no-]attachment",
      negatable = true,
      description = "Only messages with an attachment, or without one.")
  private Optional<Boolean> attachment = Optional.empty();

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

  @Option(
      names = "--min-size",
      paramLabel = "BYTES",
      description = "Only messages of this size at least, such as 500k or 10M.")
  private Optional<String> minSize = Optional.empty();

  @Option(
      names = "--max-size",
      paramLabel = "BYTES",
      description = "Only messages of this size at most.")
  private Optional<String> maxSize = Optional.empty();

  @Mixin private ExclusionOptions exclusions = new ExclusionOptions();

  /**
   * Returns the filter of these options and of a question. Names for the same group, as two senders
   * are, are alternatives.
   *
   * @param question the filter of the question
   * @param zone where days begin at midnight
   */
  MessageFilter filter(MessageFilter question, ZoneId zone) {
    Set<MessageFilter> excluded = union(question.excluded(), exclusions.filters());
    MessageFilter.Builder filter =
        question.toBuilder()
            .sources(union(question.sources(), sources))
            .types(union(question.types(), types))
            .senders(union(question.senders(), senders))
            .to(union(question.to(), to))
            .cc(union(question.cc(), cc))
            .bcc(union(question.bcc(), bcc))
            .recipients(union(question.recipients(), recipients))
            .labels(union(question.labels(), labels))
            .conversations(union(question.conversations(), conversations))
            .excluding(excluded);
    subject.ifPresent(filter::subjectContains);
    attachment.ifPresent(
        with -> {
          if (with) {
            filter.withAttachment();
          } else {
            filter.withoutAttachment();
          }
        });
    since.ifPresent(date -> filter.from(parseTime("--since", date, zone)));
    until.ifPresent(date -> filter.before(parseTime("--until", date, zone)));
    minSize.ifPresent(size -> filter.minBytes(parseSize("--min-size", size)));
    maxSize.ifPresent(size -> filter.maxBytes(parseSize("--max-size", size)));
    return filter.build();
  }

  private static <T> Set<T> union(Set<T> some, Iterable<T> others) {
    Set<T> all = new HashSet<>(some);
    others.forEach(all::add);
    return all;
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

  private static long parseSize(String option, String size) {
    Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new CommandFailure(
          ExitCode.USAGE, option + " must be a number of bytes such as 500k or 10M, not " + size);
    }
    int thousands = " kmg".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
    return Long.parseLong(matcher.group(1)) * (long) Math.pow(1000, thousands);
  }
}
