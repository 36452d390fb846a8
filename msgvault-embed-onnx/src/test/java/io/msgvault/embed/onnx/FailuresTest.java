package io.msgvault.embed.onnx;

import static io.msgvault.embed.embedder.InputType.DOCUMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks rule EM-4: a bad text is rejected with a reason, also when it is sent alone. */
class FailuresTest {
  private static final float NAN = Float.NaN;
  private static final float[][] ROWS = {
    {9, 9}, {5, 5}, {1, 0}, {-1, 0}, {3, 4}, {NAN, 1}, {0, 0}, {Float.MAX_VALUE, 1}
  };

  /** The last word's id has no row. */
  private static final String TOKENIZER =
      TinyTokenizer.ofWords("red", "broken", "void", "huge", "beyond");

  @TempDir Path folder;

  private OnnxEmbedder tiny() {
    TinyModel model = TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
    return TestModels.tiny(folder, model, TOKENIZER).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"broken", "void", "beyond"})
  void rejectsOnlyTextWithoutVector(String bad) {
    try (OnnxEmbedder embedder = tiny()) {
      assertThrows(
          RejectedInputException.class,
          () -> embedder.embed(List.of("red", bad, "red red"), DOCUMENT));
      assertThrows(RejectedInputException.class, () -> embedder.embed(List.of(bad), DOCUMENT));
      assertEquals(2, embedder.embed(List.of("red", "red red"), DOCUMENT).size());
    }
  }

  @Test
  void rejectionHidesText() {
    try (OnnxEmbedder embedder = tiny()) {
      for (String bad : List.of("broken", "void", "beyond")) {
        RejectedInputException refusal =
            assertThrows(
                RejectedInputException.class, () -> embedder.embed(List.of("red", bad), DOCUMENT));
        assertFalse(String.valueOf(refusal.getMessage()).contains(bad), refusal.getMessage());
      }
    }
  }

  @Test
  void normalizesLargeVector() {
    try (OnnxEmbedder embedder = tiny()) {
      float[] vector = embedder.embed(List.of("huge"), DOCUMENT).get(0);
      assertEquals(1, vector[0], 1e-6);
    }
  }

  @Test
  void rejectsTextWithoutTokens() {
    TinyModel model = TinyModel.of(ROWS).sumOutput("sentence_embedding");
    try (OnnxEmbedder bare =
        TestModels.tiny(folder, model, TinyTokenizer.withoutSpecialTokens("red")).build()) {
      assertThrows(RejectedInputException.class, () -> bare.embed(List.of(" "), DOCUMENT));
      assertEquals(1, bare.embed(List.of("red"), DOCUMENT).size());
    }
    try (OnnxEmbedder miniLm = TestModels.miniLm().build()) {
      assertEquals(2, miniLm.embed(List.of("", " "), DOCUMENT).size());
    }
  }

  @Test
  void interruptEndsCallAndStaysSet() {
    try (OnnxEmbedder embedder = tiny()) {
      Thread.currentThread().interrupt();
      assertThrows(
          TransientEmbedderException.class, () -> embedder.embed(List.of("red", "red"), DOCUMENT));
      assertTrue(Thread.interrupted());
      assertEquals(2, embedder.embed(List.of("red", "red"), DOCUMENT).size());
    }
  }
}
