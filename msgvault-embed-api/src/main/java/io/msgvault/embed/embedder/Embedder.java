package io.msgvault.embed.embedder;

import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;

/**
 * Turns texts into vectors, with a local model or an endpoint that serves one. An embedder keeps
 * the rules EM-1 to EM-4 in {@code docs/contract.md}. It is safe for use by many threads (EM-3).
 *
 * <p>A call that blocks ends on an interrupt: it throws {@link TransientEmbedderException} with the
 * thread's interrupt status set. A job holds no lock and no transaction during a call (EJ-14).
 */
public interface Embedder extends AutoCloseable {
  /**
   * Returns the model, the same one at every call. The first call may block, because an embedder
   * may ask its server for the model. A job asks when a run begins, and a searcher when it embeds a
   * question; building them asks nothing. So a host starts while its server is down.
   *
   * @throws EmbedderException if the embedder does not know its model and can't find it out now;
   *     the next call tries again
   * @throws IllegalStateException after {@link #close}
   */
  EmbedderModel model();

  /**
   * Embeds a batch of texts (EM-1, EM-2, EM-4).
   *
   * @param texts the texts, without prefix, any number of them; a job sends at most {@link
   *     #batchSize}; an empty list gives an empty list
   * @param inputType the use of the vectors, which decides the prefix
   * @return a new vector for each text, in their order
   * @throws TransientEmbedderException if the same call may succeed later
   * @throws RejectedInputException if the embedder seems to refuse at least one of the texts for
   *     good; then it returns no vector for the others
   * @throws EmbedderUnavailableException if the embedder seems unable to work with its settings
   * @throws IllegalStateException after {@link #close}
   */
  List<float[]> embed(List<String> texts, InputType inputType);

  /**
   * Does the same as {@link #embed}, and also returns the number of tokens that the texts took, if
   * the embedder learns it without further cost. A job calls this method. An embedder that passes
   * calls on to another one passes this call on, too.
   *
   * @return the vectors, as {@link #embed} returns them, and the tokens; by default without tokens
   */
  default EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
    return EmbedderReply.of(embed(texts, inputType));
  }

  /**
   * Returns the number of texts that a call should have, at least 1. A caller may send fewer. It
   * may change while an embedder learns what suits its model; a job asks before each call.
   */
  default int batchSize() {
    return 32;
  }

  /** Returns the number of calls that are useful at once, at least 1; it may change, too. */
  default int concurrency() {
    return 1;
  }

  /**
   * Returns the token counter of the model, if the embedder knows it. Then chunks fit the model.
   * Without it the model may truncate a chunk silently.
   */
  default Optional<TokenCounter> tokenCounter() {
    return Optional.empty();
  }

  /**
   * Frees the resources of the embedder. Calls in progress end normally or fail with {@link
   * IllegalStateException}. Closing twice has no further effect (EM-3).
   */
  @Override
  void close();
}
