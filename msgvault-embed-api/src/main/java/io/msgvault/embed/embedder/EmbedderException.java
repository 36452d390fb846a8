package io.msgvault.embed.embedder;

import io.msgvault.embed.model.EmbedException;
import org.jspecify.annotations.Nullable;

/**
 * Signals that an embedder failed. The three subclasses say which side seems to be at fault, and so
 * what the caller does next (EM-4). A server can be wrong about that, so a job takes them as hints:
 * it sends texts that are known to be good before it blames a text (EJ-5).
 */
public abstract sealed class EmbedderException extends EmbedException
    permits TransientEmbedderException, RejectedInputException, EmbedderUnavailableException {

  EmbedderException(String message) {
    super(message);
  }

  EmbedderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
