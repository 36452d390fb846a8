package io.msgvault.embed.cli.command;

import io.msgvault.embed.Budget;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RateLimit;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for what a run may cost, and how fast it may ask an endpoint. */
final class CostOptions {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "End when the run has spent N tokens. The next run goes on.")
  private Optional<Long> maxTokens = Optional.empty();

  @Option(
      names = "--max-requests",
      paramLabel = "N",
      description = "End after N requests to the model. The next run goes on.")
  private Optional<Long> maxRequests = Optional.empty();

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "End after this time, such as 90s, 30m or 8h. The next run goes on.")
  private Optional<Duration> maxTime = Optional.empty();

  @Option(
      names = "--requests-per-minute",
      paramLabel = "N",
      description = "Send no more than N requests in any minute.")
  private Optional<Long> requestsPerMinute = Optional.empty();

  @Option(
      names = "--tokens-per-minute",
      paramLabel = "N",
      description = "Send no more than N tokens in any minute.")
  private Optional<Long> tokensPerMinute = Optional.empty();

  /** Gives these settings to a job. */
  EmbedJob.Builder applyTo(EmbedJob.Builder job) {
    return job.budget(
            new Budget(
                positive("--max-tokens", maxTokens),
                positive("--max-requests", maxRequests),
                maxTime))
        .rateLimit(
            new RateLimit(
                positive("--requests-per-minute", requestsPerMinute),
                positive("--tokens-per-minute", tokensPerMinute)));
  }

  private static OptionalLong positive(String option, Optional<Long> number) {
    number
        .filter(value -> value < 1)
        .ifPresent(
            value -> {
              throw new CommandFailure(
                  ExitCode.USAGE, option + " must be at least 1, not " + value);
            });
    return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private static final class TimeConverter implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("([1-9]\\d{0,8})([smhd])");

    private static final Map<String, Duration> UNITS =
        Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    @Override
    public Duration convert(String value) {
      Matcher time = TIME.matcher(value);
      if (!time.matches()) {
        throw new TypeConversionException(
            "expected a time such as 90s, 30m, 8h or 2d, but was '" + value + "'");
      }
      return UNITS
          .getOrDefault(time.group(2), Duration.ofSeconds(1))
          .multipliedBy(Long.parseLong(time.group(1)));
    }
  }
}
