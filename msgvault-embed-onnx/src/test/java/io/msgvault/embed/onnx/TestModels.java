package io.msgvault.embed.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The models that most tests start with. */
final class TestModels {
  private TestModels() {}

  static final String MINI_LM = "all-minilm-l6-v2-q.onnx";
  static final String MINI_LM_TOKENIZER = "all-minilm-l6-v2-q-tokenizer.json";

  private static final String MODEL_FILE = "tiny.onnx";
  private static final String TOKENIZER_FILE = "tokenizer.json";

  /** A real model, dynamically quantised. */
  static OnnxEmbedder.Builder miniLm() {
    return OnnxEmbedder.builder()
        .modelResource(MINI_LM)
        .tokenizerResource(MINI_LM_TOKENIZER)
        .maxInputTokens(256)
        .name("all-MiniLM-L6-v2");
  }

  /** Returns the same model in a folder, where it loads faster. */
  static OnnxEmbedder.Builder miniLm(Path folder) {
    return OnnxEmbedder.builder()
        .model(file(folder, MODEL_FILE, resource(MINI_LM)))
        .tokenizer(file(folder, TOKENIZER_FILE, resource(MINI_LM_TOKENIZER)))
        .maxInputTokens(256)
        .name("all-MiniLM-L6-v2");
  }

  private static byte[] resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(TestModels.class.getResourceAsStream("/" + name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a builder with a tiny model whose files it writes to a folder. */
  static OnnxEmbedder.Builder tiny(Path folder, TinyModel model, String tokenizer) {
    return OnnxEmbedder.builder()
        .model(file(folder, MODEL_FILE, model.toByteArray()))
        .tokenizer(tokenizer(folder, tokenizer));
  }

  static Path tokenizer(Path folder, String json) {
    return file(folder, TOKENIZER_FILE, json.getBytes(StandardCharsets.UTF_8));
  }

  static Path file(Path folder, String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder with models. */
  static void delete(Path folder) {
    try {
      for (String file : List.of(MODEL_FILE, TOKENIZER_FILE, "")) {
        Files.delete(folder.resolve(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squaresOfA * squaresOfB);
  }
}
