package io.msgvault.embed.embedder;

import org.jspecify.annotations.Nullable;

/**
 * The embedder refuses one of the texts it was given, and always will. Where several were given, it
 * need not know which: the caller sends fewer until the bad one stands alone.
 */
public final class RejectedInputException extends EmbedderException {

  /** A refusal, with the reason the embedder gave, without the text. */
  public RejectedInputException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}
