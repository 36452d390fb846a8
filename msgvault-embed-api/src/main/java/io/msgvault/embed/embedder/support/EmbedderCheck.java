package io.msgvault.embed.embedder.support;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.store.support.VectorMath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks whether an embedder tells near from far, so that a wrong pooling or the tokenizer of
 * another model is found at the start and not by bad hits.
 *
 * <p><b>Examples.</b> Each has a question, a sentence that answers it in other words, and one that
 * shares its words and is about something else. The {@linkplain #separation separation} of an
 * embedder is the mean over all questions of
 *
 * <pre>{@code
 * (cosine to the answer - cosine to the other sentence) / spread
 * }</pre>
 *
 * <p>where the spread is the standard deviation of the question's cosines to all sentences but its
 * answer. So models whose cosines crowd together are judged as fairly as others. The check fails if
 * the separation is below {@linkplain #withMinSeparation a bound}, by default {@value
 * #MIN_SEPARATION}. Models that were tried have 1.5 to 2.1 as they are meant to be used, and those
 * with a wrong pooling that harms them 0.6 at most.
 *
 * <p><b>References.</b> A host that knows the right vectors of some texts adds {@linkplain
 * #withReference references}. They find what examples can't: a missing prefix, or a pooling that
 * does nearly as well as the right one.
 *
 * <p>Immutable.
 */
public final class EmbedderCheck {
  /** The default of the least separation. */
  public static final double MIN_SEPARATION = 1;

  /** The default of the least cosine to a reference. */
  public static final double MIN_COSINE = 0.99;

  private static final String CAUSES =
      ": check the pooling, the prefixes, and that tokenizer and model belong together";

  private final List<Example> examples;
  private final double minSeparation;
  private final List<Reference> references;

  private EmbedderCheck(List<Example> examples, double minSeparation, List<Reference> references) {
    this.examples = examples;
    this.minSeparation = minSeparation;
    this.references = references;
  }

  /**
   * Holds an example.
   *
   * @param question a question, or another sentence
   * @param answer a sentence that comes close to it in meaning, better in other words
   * @param other a sentence about something else, better with words of the question
   */
  public record Example(String question, String answer, String other) {}

  /** Returns a check of 16 English examples, without references. */
  public static EmbedderCheck english() {
    return of(CheckSentences.ENGLISH);
  }

  /**
   * Returns a check of other examples, for models of other languages or of a special field.
   *
   * @param examples at least 2; a dozen or more make the separation steady
   * @throws IllegalArgumentException if there are fewer
   */
  public static EmbedderCheck of(List<Example> examples) {
    if (examples.size() < 2) {
      throw new IllegalArgumentException("a check needs at least 2 examples");
    }
    return new EmbedderCheck(List.copyOf(examples), MIN_SEPARATION, List.of());
  }

  /** Returns this check with another least separation. */
  public EmbedderCheck withMinSeparation(double minSeparation) {
    return new EmbedderCheck(examples, minSeparation, references);
  }

  /**
   * Returns this check with one more reference, of the same model file: the cosine must be at least
   * {@value #MIN_COSINE}. See {@link #withReference(String, InputType, float[], double)}.
   */
  public EmbedderCheck withReference(String text, InputType type, float[] vector) {
    return withReference(text, type, vector, MIN_COSINE);
  }

  /**
   * Returns this check with one more reference.
   *
   * @param text a text, without prefix
   * @param type the use of the vector
   * @param vector the right vector, for example from the model's own library
   * @param minCosine the least cosine between the embedder's vector and the right one; lower for a
   *     quantised file and a reference of the full one
   */
  public EmbedderCheck withReference(
      String text, InputType type, float[] vector, double minCosine) {
    List<Reference> more = new ArrayList<>(references);
    more.add(new Reference(text, type, vector.clone(), minCosine));
    return new EmbedderCheck(examples, minSeparation, List.copyOf(more));
  }

  /**
   * Checks an embedder. Embeds all sentences, in two calls, and each reference.
   *
   * @throws EmbedderUnavailableException if it fails the check; the message has what was measured,
   *     and the likely causes
   * @throws EmbedderException if the embedder fails
   */
  public void verify(Embedder embedder) {
    references.forEach(reference -> reference.verify(embedder));
    double separation = separation(embedder);
    if (!(separation >= minSeparation)) {
      throw failure(
          "its separation of near and far sentences is %.2f, but must be at least %.2f",
          separation, minSeparation);
    }
  }

  private static EmbedderUnavailableException failure(String measured, double is, double bound) {
    return new EmbedderUnavailableException(
        "the embedder fails its check: "
            + String.format(Locale.ROOT, measured, is, bound)
            + CAUSES);
  }

  /**
   * Measures how well an embedder separates the examples.
   *
   * @throws EmbedderException if the embedder fails
   */
  public double separation(Embedder embedder) {
    List<float[]> questions =
        embedder.embed(examples.stream().map(Example::question).toList(), InputType.QUERY);
    List<float[]> sentences =
        embedder.embed(
            Stream.concat(
                    examples.stream().map(Example::answer), examples.stream().map(Example::other))
                .toList(),
            InputType.DOCUMENT);
    return IntStream.range(0, examples.size())
        .mapToDouble(i -> separation(i, questions.get(i), sentences))
        .average()
        .orElseThrow();
  }

  private double separation(int example, float[] question, List<float[]> sentences) {
    double[] cosines =
        sentences.stream().mapToDouble(vector -> VectorMath.cosine(question, vector)).toArray();
    double[] others =
        IntStream.range(0, cosines.length)
            .filter(i -> i != example)
            .mapToDouble(i -> cosines[i])
            .toArray();
    double margin = cosines[example] - cosines[examples.size() + example];
    double spread = deviation(others);
    return spread == 0 ? 0 : margin / spread;
  }

  private static double deviation(double[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / values.length);
  }

  /** A text whose right vector is known. */
  private static final class Reference {
    private final String text;
    private final InputType type;
    private final float[] right;
    private final double minCosine;

    Reference(String text, InputType type, float[] right, double minCosine) {
      this.text = text;
      this.type = type;
      this.right = right;
      this.minCosine = minCosine;
    }

    void verify(Embedder embedder) {
      float[] vector = embedder.embed(List.of(text), type).get(0);
      if (vector.length != right.length) {
        throw new EmbedderUnavailableException(
            "the embedder's vectors have dimension "
                + vector.length
                + ", and a reference vector has "
                + right.length
                + ": use the reference vectors of this model");
      }
      double cosine = VectorMath.cosine(vector, right);
      if (!(cosine >= minCosine)) {
        throw failure(
            "the cosine to a reference vector is %.3f, but must be at least %.3f",
            cosine, minCosine);
      }
    }
  }
}
