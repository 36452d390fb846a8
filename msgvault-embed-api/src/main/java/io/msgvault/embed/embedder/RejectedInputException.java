package io.msgvault.embed.embedder;

import org.jspecify.annotations.Nullable;

/**
 * Signals that the embedder seems to refuse one of the given texts, now and at every repetition.
 * For a batch, the embedder need not know which text is at fault. The caller then sends smaller
 * batches until the refused text stands alone.
 */
public final class RejectedInputException extends EmbedderException {

  /**
   * Creates the exception.
   *
   * @param reason the reason that the embedder gave, without the text
   */
  public RejectedInputException(String reason) {
    super(reason);
  }

  /**
   * Creates the exception with its cause.
   *
   * @param reason the reason that the embedder gave, without the text
   * @param cause the error behind it, if one is known
   */
  public RejectedInputException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}
