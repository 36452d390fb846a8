package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The hash embedder keeps the contract, and brings texts that share words together. */
class HashEmbedderTest extends EmbedderConformance {
  @Override
  protected EmbedderFixture newFixture() {
    return HashEmbedder::new;
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(
        Capability.REFUSED_TEXTS, Capability.TRANSIENT_FAILURES, Capability.MISCONFIGURATION);
  }

  @Test
  void sharedWordsMeanSimilarVectors() {
    try (HashEmbedder embedder = new HashEmbedder()) {
      List<float[]> vectors =
          embedder.embed(
              List.of(
                  "Shall we have soup at noon?",
                  "At noon we have soup.",
                  "Your invoice for March is attached"),
              InputType.DOCUMENT);
      double shared = VectorMath.cosine(vectors.get(0), vectors.get(1));
      double unrelated = VectorMath.cosine(vectors.get(0), vectors.get(2));
      assertTrue(shared > 0.7, "shared words: " + shared);
      assertTrue(Math.abs(unrelated) < 0.4, "no shared word: " + unrelated);
    }
  }

  @Test
  void tokensAreWordsAndIgnoreCase() {
    try (HashEmbedder embedder = new HashEmbedder(16, 2)) {
      List<float[]> vectors =
          embedder.embed(List.of("Tea, soup", "tea SOUP!", "tea soup bread"), InputType.QUERY);
      assertEquals(1, VectorMath.cosine(vectors.get(0), vectors.get(1)), 1e-6);
      assertEquals(1, VectorMath.cosine(vectors.get(0), vectors.get(2)), 1e-6);
    }
  }

  /** A change of the algorithm would silently make stored vectors of older runs wrong. */
  @Test
  void vectorsAreStableAcrossReleases() {
    try (HashEmbedder embedder = new HashEmbedder(8, 16)) {
      float[] vector = embedder.embed(List.of("tea soup 🫖"), InputType.DOCUMENT).get(0);
      assertEquals(
          "[-0.5345225, 0.26726124, -0.5345225, 0.26726124, 0.0, -0.5345225, 0.0, 0.0]",
          Arrays.toString(vector));
    }
  }
}
