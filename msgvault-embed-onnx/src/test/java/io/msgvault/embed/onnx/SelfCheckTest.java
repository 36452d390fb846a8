package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.support.EmbedderCheck;
import io.msgvault.embed.embedder.support.EmbedderCheck.Example;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the check of a real model, used rightly and wrongly. */
class SelfCheckTest {
  private static final EmbedderCheck CHECK = EmbedderCheck.english();
  private static final float[][] ROWS = {
    {1, 0}, {1, 0.1f}, {1, 0.2f}, {1, 0.3f}, {1, 0.4f}, {1, 0.5f}, {1, 0.6f}, {1, 0.7f}
  };
  private static final String TEXT = "Refunds are paid within ten days.";

  private static String failure(OnnxEmbedder.Builder builder) {
    return assertThrows(EmbedderUnavailableException.class, builder::build).getMessage();
  }

  @Test
  void modelAsItIsMeantPasses() {
    try (OnnxEmbedder embedder = TestModels.miniLm().check(CHECK).build()) {
      assertTrue(CHECK.separation(embedder) > 1.3, "far from the bound");
    }
  }

  @Test
  void wrongPoolingIsFoundAndTheRightOneNamed() {
    String message = failure(TestModels.miniLm().pooling(Pooling.CLS).check(CHECK));
    assertTrue(message.contains("separation of near and far sentences is 0."), message);
    assertTrue(message.contains("With the pooling mean, its separation is 1."), message);
  }

  @Test
  void prefixOfAnotherModelIsFound() {
    String message =
        failure(
            TestModels.miniLm()
                .queryPrefix("Represent this sentence for searching relevant passages: ")
                .check(CHECK));
    assertTrue(message.contains("check the pooling, the prefixes"), message);
    assertFalse(message.contains("With the pooling"), message);
  }

  @Test
  void referenceFindsWhatExamplesCannot() {
    float[] right;
    try (OnnxEmbedder embedder = TestModels.miniLm().build()) {
      right = embedder.embed(List.of(TEXT), InputType.DOCUMENT).get(0);
    }
    EmbedderCheck check = CHECK.withReference(TEXT, InputType.DOCUMENT, right);
    TestModels.miniLm().check(check).build().close();
    OnnxEmbedder.Builder prefixed = TestModels.miniLm().documentPrefix("passage: ");
    prefixed.check(CHECK).build().close();
    String message = failure(prefixed.check(check));
    assertTrue(message.contains("cosine to a reference vector is 0.8"), message);
  }

  @Test
  void referenceOfAnotherModelIsNamed() {
    EmbedderCheck check = CHECK.withReference(TEXT, InputType.QUERY, new float[] {1, 0}, -1);
    String message = failure(TestModels.miniLm().check(check));
    assertTrue(message.contains("have dimension 384"), message);
  }

  @Test
  void boundCanBeSet(@TempDir Path folder) {
    TinyModel model = TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
    EmbedderCheck check =
        EmbedderCheck.of(
            List.of(new Example("red", "red", "blue"), new Example("blue", "blue", "red")));
    String message =
        failure(
            TestModels.tiny(folder, model, TinyTokenizer.ofWords("red", "blue"))
                .check(check.withMinSeparation(100)));
    assertTrue(message.contains("must be at least 100.00"), message);
  }

  @Test
  void oneExampleIsTooFew() {
    List<Example> one = List.of(new Example("a", "b", "c"));
    assertThrows(IllegalArgumentException.class, () -> EmbedderCheck.of(one));
  }
}
