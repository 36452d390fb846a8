package io.msgvault.embed.onnx;

import static io.msgvault.embed.embedder.InputType.DOCUMENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the length of inputs and the pooling from the files beside a tokenizer. */
class ModelSettingsTest {
  private static final float[][] ROWS = {{0, 0}, {5, 5}, {1, 0}, {0, 2}, {3, 4}};

  @TempDir Path folder;

  private OnnxEmbedder.Builder embedder(String tokenizer) {
    TinyModel model = TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
    return TestModels.tiny(folder, model, tokenizer).normalisation(Normalisation.NONE);
  }

  private OnnxEmbedder open() {
    return embedder(TinyTokenizer.ofWords("red")).build();
  }

  private void write(String file, String json) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, json.getBytes(StandardCharsets.UTF_8));
  }

  private int maxTokens() {
    try (OnnxEmbedder embedder = open()) {
      return embedder.model().maxTokens();
    }
  }

  @Test
  void truncationOfTokenizerIsNoLimit() {
    try (OnnxEmbedder embedder = embedder(TinyTokenizer.withMaxLength(10, "red")).build()) {
      assertEquals(510, embedder.model().maxTokens());
      float[] vector = embedder.embed(List.of("red ".repeat(98)), DOCUMENT).get(0);
      assertArrayEquals(new float[] {2.95f, 3.94f}, vector, 1e-4f, "all 98 words count");
    }
  }

  @Test
  void takesTrainedLengthFirst() throws IOException {
    write("tokenizer_config.json", "{\"model_max_length\": 400}");
    assertEquals(398, maxTokens());
    write("sentence_bert_config.json", "{\"max_seq_length\": 256, \"do_lower_case\": false}");
    assertEquals(254, maxTokens());
    write("sentence_bert_config.json", "{\"max_seq_length\": null}");
    assertEquals(398, maxTokens());
  }

  @Test
  void ignoresLengthThatStandsForNone() throws IOException {
    write(
        "tokenizer_config.json",
        "{\"a\": [{\"model_max_length\": 9}], \"model_max_length\": 1e30}");
    assertEquals(510, maxTokens());
  }

  @Test
  void longerPartOfRealModelCounts() {
    String start = "word ".repeat(180);
    try (OnnxEmbedder embedder = TestModels.miniLm().build()) {
      List<float[]> vectors =
          embedder.embed(List.of(start + "the price of tea", start + "a red car"), DOCUMENT);
      assertEquals(254, embedder.model().maxTokens());
      assertTrue(TestModels.cosine(vectors.get(0), vectors.get(1)) < 0.999);
    }
  }

  private float[] redVector() {
    try (OnnxEmbedder embedder = open()) {
      return embedder.embed(List.of("red"), DOCUMENT).get(0);
    }
  }

  @Test
  void poolsAsTheFileSays() throws IOException {
    float[] mean = {4 / 3f, 2};
    float[] cls = {1, 0};
    assertArrayEquals(mean, redVector(), 1e-6f);
    write(
        "1_Pooling/config.json",
        "{\"word_embedding_dimension\": 2, \"pooling_mode_cls_token\": true,"
            + " \"pooling_mode_mean_tokens\": false}");
    assertArrayEquals(cls, redVector(), 1e-6f);
    write("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    assertArrayEquals(mean, redVector(), 1e-6f);
    write("1_Pooling/config.json", "{\"pooling_mode\": \"cls\"}");
    assertArrayEquals(cls, redVector(), 1e-6f);
    try (OnnxEmbedder chosen =
        embedder(TinyTokenizer.ofWords("red")).pooling(Pooling.MEAN).build()) {
      assertArrayEquals(mean, chosen.embed(List.of("red"), DOCUMENT).get(0), 1e-6f);
    }
  }

  @Test
  void namesUnknownPooling() throws IOException {
    write(
        "1_Pooling/config.json",
        "{\"pooling_mode_cls_token\": true, \"pooling_mode_max_tokens\": true}");
    EmbedderUnavailableException error =
        assertThrows(EmbedderUnavailableException.class, () -> open().close());
    assertTrue(String.valueOf(error.getMessage()).contains("cls and max"), error.getMessage());
    TinyModel pooling = TinyModel.of(ROWS).sumOutput("sentence_embedding");
    TestModels.tiny(folder, pooling, TinyTokenizer.ofWords("red")).build().close();
  }

  @Test
  void namesBrokenFile() throws IOException {
    write("sentence_bert_config.json", "{\"max_seq_length\": 2");
    EmbedderUnavailableException error =
        assertThrows(EmbedderUnavailableException.class, () -> open().close());
    assertTrue(
        String.valueOf(error.getMessage()).contains("sentence_bert_config.json"),
        error.getMessage());
  }
}
