package io.msgvault.embed.embedder;

import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;

/**
 * Turns texts into vectors: a local model, or an endpoint that serves one.
 *
 * <p>The contract:
 *
 * <ul>
 *   <li><b>EM-1</b> One vector per text, in the order of the texts, of the declared dimension,
 *       finite, not zero.
 *   <li><b>EM-2</b> A text's vector does not depend on its neighbours in the batch: cosine
 *       similarity at least 0.9999 between any two batches that hold the text.
 *   <li><b>EM-3</b> Safe for concurrent use. {@link #close} may be called twice; any other call
 *       after it throws {@link IllegalStateException}.
 *   <li><b>EM-4</b> The three kinds of {@link EmbedderException} are told apart as their classes
 *       say, and one bad input fails alone once it is sent alone.
 * </ul>
 *
 * <p>A call that blocks should answer to an interrupt: it throws {@link TransientEmbedderException}
 * with the thread's interrupt status set. It holds no lock of the caller and no transaction.
 */
public interface Embedder extends AutoCloseable {
  /** The model, the same for the embedder's whole life. */
  EmbedderModel model();

  /**
   * Embeds a batch.
   *
   * @param texts the texts, without prefix; any number, in practice {@link #batchSize} at the most;
   *     an empty list gives an empty list
   * @param inputType what they are embedded for: it chooses the prefix
   * @return a new vector for each text, in their order
   * @throws TransientEmbedderException if the same call may succeed later
   * @throws RejectedInputException if at least one of the texts is refused for good; no vector is
   *     returned for the others
   * @throws EmbedderUnavailableException if the embedder can't work as it is set up
   * @throws IllegalStateException after {@link #close}
   */
  List<float[]> embed(List<String> texts, InputType inputType);

  /** How many texts a call should carry, at least 1. A caller may send fewer. */
  default int batchSize() {
    return 32;
  }

  /** How many calls may usefully be under way at once, at least 1. */
  default int concurrency() {
    return 1;
  }

  /**
   * How the model cuts a text into tokens, where the embedder can tell: chunks then fit instead of
   * being cut silently.
   */
  default Optional<TokenCounter> tokenCounter() {
    return Optional.empty();
  }

  /**
   * Frees what the embedder holds. Calls under way end as they would, or fail with {@link
   * IllegalStateException}.
   */
  @Override
  void close();
}
