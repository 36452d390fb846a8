package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the name changes if, and only if, the vectors may change. */
class ModelNameTest {
  private static final float[][] ROWS = {{9, 9}, {5, 5}, {1, 0}, {0, 2}, {3, 4}};
  private static final TinyModel MODEL =
      TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
  private static final String TOKENIZER = TinyTokenizer.ofWords("red");

  @TempDir Path folder;

  private static String name(OnnxEmbedder.Builder builder) {
    try (OnnxEmbedder embedder = builder.build()) {
      return embedder.model().name();
    }
  }

  private String name(UnaryOperator<OnnxEmbedder.Builder> settings) {
    return name(settings.apply(TestModels.tiny(folder, MODEL, TOKENIZER)));
  }

  @Test
  void includesFileDigestsAndSettings() throws IOException {
    TestModels.tiny(folder, MODEL, TOKENIZER);
    assertEquals(
        "tiny@sha256:%s,tokenizer:%s,mean,l2,512"
            .formatted(sha256("tiny.onnx"), sha256("tokenizer.json")),
        name(UnaryOperator.identity()));
    assertTrue(name(settings -> settings.name("mine")).startsWith("mine@sha256:"));
  }

  private String sha256(String file) throws IOException {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(folder.resolve(file)));
      return HexFormat.of().formatHex(digest).substring(0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sameFromDiskAndClassPath() {
    assertEquals(name(TestModels.miniLm()), name(TestModels.miniLm(folder)));
  }

  @Test
  void unchangedIfVectorsAre() {
    String name = name(UnaryOperator.identity());
    assertEquals(name, name(UnaryOperator.identity()));
    assertEquals(name, name(settings -> settings.threads(1)));
    assertEquals(name, name(settings -> settings.maxInputTokens(512)));
    assertEquals(
        name,
        name(settings -> settings.queryPrefix("query: ")),
        "prefixes are a part of the fingerprint of their own");
  }

  @Test
  void changesWithTheVectors() {
    String name = name(UnaryOperator.identity());
    assertNotEquals(name, name(settings -> settings.pooling(Pooling.CLS)));
    assertNotEquals(name, name(settings -> settings.normalisation(Normalisation.NONE)));
    assertNotEquals(name, name(settings -> settings.maxInputTokens(128)));
    float[][] other = {{9, 9}, {5, 5}, {1, 0}, {0, 2}, {3, 4.5f}};
    TinyModel otherModel = TinyModel.of(other, "attention_mask").tokenOutput("last_hidden_state");
    assertNotEquals(name, name(TestModels.tiny(folder, otherModel, TOKENIZER)));
    assertNotEquals(name, name(TestModels.tiny(folder, MODEL, TinyTokenizer.ofWords("blue"))));
  }

  @Test
  void changesWithExternalWeights() {
    TinyModel model =
        TinyModel.empty()
            .tableIn("rows.bin", ROWS)
            .input("input_ids", TinyModel.INT64, "texts", "tokens")
            .lookUp()
            .tokenOutput("last_hidden_state");
    byte[] weights = ProtobufWriter.littleEndian(TinyModel.flat(ROWS));
    TestModels.file(folder, "rows.bin", weights);
    String name = name(TestModels.tiny(folder, model, TOKENIZER));
    weights[weights.length - 1]++;
    TestModels.file(folder, "rows.bin", weights);
    assertNotEquals(name, name(TestModels.tiny(folder, model, TOKENIZER)));
  }

  @Test
  void ignoresPoolingIfModelPools() {
    TinyModel pooling = TinyModel.of(ROWS).sumOutput("sentence_embedding");
    String name = name(TestModels.tiny(folder, pooling, TOKENIZER));
    assertTrue(name.endsWith(",pooled,l2,512"), name);
    assertEquals(name, name(TestModels.tiny(folder, pooling, TOKENIZER).pooling(Pooling.CLS)));
  }
}
