package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.MIN_SAME_COSINE;
import static io.msgvault.embed.testkit.rules.RuleConstants.WORDS;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.Generators;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Gives the rules of embedders what they share: the fixture, texts, and how two vectors are
 * compared.
 */
public interface EmbedderContext extends SuiteContext {
  /** Opens what a test opens embedders with. */
  EmbedderFixture openFixture();

  /** Texts that are not blank, of one word to some hundred. */
  @Provide
  default Arbitrary<List<String>> batches() {
    Arbitrary<String> brief =
        Arbitraries.of(WORDS)
            .list()
            .ofMinSize(1)
            .ofMaxSize(12)
            .map(words -> String.join(" ", words));
    Arbitrary<String> odd =
        Generators.texts(false)
            .filter(
                text ->
                    text.codePoints().anyMatch(Character::isLetterOrDigit)
                        && text.length() < 2_000);
    Arbitrary<String> longer =
        Arbitraries.of(WORDS).list().ofSize(150).map(words -> String.join(" ", words));
    return Arbitraries.frequencyOf(Tuple.of(6, brief), Tuple.of(3, odd), Tuple.of(1, longer))
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  static void requireFit(Embedder embedder, List<String> texts, List<float[]> vectors) {
    EmbedderModel model = embedder.model();
    Expect.equal(
        "EM-1",
        texts.size(),
        vectors.size(),
        "how many vectors come for " + texts.size() + " texts");
    for (int i = 0; i < vectors.size(); i++) {
      float[] vector = vectors.get(i);
      String which = "the vector of text no. " + (i + 1);
      Expect.equal("EM-1", model.dimension(), vector.length, "the dimension of " + which);
      double squares = 0;
      for (float component : vector) {
        squares += (double) component * component;
      }
      double length = Math.sqrt(squares);
      Expect.that(
          "EM-1",
          length > 0 && length < Double.POSITIVE_INFINITY,
          () -> which + " has the length " + length);
      Expect.that(
          "EM-1",
          !model.normalised() || Math.abs(length - 1) <= 1e-3,
          () -> which + " of a model that says it normalises has the length " + length);
    }
  }

  /** Sentences that differ in length and in words. */
  static List<String> sentences(int count) {
    Random random = new Random(count);
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder sentence = new StringBuilder("No. " + i);
      for (int word = random.nextInt(1 + i % 30); word >= 0; word--) {
        sentence.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
      }
      sentences.add(sentence.toString());
    }
    return sentences;
  }

  static void requireSame(float[] expected, float[] actual, String what) {
    double cosine = VectorMath.cosine(expected, actual);
    Expect.that(
        cosine >= MIN_SAME_COSINE,
        () -> "the vectors of " + what + " have the cosine similarity " + cosine);
  }

  /** Words of a dozen letters are not there by chance. */
  static void requireNoTextIn(Throwable thrown, String text) {
    String message = String.valueOf(thrown.getMessage());
    String part = text.strip();
    String telling = part.substring(0, Math.min(12, part.length()));
    Expect.that(
        "EM-4", telling.length() < 12 || !message.contains(telling), "the error holds the text");
  }
}
