package io.msgvault.embed.embedder;

import io.msgvault.embed.model.EmbedException;
import org.jspecify.annotations.Nullable;

/**
 * An embedder failed. The three subclasses say whose fault it is, and so what the caller does next.
 */
public abstract sealed class EmbedderException extends EmbedException
    permits TransientEmbedderException, RejectedInputException, EmbedderUnavailableException {

  EmbedderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
