package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Holds an embedder to the vectors that it gives. */
public interface EmbeddingRules extends EmbedderContext {
  @Rule("EM-1")
  @Property(tries = 25)
  default void everyTextGetsValidVector(
      @ForAll("batches") List<String> texts, @ForAll InputType inputType) {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      EmbedderContext.requireFit(embedder, texts, embedder.embed(texts, inputType));
    }
  }

  @Rule("EM-1")
  @Example
  default void vectorsFollowTextOrder() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = EmbedderContext.sentences(2 * embedder.batchSize() + 3);
      List<float[]> vectors = embedder.embed(texts, InputType.DOCUMENT);
      EmbedderContext.requireFit(embedder, texts, vectors);
      List<String> shuffled = new ArrayList<>(texts);
      Collections.shuffle(shuffled, new Random(5));
      List<float[]> again = embedder.embed(shuffled, InputType.DOCUMENT);
      for (int i = 0; i < shuffled.size(); i++) {
        EmbedderContext.requireSame(
            vectors.get(texts.indexOf(shuffled.get(i))),
            again.get(i),
            "text no. " + (i + 1) + " in another order");
      }
    }
  }

  @Rule("EM-1")
  @Example
  default void noTextsGiveNoVectors() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      Expect.equal(
          List.of(), embedder.embed(List.of(), InputType.DOCUMENT), "the vectors of no texts");
    }
  }

  @Rule("EM-1")
  @Example
  default void vectorsBelongToCaller() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      List<String> twice = List.of("tea and soup", "tea and soup");
      List<float[]> vectors = embedder.embed(twice, InputType.DOCUMENT);
      float[] kept = vectors.get(1).clone();
      Arrays.fill(vectors.get(0), 7);
      Expect.that(Arrays.equals(kept, vectors.get(1)), "two texts share one array");
      EmbedderContext.requireSame(
          kept,
          embedder.embed(twice, InputType.DOCUMENT).get(0),
          "a text whose vector was overwritten by its caller");
    }
  }

  @Rule("EM-1")
  @Example
  default void instancesShareOneModel() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open();
        Embedder another = fixture.open()) {
      Expect.equal(embedder.model(), another.model(), "the model of another instance");
      embedder.embed(List.of("tea"), InputType.DOCUMENT);
      Expect.equal(another.model(), embedder.model(), "the model after a call");
      Expect.that(
          embedder.batchSize() >= 1 && embedder.concurrency() >= 1,
          "batch size and concurrency must be at least 1");
      for (InputType inputType : InputType.values()) {
        EmbedderContext.requireSame(
            embedder.embed(List.of("tea"), inputType).get(0),
            another.embed(List.of("tea"), inputType).get(0),
            "a text embedded by two instances");
      }
    }
  }

  @Rule("EM-2")
  @Property(tries = 25)
  default void vectorIsIndependentOfBatch(
      @ForAll("batches") List<String> texts, @ForAll InputType inputType) {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      List<float[]> together = embedder.embed(texts, inputType);
      for (int i = 0; i < texts.size(); i++) {
        float[] alone = embedder.embed(List.of(texts.get(i)), inputType).get(0);
        EmbedderContext.requireSame(
            alone, together.get(i), "text no. " + (i + 1) + " alone and among its neighbours");
      }
    }
  }
}
