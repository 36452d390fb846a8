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
 * Turns a reply that brings no vectors into the exception that names the cause.
 *
 * <p>The result is a hint: the caller sends other texts to find out whether one text or the
 * endpoint is at fault. The hint saves requests. The status decides, with exceptions for known
 * servers. Some answer 400 or 200 if the account or the model is at fault; that is not the fault of
 * the text. Some answer 500 if a text is too long or becomes NaN; such a text can never be
 * embedded.
 *
 * <p>The redacted message decides nothing, since it lacks words that the text happens to share with
 * the server's message.
 */
final class ErrorClassifier {
  /** The maximum wait that is passed on. */
  static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private static final Set<String> SET_UP_PARAMETERS = Set.of("model", "dimensions");

  /** The codes that name the account, the key or the model, at any status. */
  private static final Set<String> SET_UP_CODES =
      Set.of(
          // keys
          "invalidapikey",
          "incorrectapikey",
          "apikeyinvalid",
          "apikeyexpired",
          "expiredapikey",
          "apikeyserviceblocked",
          "authenticationerror",
          "unauthenticated",
          "unauthorized",
          "unrecognizedclientexception",
          "expiredtokenexception",
          "accessdeniedexception",
          // accounts
          "insufficientquota",
          "insufficientbalance",
          "insufficientcredits",
          "creditlimitexceeded",
          "billinghardlimitreached",
          "billingnotactive",
          "billingdisabled",
          "servicedisabled",
          "paymentrequired",
          "accountdeactivated",
          "accountsuspended",
          "accessterminated",
          "consumersuspended",
          "organizationrestricted",
          "arrearage",
          // models
          "modelnotfound",
          "modelnotexist",
          "modelnotloaded",
          "modelnotavailable",
          "unknownmodel",
          "invalidmodel",
          "deploymentnotfound");

  private static final Pattern SET_UP_ERROR =
      Pattern.compile(
          // models
          "\\bmodel\\b.{0,200}\\b(?:not found|(?:does not|doesn't) exist"
              + "|(?:not|isn't|un)[ -]?(?:loaded|available)|not supported|has crashed|crashed without"
              + "|(?:does not|doesn't) support (?:the )?embeddings?|decommissioned|deprecated"
              + "|identifier is invalid)\\b"
              + "|\\b(?:unknown|invalid|unsupported|no such) model(?: name| id| identifier)?"
              + "(?=\\s*(?:$|[^\\w\\s]))"
              + "|\\bno models? (?:is |are )?loaded\\b|\\bfailed to load (?:the )?model\\b"
              + "|\\baccess to (?:the|this|that) model\\b|\\bdeployment\\b.{0,80}\\bnot exist\\b"
              // keys
              + "|\\b(?:api[ _-]?key|(?:api|access|auth|security) token|subscription key)s?\\b.{0,80}"
              + "\\b(?:expired|invalid|not valid|incorrect|revoked|disabled|blocked|missing|leaked"
              + "|required|not (?:provided|found|set))\\b"
              + "|\\b(?:expired|invalid|incorrect|revoked|missing|no|wrong)"
              + " (?:api[ _-]?key|(?:api|access|auth|security) token|subscription key|credentials)\\b"
              // accounts
              + "|\\bbilling\\b|\\b(?:exceeded|out of|insufficient|no) (?:your )?(?:current |monthly )?"
              + "(?:quota|credits?|balance|funds)\\b"
              + "|\\b(?:quota|credits?|balance)\\b.{0,60}"
              + "\\b(?:exceeded|exhausted|insufficient|too low|used up|spent|expired)\\b"
              + "|\\b(?:account|organi[sz]ation|subscription|project)\\b.{0,80}"
              + "\\b(?:suspended|deactivated|disabled|inactive|not active|good standing|restricted"
              + "|overdue|blocked|terminated)\\b"
              + "|\\binactive subscription\\b|\\blocation is not supported\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern WRONG_ADDRESS =
      Pattern.compile(
          "\\b(?:unexpected|unknown|unsupported|no such) (?:endpoint|route|path|url)\\b"
              + "|\\b(?:endpoint|route|path|url) not found\\b|\\binvalid url\\b",
          Pattern.CASE_INSENSITIVE);

  /** Matches refusals of the encoding, and of a field that the server does not know. */
  private static final Pattern ENCODING_ERROR =
      Pattern.compile(
          "encoding[ _-]?format|base-?64|\\bonly\\b.{0,40}\\bfloats?\\b"
              + "|\\b(?:extra|additional|unknown|unexpected|unrecogni[sz]ed|unsupported)"
              + " (?:request )?(?:inputs?|fields?|propert(?:y|ies)|arguments?|param(?:eter)?s?|keys?)\\b",
          Pattern.CASE_INSENSITIVE);

  /** Matches llama.cpp's error for a text longer than its batch, and that of Go servers for NaN. */
  private static final Pattern INPUT_ERROR =
      Pattern.compile("too large to process|unsupported value: NaN", Pattern.CASE_INSENSITIVE);

  private ErrorClassifier() {}

  /** Returns whether the server may have rejected the encoding of the vectors, not the texts. */
  static boolean rejectsBase64(HttpReply reply) {
    boolean refused =
        switch (reply.status()) {
          case 400, 405, 406, 415, 422, 500, 501 -> true;
          default -> false;
        };
    return refused
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
    if (hasSetUpCode(error)) {
      return new EmbedderUnavailableException(message);
    }
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
          case 400, 406, 409, 413, 414, 418, 422, 431, 451 ->
              !SET_UP_ERROR.matcher(redaction.withoutEchoes(serverText)).find();
          default -> status == 500;
        };
    return textRejected
        ? new RejectedInputException(message)
        : new EmbedderUnavailableException(message);
  }

  /**
   * Returns the exception for a reply with a status of success that brings no vectors.
   *
   * @param problem what is wrong with it
   */
  static EmbedderException withoutVectors(
      HttpReply reply, String problem, String address, Redaction redaction) {
    ErrorBody error = ErrorBody.parse(reply.body());
    String own =
        redaction.withoutEchoes(error.text().orElseGet(() -> ErrorBody.plainText(reply.body())));
    String says = error.text().map(text -> "; it says: " + redaction.apply(text)).orElse("");
    String message = "the reply of " + address + " is not a list of embeddings: " + problem + says;
    if (WRONG_ADDRESS.matcher(own).find()) {
      return new EmbedderUnavailableException(
          message + " (check the address: it is the base of the API, which often ends in /v1)");
    }
    if (hasSetUpCode(error) || SET_UP_ERROR.matcher(own).find()) {
      return new EmbedderUnavailableException(message);
    }
    return new TransientEmbedderException(message + (isHtml(reply) ? " (check the address)" : ""));
  }

  private static boolean isHtml(HttpReply reply) {
    return reply.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401 -> " (check the key)";
      case 403 -> " (check the key, and whether a firewall refuses the text)";
      case 404, 405 -> " (check the address and the model's name)";
      default -> "";
    };
  }

  private static boolean hasSetUpCode(ErrorBody error) {
    return SET_UP_PARAMETERS.contains(error.parameter())
        || error.codes().stream().anyMatch(SET_UP_CODES::contains);
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
