package io.msgvault.embed.search;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The vectors of one question, by model. Each model is asked once, also if it fails, however many
 * archives a search asks. Not safe for use by many threads.
 */
final class QuestionVectors {
  private final String question;

  /** Gives the vector of each model, or throws why there is none. */
  private final Map<EmbedderModel, Supplier<float[]>> answers = new HashMap<>();

  QuestionVectors(String question) {
    this.question = question;
  }

  /** Returns the question itself. */
  String text() {
    return question;
  }

  /**
   * Returns the vector of the question.
   *
   * @throws EmbedderException if the embedder fails, or one of the same model has failed
   */
  float[] by(Embedder embedder) {
    return answers.computeIfAbsent(embedder.model(), model -> ask(embedder)).get();
  }

  private Supplier<float[]> ask(Embedder embedder) {
    try {
      float[] vector = embedder.embed(List.of(question), InputType.QUERY).get(0);
      return () -> vector;
    } catch (EmbedderException e) {
      return () -> {
        throw e;
      };
    }
  }
}
