package io.msgvault.embed.embedder;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The embedder failed for now: a busy server, a cut connection, a time-out. The same request may
 * succeed later.
 */
public final class TransientEmbedderException extends EmbedderException {
  private final @Nullable Duration retryAfter;

  /** A failure that may pass. */
  public TransientEmbedderException(String message, @Nullable Throwable cause) {
    this(message, cause, Optional.empty());
  }

  /**
   * A failure that may pass after a given time.
   *
   * @param message what happened
   * @param cause what caused it, if known
   * @param retryAfter how long the server asks to wait, if it does
   */
  public TransientEmbedderException(
      String message, @Nullable Throwable cause, Optional<Duration> retryAfter) {
    super(message, cause);
    this.retryAfter = retryAfter.orElse(null);
  }

  /** How long the server asks to wait, if it does. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
