package io.msgvault.embed.springai;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.embedder.support.FailureKinds;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sorts the failures of Spring AI's models. {@link SpringAiEmbedder} has the table.
 *
 * <p>The classes are recognised by their names, since they are in modules that a model may or may
 * not use.
 */
final class SpringAiFailures {
  private static final String TRANSIENT = "org.springframework.ai.retry.TransientAiException";
  private static final String NOT_TRANSIENT =
      "org.springframework.ai.retry.NonTransientAiException";

  /** Matches a message that begins with a status of HTTP. */
  private static final Pattern STATUS = Pattern.compile("(?:HTTP )?([45][0-9]{2})\\b");

  private SpringAiFailures() {}

  static EmbedderException sorted(RuntimeException failure) {
    Optional<Throwable> passing = named(failure, TRANSIENT);
    if (passing.isPresent()) {
      return new TransientEmbedderException(
          "the model does not answer" + FailureKinds.named(passing.get()), failure);
    }
    OptionalInt status =
        FailureKinds.chain(failure).flatMapToInt(each -> status(each).stream()).findFirst();
    if (status.isPresent()) {
      return FailureKinds.ofStatus(status.getAsInt(), failure);
    }
    return named(failure, NOT_TRANSIENT)
        .<EmbedderException>map(
            refusal ->
                new RejectedInputException(
                    "the model refused the request" + FailureKinds.named(refusal), failure))
        .orElseGet(() -> FailureKinds.ofAny(failure));
  }

  private static OptionalInt status(Throwable failure) {
    Matcher status = STATUS.matcher(Optional.ofNullable(failure.getMessage()).orElse(""));
    return status.lookingAt()
        ? OptionalInt.of(Integer.parseInt(status.group(1)))
        : OptionalInt.empty();
  }

  private static Optional<Throwable> named(Throwable failure, String name) {
    return FailureKinds.chain(failure).filter(each -> isNamed(each.getClass(), name)).findFirst();
  }

  private static boolean isNamed(Class<?> type, String name) {
    return Stream.<Class<?>>iterate(type, next -> next != null, Class::getSuperclass)
        .anyMatch(each -> each.getName().equals(name));
  }
}
