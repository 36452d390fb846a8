package io.msgvault.embed.onnx;

import static io.msgvault.embed.embedder.InputType.DOCUMENT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Checks rule EM-2 with models that would break it in different ways. */
class BatchIndependenceTest {
  /** Rows of very different size, so that an influence of other texts shows. */
  private static final float[][] ROWS = {
    {5, 5, 5},
    {0.2f, 0.1f, 0.7f},
    {0.1f, 0.3f, 0.2f},
    {0.3f, 0.1f, 0.1f},
    {0.9f, 0.2f, 0.1f},
    {0.01f, 0.02f, 0.9f},
    {-70, 90, 110}
  };

  /** Its vectors depend on all tokens of a text, and must not depend on the padding. */
  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder mixing;

  /** Its vectors would depend on the whole batch if texts shared a run. */
  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder quantising;

  /** Its vectors would depend on the padding if texts shared a run. */
  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder maskless;

  @BeforeContainer
  static void load() throws IOException {
    mixing =
        tiny(TinyModel.of(ROWS, "attention_mask").mixMasked().tokenOutput("last_hidden_state"));
    quantising =
        tiny(TinyModel.of(ROWS, "attention_mask").quantise().tokenOutput("last_hidden_state"));
    maskless = tiny(TinyModel.of(ROWS).sumOutput("sentence_embedding"));
  }

  private static OnnxEmbedder tiny(TinyModel model) throws IOException {
    Path folder = Files.createTempDirectory("tiny");
    try {
      String tokenizer = TinyTokenizer.ofWords("red", "blue", "loud");
      return TestModels.tiny(folder, model, tokenizer).threads(2).build();
    } finally {
      TestModels.delete(folder);
    }
  }

  @AfterContainer
  static void close() {
    List.of(mixing, quantising, maskless).forEach(OnnxEmbedder::close);
  }

  @Provide
  Arbitrary<List<String>> tinyTexts() {
    return Arbitraries.of("red", "blue", "loud", "other")
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(words -> String.join(" ", words))
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Property(tries = 60)
  void vectorsIgnorePadding(@ForAll("tinyTexts") List<String> texts) {
    assertSameAloneAndInBatch(mixing, texts);
  }

  @Property(tries = 60)
  void vectorsIgnoreBatchQuantisation(@ForAll("tinyTexts") List<String> texts) {
    assertSameAloneAndInBatch(quantising, texts);
  }

  @Property(tries = 60)
  void modelWithoutMaskSeesNoPadding(@ForAll("tinyTexts") List<String> texts) {
    assertSameAloneAndInBatch(maskless, texts);
  }

  private static void assertSameAloneAndInBatch(OnnxEmbedder embedder, List<String> texts) {
    List<float[]> together = embedder.embed(texts, DOCUMENT);
    List<float[]> inTurn = new ArrayList<>();
    texts.forEach(text -> inTurn.addAll(embedder.embed(List.of(text), DOCUMENT)));
    for (int i = 0; i < texts.size(); i++) {
      double cosine = TestModels.cosine(together.get(i), inTurn.get(i));
      assertTrue(cosine >= 0.9999, "text " + i + ": " + cosine);
    }
  }
}
