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
 * Turns a reply without success into the exception that names the cause.
 *
 * <p>The status decides, with two exceptions for known servers. Some answer 400 if they lack the
 * model or the dimension; that is not the fault of the text. Some answer 500 if a text is too long
 * or becomes NaN; such a text can never be embedded.
 *
 * <p>The redacted message decides nothing, since it lacks words that the text happens to share with
 * the server's message.
 */
final class ErrorClassifier {
  /** The maximum wait that is passed on. */
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

  /** Matches llama.cpp's error for a text longer than its batch, and that of Go servers for NaN. */
  private static final Pattern INPUT_ERROR =
      Pattern.compile("too large to process|unsupported value: NaN", Pattern.CASE_INSENSITIVE);

  private ErrorClassifier() {}

  /** Returns whether the server may have rejected the encoding of the vectors, not the texts. */
  static boolean rejectsBase64(HttpReply reply) {
    return (reply.status() == 400 || reply.status() == 422)
        && ENCODING_ERROR.matcher(new String(reply.body(), StandardCharsets.UTF_8)).find();
  }

  /**
   * Returns the exception for the caller.
   *
   * @param reply a reply without success
   * @param address the redacted address of the server
   * @param redaction removes texts and secrets from the server's message
   * @param clock evaluates a date in {@code Retry-After}
   */
  static EmbedderException toException(
      HttpReply reply, String address, Redaction redaction, Clock clock) {
    int status = reply.status();
    ErrorBody error = ErrorBody.parse(reply.body());
    String serverText = error.text().orElseGet(() -> ErrorBody.plainText(reply.body()));
    String redacted = redaction.apply(serverText);
    String message =
        address
            + " answered "
            + status
            + (redacted.isEmpty() ? "" : ": " + redacted)
            + remedy(status);
    boolean retryHelps =
        switch (status) {
          case 408, 424, 425, 429 -> true;
          case 500 -> !INPUT_ERROR.matcher(serverText).find();
          case 501 -> false;
          default -> status > 501;
        };
    if (retryHelps) {
      return retryAfter(reply.headers(), clock)
          .map(pause -> new TransientEmbedderException(message, pause))
          .orElseGet(() -> new TransientEmbedderException(message));
    }
    boolean textRejected =
        switch (status) {
          case 400, 413, 422 -> !isConfigurationError(error, redaction.withoutEchoes(serverText));
          default -> status == 500;
        };
    return textRejected
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
   * Returns how long the server asks to wait, from 0 to {@link #MAX_RETRY_AFTER} (RFC 9110, section
   * 10.2.3). Only the preferred form of a date is read; other values are ignored.
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
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
    if (wait.isNegative()) {
      return Optional.of(Duration.ZERO);
    }
    return Optional.of(wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait);
  }
}
