package io.msgvault.embed.onnx;

import static io.msgvault.embed.embedder.InputType.DOCUMENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeds with models that read the tokens of all texts as one list. */
class StaticModelTest {
  private static final float[] SPECIAL = {1_000, 1_000};
  private static final float[] RED = {3, 4};
  private static final float[] BLUE = {0, 6};
  private static final float[][] ROWS = {SPECIAL, {7, 7}, SPECIAL, SPECIAL, RED, BLUE};
  private static final String TOKENIZER = TinyTokenizer.ofWords("red", "blue");

  @TempDir Path folder;

  private OnnxEmbedder.Builder builder(int type) {
    return builder(TinyModel.packed(ROWS, type).textOutput("embeddings"));
  }

  private OnnxEmbedder.Builder builder(TinyModel model) {
    return TestModels.tiny(folder, model, TOKENIZER).normalisation(Normalisation.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {TinyModel.INT64, TinyModel.INT32})
  void vectorIsMadeOfTheTextsOwnTokens(int type) {
    try (OnnxEmbedder embedder = builder(type).build()) {
      List<float[]> vectors =
          embedder.embed(List.of("red", "red blue", "blue blue red", "other"), DOCUMENT);
      assertArrayEquals(RED, vectors.get(0), 1e-6f);
      assertArrayEquals(new float[] {1.5f, 5}, vectors.get(1), 1e-6f);
      assertArrayEquals(new float[] {1, 16 / 3f}, vectors.get(2), 1e-6f);
      assertArrayEquals(new float[] {7, 7}, vectors.get(3), 1e-6f);
    }
  }

  @Test
  void manyTextsOfAnyLengthKeepTheirVectors() {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>();
    List<float[]> expected = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      int red = random.nextInt(random.nextInt(20) == 0 ? 300 : 20);
      int blue = 1 + random.nextInt(9);
      texts.add("red ".repeat(red) + "blue ".repeat(blue));
      float tokens = red + blue;
      expected.add(new float[] {3 * red / tokens, (4 * red + 6 * blue) / tokens});
    }
    try (OnnxEmbedder embedder = builder(TinyModel.INT64).threads(3).build()) {
      List<float[]> vectors = embedder.embed(texts, DOCUMENT);
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(expected.get(i), vectors.get(i), 1e-3f, "text " + i);
      }
    }
  }

  @Test
  void wholeInputIsForTheText() {
    try (OnnxEmbedder embedder = builder(TinyModel.INT64).maxInputTokens(4).build()) {
      assertEquals(4, embedder.model().maxTokens());
      assertTrue(embedder.batchSize() >= 512);
      assertArrayEquals(
          new float[] {0.75f, 5.5f},
          embedder.embed(List.of("blue blue blue red red"), DOCUMENT).get(0),
          1e-6f,
          "the fifth word is dropped");
    }
  }

  @Test
  void textWithoutTokensIsRejected() {
    try (OnnxEmbedder embedder = builder(TinyModel.INT64).build()) {
      assertThrows(
          RejectedInputException.class, () -> embedder.embed(List.of("red", " "), DOCUMENT));
    }
  }

  @Test
  void otherInputsBesideAreRefused() {
    TinyModel masked =
        TinyModel.packed(ROWS, TinyModel.INT64)
            .input("attention_mask", TinyModel.INT64, "texts", "tokens")
            .textOutput("embeddings");
    assertRefused("attention_mask", masked);
    TinyModel withoutIds =
        TinyModel.empty()
            .input("offsets", TinyModel.INT64, "texts")
            .copyOutput("offsets", TinyModel.INT64);
    assertRefused("no input input_ids", withoutIds);
    TinyModel matrix =
        TinyModel.of(ROWS)
            .input("offsets", TinyModel.INT64, "texts")
            .sumOutput("sentence_embedding");
    assertRefused("input_ids is not a list", matrix);
  }

  private void assertRefused(String problem, TinyModel model) {
    EmbedderUnavailableException refused =
        assertThrows(EmbedderUnavailableException.class, builder(model)::build);
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
  }

  @Test
  void rerankerNeedsPairs() {
    TinyModel model = TinyModel.packed(ROWS, TinyModel.INT64).textOutput("logits");
    OnnxReranker.Builder reranker =
        OnnxReranker.builder()
            .model(TestModels.file(folder, "tiny.onnx", model.toByteArray()))
            .tokenizer(TestModels.tokenizer(folder, TinyTokenizer.forPairs("red", "blue")));
    EmbedderUnavailableException refused =
        assertThrows(EmbedderUnavailableException.class, reranker::build);
    assertTrue(refused.getMessage().contains("no pairs"), refused.getMessage());
  }
}
