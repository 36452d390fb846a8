package io.msgvault.embed.embedder;

import org.jspecify.annotations.Nullable;

/**
 * Signals that the embedder cannot work with its present settings: a wrong key, a wrong address, an
 * unknown model, a spent quota. No text seems to be at fault, and a repetition does not help.
 */
public final class EmbedderUnavailableException extends EmbedderException {

  /**
   * Creates the exception.
   *
   * @param message the wrong setting and the remedy
   */
  public EmbedderUnavailableException(String message) {
    super(message);
  }

  /**
   * Creates the exception with its cause.
   *
   * @param message the wrong setting and the remedy
   * @param cause the error behind it, if one is known
   */
  public EmbedderUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
