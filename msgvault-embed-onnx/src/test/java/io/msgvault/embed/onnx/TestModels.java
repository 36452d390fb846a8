package io.msgvault.embed.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What most tests start from. */
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
        .name("all-MiniLM-L6-v2");
  }

  /** The same from a folder, where it loads faster. */
  static OnnxEmbedder.Builder miniLm(Path folder) {
    return OnnxEmbedder.builder()
        .model(file(folder, MODEL_FILE, resource(MINI_LM)))
        .tokenizer(file(folder, TOKENIZER_FILE, resource(MINI_LM_TOKENIZER)))
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

  /** A tiny model whose files lie in a folder. */
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

  /** Deletes a folder in which models were made. */
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
