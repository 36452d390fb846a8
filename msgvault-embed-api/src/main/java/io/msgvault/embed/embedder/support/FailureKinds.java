package io.msgvault.embed.embedder.support;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Sorts the failures of a foreign model into the three kinds of {@link EmbedderException} (EM-4).
 * What all libraries share is here; each adapter adds a table of the exceptions of its own library.
 *
 * <p>The result is a hint. A job sends texts that are known to be good before it blames a text
 * (EJ-5).
 */
public final class FailureKinds {
  private FailureKinds() {}

  /**
   * Returns the exception for a status of HTTP:
   *
   * <table>
   *   <caption>statuses and kinds</caption>
   *   <tr><th>status</th><th>kind</th></tr>
   *   <tr><td>408, 424, 425, 429, and from 500 on, but not 501</td><td>transient</td></tr>
   *   <tr><td>400, 406, 409, 413, 414, 422, 431, 451</td><td>rejected input</td></tr>
   *   <tr><td>any other</td><td>unavailable</td></tr>
   * </table>
   *
   * @param failure what the model threw, which becomes the cause; its message is not repeated,
   *     since it may quote a text or a key
   */
  public static EmbedderException ofStatus(int status, Throwable failure) {
    String message = "the model answered with status " + status + named(failure);
    return switch (status) {
      case 408, 424, 425, 429 -> new TransientEmbedderException(message, failure);
      case 400, 406, 409, 413, 414, 422, 431, 451 -> new RejectedInputException(message, failure);
      default ->
          status >= 500 && status != 501
              ? new TransientEmbedderException(message, failure)
              : new EmbedderUnavailableException(
                  message + ": check the key, the address and the name of the model", failure);
    };
  }

  /**
   * Returns the exception for a failure that no library has a name for:
   *
   * <table>
   *   <caption>failures of the JDK and kinds</caption>
   *   <tr><th>thrown, or among its causes</th><th>kind</th></tr>
   *   <tr><td>{@code InterruptedException}; sets the interrupt status</td><td>transient</td></tr>
   *   <tr><td>{@code IOException}, {@code TimeoutException}</td><td>transient</td></tr>
   *   <tr><td>{@code UnsupportedOperationException}</td><td>unavailable</td></tr>
   *   <tr><td>{@code IllegalArgumentException}</td><td>rejected input</td></tr>
   *   <tr><td>any other</td><td>transient</td></tr>
   * </table>
   *
   * @param failure what the model threw, which becomes the cause; its message is not repeated
   */
  public static EmbedderException ofAny(Throwable failure) {
    if (find(InterruptedException.class, failure).isPresent()) {
      Thread.currentThread().interrupt();
      return new TransientEmbedderException("the call was interrupted", failure);
    }
    if (Stream.of(IOException.class, UncheckedIOException.class, TimeoutException.class)
        .anyMatch(type -> find(type, failure).isPresent())) {
      return new TransientEmbedderException("the model was not reached" + named(failure), failure);
    }
    if (find(UnsupportedOperationException.class, failure).isPresent()) {
      return new EmbedderUnavailableException(
          "the model does not support the call" + named(failure) + ": use another model", failure);
    }
    if (find(IllegalArgumentException.class, failure).isPresent()) {
      return new RejectedInputException("the model refused a text" + named(failure), failure);
    }
    return new TransientEmbedderException("the model failed" + named(failure), failure);
  }

  /** Returns the first of a failure and its causes that has a type. */
  public static <T> Optional<T> find(Class<T> type, Throwable failure) {
    return chain(failure).filter(type::isInstance).map(type::cast).findFirst();
  }

  /** Returns a failure and its causes, at most the first 20. */
  public static Stream<Throwable> chain(Throwable failure) {
    return Stream.iterate(failure, next -> next != null, Throwable::getCause).limit(20);
  }

  /** Returns the name of a failure in parentheses, to end a message with. */
  public static String named(Throwable failure) {
    return " (" + failure.getClass().getSimpleName() + ")";
  }
}
