package io.msgvault.embed.http;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
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
final class ErrorClassifier {
  /** The longest wait that is passed on. */
  static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private static final Set<String> CONFIGURATION_PARAMETERS = Set.of("model", "dimensions");

  private static final Pattern ENCODING_ERROR =
      Pattern.compile("encoding_format|base64", Pattern.CASE_INSENSITIVE);

  private static final Pattern UNKNOWN_MODEL =
      Pattern.compile(
          "\\bmodel\\b.{0,200}\\b(?:not found|(?:does not|doesn't) exist|not loaded)\\b"
              + "|\\b(?:unknown|invalid|no such) model\\b",
          Pattern.CASE_INSENSITIVE);

  /** Of llama.cpp for a text longer than its batch, and of Go servers for a vector of NaN. */
  private static final Pattern INPUT_ERROR =
      Pattern.compile("too large to process|unsupported value: NaN", Pattern.CASE_INSENSITIVE);

  private ErrorClassifier() {}

  /** Whether the server may have refused how the vectors were asked for, rather than the texts. */
  static boolean rejectsBase64(HttpReply reply) {
    return (reply.status() == 400 || reply.status() == 422)
        && ENCODING_ERROR.matcher(new String(reply.body(), StandardCharsets.UTF_8)).find();
  }

  /**
   * The error for the caller.
   *
   * @param reply the refusal
   * @param address the address that refused, fit to be shown
   * @param redaction makes the server's message fit to be shown, and tells what of it is an echo
   * @param clock tells how far off a date is
   */
  static EmbedderException toException(
      HttpReply reply, String address, Redaction redaction, Clock clock) {
    int status = reply.status();
    ErrorBody said = ErrorBody.parse(reply.body());
    String words = said.text().orElseGet(() -> ErrorBody.plainText(reply.body()));
    String shown = redaction.apply(words);
    String message =
        address + " answered " + status + (shown.isEmpty() ? "" : ": " + shown) + remedy(status);
    boolean waitingHelps =
        switch (status) {
          case 408, 424, 425, 429 -> true;
          case 500 -> !INPUT_ERROR.matcher(words).find();
          case 501 -> false;
          default -> status > 501;
        };
    if (waitingHelps) {
      return retryAfter(reply.headers(), clock)
          .map(pause -> new TransientEmbedderException(message, pause))
          .orElseGet(() -> new TransientEmbedderException(message));
    }
    boolean textRefused =
        switch (status) {
          case 400, 413, 422 -> !isConfigurationError(said, redaction.withoutEchoes(words));
          default -> status == 500;
        };
    return textRefused
        ? new RejectedInputException(message)
        : new EmbedderUnavailableException(message);
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401, 403 -> " (check the key)";
      case 404 -> " (check the address and the model's name)";
      default -> "";
    };
  }

  private static boolean isConfigurationError(ErrorBody error, String serverText) {
    return error.code().equals("model_not_found")
        || CONFIGURATION_PARAMETERS.contains(error.parameter())
        || UNKNOWN_MODEL.matcher(serverText).find();
  }

  /**
   * How long the server asks to wait, from 0 to {@link #MAX_RETRY_AFTER}: RFC 9110, section 10.2.3,
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
    return Optional.of(wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait);
  }
}
