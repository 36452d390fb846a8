package io.msgvault.embed.http;

import io.msgvault.embed.EmbedderException;
import io.msgvault.embed.EmbedderUnavailableException;
import io.msgvault.embed.RejectedInputException;
import io.msgvault.embed.TransientEmbedderException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An answer other than success, and whose fault it is.
 *
 * <p>The status decides, except where servers are known to use it for something else: a model or a
 * dimension that the server does not have is no fault of the text, though some say 400; and a text
 * that is too long, or that the model makes no number of, will never embed, though some say 500.
 *
 * <p>What is shown decides nothing: words that a text happens to share with the server are hidden
 * there.
 */
final class Refusal {
  /** The longest wait that is passed on. */
  static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private static final Set<String> SET_UP_PARAMETERS = Set.of("model", "dimensions");

  private static final Pattern ENCODING =
      Pattern.compile("encoding_format|base64", Pattern.CASE_INSENSITIVE);

  private static final Pattern MODEL_UNKNOWN =
      Pattern.compile(
          "\\bmodel\\b.{0,200}\\b(?:not found|(?:does not|doesn't) exist|not loaded)\\b"
              + "|\\b(?:unknown|invalid|no such) model\\b",
          Pattern.CASE_INSENSITIVE);

  /** Of llama.cpp for a text longer than its batch, and of Go servers for a vector of NaN. */
  private static final Pattern TEXT_AT_FAULT =
      Pattern.compile("too large to process|unsupported value: NaN", Pattern.CASE_INSENSITIVE);

  private Refusal() {}

  /** Whether the server may have refused how the vectors were asked for, rather than the texts. */
  static boolean isOfEncoding(Answer answer) {
    return (answer.status() == 400 || answer.status() == 422)
        && ENCODING.matcher(new String(answer.body(), StandardCharsets.UTF_8)).find();
  }

  /**
   * The error for the caller.
   *
   * @param answer the refusal
   * @param address the address that refused, fit to be shown
   * @param redaction makes the server's message fit to be shown, and tells what of it is an echo
   * @param clock tells how far off a date is
   */
  static EmbedderException toException(
      Answer answer, String address, Redaction redaction, Clock clock) {
    int status = answer.status();
    ServerMessage said = ServerMessage.of(answer.body());
    String words = said.text().orElseGet(() -> ServerMessage.plainText(answer.body()));
    String shown = redaction.apply(words);
    String message =
        address + " answered " + status + (shown.isEmpty() ? "" : ": " + shown) + remedy(status);
    boolean waitingHelps =
        switch (status) {
          case 408, 424, 425, 429 -> true;
          case 500 -> !TEXT_AT_FAULT.matcher(words).find();
          case 501 -> false;
          default -> status > 501;
        };
    if (waitingHelps) {
      return new TransientEmbedderException(message, null, retryAfter(answer.headers(), clock));
    }
    boolean textRefused =
        switch (status) {
          case 400, 413, 422 -> !blamesSetUp(said, redaction.withoutEchoes(words));
          default -> status == 500;
        };
    return textRefused
        ? new RejectedInputException(message, null)
        : new EmbedderUnavailableException(message, null);
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401, 403 -> " (check the key)";
      case 404 -> " (check the address and the model's name)";
      default -> "";
    };
  }

  private static boolean blamesSetUp(ServerMessage said, String ownWords) {
    return said.code().equals("model_not_found")
        || SET_UP_PARAMETERS.contains(said.parameter())
        || MODEL_UNKNOWN.matcher(ownWords).find();
  }

  /**
   * How long the server asks to wait, from 0 to {@link #LONGEST_WAIT}: RFC 9110, section 10.2.3,
   * with the preferred form of a date. What is neither is as if it were not there.
   */
  static Optional<Duration> retryAfter(HttpHeaders headers, Clock clock) {
    Optional<String> value = headers.firstValue("Retry-After").map(String::strip);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Duration wait;
    if (SECONDS.matcher(value.get()).matches()) {
      wait = Duration.ofSeconds(Long.parseLong(value.get()));
    } else {
      try {
        Instant date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value.get(), Instant::from);
        wait = Duration.between(clock.instant(), date);
      } catch (DateTimeException notADate) {
        return Optional.empty();
      }
    }
    if (wait.isNegative()) {
      return Optional.of(Duration.ZERO);
    }
    return Optional.of(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }
}
