package io.msgvault.embed.embedder;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signals a failure that may pass: a busy server, a cut connection, a time-out. The same request
 * may succeed later.
 */
public final class TransientEmbedderException extends EmbedderException {
  private final @Nullable Duration retryAfter;

  /**
   * Creates the exception.
   *
   * @param message the failure
   */
  public TransientEmbedderException(String message) {
    super(message);
    this.retryAfter = null;
  }

  /**
   * Creates the exception with its cause.
   *
   * @param message the failure
   * @param cause the error behind it, if one is known
   */
  public TransientEmbedderException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.retryAfter = null;
  }

  /**
   * Creates the exception of a server that asks for a pause.
   *
   * @param message the failure
   * @param retryAfter the pause that the server asks for
   */
  public TransientEmbedderException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** Returns the pause that the server asks for; empty if it asks for none. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
