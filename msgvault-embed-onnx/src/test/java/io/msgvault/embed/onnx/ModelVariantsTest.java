package io.msgvault.embed.onnx;

import static io.msgvault.embed.embedder.InputType.DOCUMENT;
import static io.msgvault.embed.embedder.InputType.QUERY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embeds with each supported kind of model, whose vectors can be computed by hand. */
class ModelVariantsTest {
  private static final float[] CLS = {1, 0, 0};
  private static final float[] SEP = {0, 2, 0};
  private static final float[] RED = {3, 4, 0};
  private static final float[] BLUE = {0, 0, 6};
  private static final float[][] ROWS = {{9, 9, 9}, {5, 5, 5}, CLS, SEP, RED, BLUE};
  private static final String TOKENIZER = TinyTokenizer.ofWords("red", "blue");

  @TempDir Path folder;

  private OnnxEmbedder.Builder tiny(TinyModel model) {
    return TestModels.tiny(folder, model, TOKENIZER).normalisation(Normalisation.NONE);
  }

  private static float[] embed(OnnxEmbedder.Builder builder, String text) {
    try (OnnxEmbedder embedder = builder.build()) {
      return embedder.embed(List.of(text), DOCUMENT).get(0);
    }
  }

  @Test
  void meanIncludesSpecialTokens() {
    TinyModel model = TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
    assertArrayEquals(new float[] {1, 1.5f, 1.5f}, embed(tiny(model), "red blue"), 1e-6f);
  }

  @Test
  void meanExcludesPadding() {
    TinyModel model = TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
    try (OnnxEmbedder embedder = tiny(model).build()) {
      List<float[]> vectors = embedder.embed(List.of("red", "red blue blue"), DOCUMENT);
      assertArrayEquals(new float[] {4 / 3f, 2, 0}, vectors.get(0), 1e-6f);
      assertArrayEquals(new float[] {0.8f, 1.2f, 2.4f}, vectors.get(1), 1e-6f);
    }
  }

  @Test
  void clsPoolingUsesFirstToken() {
    TinyModel model = TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
    assertArrayEquals(CLS, embed(tiny(model).pooling(Pooling.CLS), "red blue"), 1e-6f);
  }

  @Test
  void normalizesByDefault() {
    TinyModel model = TinyModel.of(ROWS).sumOutput("sentence_embedding");
    try (OnnxEmbedder plain = tiny(model).build();
        OnnxEmbedder unit = tiny(model).normalisation(Normalisation.L2).build()) {
      assertFalse(plain.model().normalised());
      assertTrue(unit.model().normalised());
      assertArrayEquals(new float[] {4, 6, 0}, plain.embed(List.of("red"), DOCUMENT).get(0), 1e-6f);
      float length = (float) Math.sqrt(52);
      assertArrayEquals(
          new float[] {4 / length, 6 / length, 0},
          unit.embed(List.of("red"), DOCUMENT).get(0),
          1e-6f);
    }
  }

  @Test
  void prefersSentenceEmbedding() {
    TinyModel model =
        TinyModel.of(ROWS, "attention_mask")
            .tokenOutput("last_hidden_state")
            .sumOutput("sentence_embedding");
    assertArrayEquals(new float[] {4, 6, 6}, embed(tiny(model), "red blue"), 1e-6f);
  }

  @Test
  void prefersTokenVectorsToOtherPooledOutput() {
    TinyModel model =
        TinyModel.of(ROWS, "attention_mask").sumOutput("pooler_output").tokenOutput("hidden");
    assertArrayEquals(new float[] {1, 1.5f, 1.5f}, embed(tiny(model), "red blue"), 1e-6f);
  }

  @Test
  void acceptsOnlyPooledOutput() {
    TinyModel model = TinyModel.of(ROWS, "attention_mask").sumOutput("output_0");
    assertArrayEquals(new float[] {4, 6, 0}, embed(tiny(model), "red"), 1e-6f);
  }

  @Test
  void ignoresNonFloatOutputs() {
    TinyModel model =
        TinyModel.of(ROWS, "attention_mask")
            .copyOutput("input_ids", TinyModel.INT64)
            .tokenOutput("last_hidden_state");
    assertArrayEquals(new float[] {4 / 3f, 2, 0}, embed(tiny(model), "red"), 1e-6f);
  }

  @Test
  void acceptsInt32Inputs() {
    TinyModel model =
        TinyModel.empty()
            .table(ROWS)
            .input("token_type_ids", TinyModel.INT32, "texts", "tokens")
            .input("attention_mask", TinyModel.INT32, "texts", "tokens")
            .input("input_ids", TinyModel.INT32, "texts", "tokens")
            .lookUp()
            .mixMasked()
            .tokenOutput("last_hidden_state");
    assertArrayEquals(new float[] {4 / 3f + 4, 8, 0}, embed(tiny(model), "red"), 1e-6f);
  }

  @Test
  void singleTextModelEmbedsManyTexts() {
    TinyModel model =
        TinyModel.empty()
            .table(ROWS)
            .input("input_ids", TinyModel.INT64, 1, "tokens")
            .input("attention_mask", TinyModel.INT64, 1, "tokens")
            .lookUp()
            .sumOutput("sentence_embedding");
    try (OnnxEmbedder embedder = tiny(model).build()) {
      List<float[]> vectors = embedder.embed(List.of("red", "blue", "red blue"), DOCUMENT);
      assertArrayEquals(new float[] {4, 6, 0}, vectors.get(0), 1e-6f);
      assertArrayEquals(new float[] {1, 2, 6}, vectors.get(1), 1e-6f);
      assertArrayEquals(new float[] {4, 6, 6}, vectors.get(2), 1e-6f);
    }
  }

  @Test
  void readsExternalWeights() {
    TestModels.file(folder, "rows.bin", ProtobufWriter.littleEndian(TinyModel.flat(ROWS)));
    TinyModel model =
        TinyModel.empty()
            .tableIn("rows.bin", ROWS)
            .input("input_ids", TinyModel.INT64, "texts", "tokens")
            .lookUp()
            .sumOutput("sentence_embedding");
    assertArrayEquals(new float[] {4, 6, 0}, embed(tiny(model), "red"), 1e-6f);
  }

  @Test
  void inputTypeSelectsPrefix() {
    TinyModel model = TinyModel.of(ROWS).sumOutput("sentence_embedding");
    try (OnnxEmbedder embedder =
        tiny(model).queryPrefix("red ").documentPrefix("blue blue ").build()) {
      assertArrayEquals(
          new float[] {4, 6, 6}, embedder.embed(List.of("blue"), QUERY).get(0), 1e-6f);
      assertArrayEquals(
          new float[] {1, 2, 18}, embedder.embed(List.of("blue"), DOCUMENT).get(0), 1e-6f);
      assertEquals("red ", embedder.model().queryPrefix());
      assertEquals("blue blue ", embedder.model().documentPrefix());
    }
  }

  @Test
  void maxTokensExcludesSpecialTokensAndPrefix() {
    TinyModel model = TinyModel.of(ROWS).sumOutput("sentence_embedding");
    OnnxEmbedder.Builder builder = tiny(model);
    try (OnnxEmbedder stated = builder.maxInputTokens(10).build();
        OnnxEmbedder prefixed = builder.documentPrefix("red ").queryPrefix("red red ").build();
        OnnxEmbedder longer = builder.maxInputTokens(20).build()) {
      assertEquals(8, stated.model().maxTokens());
      assertEquals(6, prefixed.model().maxTokens());
      assertEquals(16, longer.model().maxTokens());
      assertArrayEquals(
          new float[] {1, 2, 8 * 6},
          stated.embed(List.of("blue ".repeat(9)), DOCUMENT).get(0),
          1e-6f,
          "the ninth word is dropped, the special tokens stay");
    }
    try (OnnxEmbedder silent = tiny(model).build()) {
      assertEquals(510, silent.model().maxTokens());
    }
  }

  @Test
  void leadingSpaceSensitivityReservesTokens() {
    float[][] rows = {CLS, SEP, RED, BLUE, RED, BLUE, {1, 1, 1}};
    TinyModel model = TinyModel.of(rows).sumOutput("sentence_embedding");
    try (OnnxEmbedder embedder =
        TestModels.tiny(folder, model, TinyTokenizer.leadingSpaceSensitive())
            .maxInputTokens(20)
            .build()) {
      assertEquals(12, embedder.model().maxTokens());
    }
  }
}
