package io.msgvault.embed.embedder;

import org.jspecify.annotations.Nullable;

/**
 * The embedder can't work as it is set up: a wrong key, a wrong address, an unknown model. No
 * message is at fault.
 */
public final class EmbedderUnavailableException extends EmbedderException {

  /** A wrong set-up, with what to change. */
  public EmbedderUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
