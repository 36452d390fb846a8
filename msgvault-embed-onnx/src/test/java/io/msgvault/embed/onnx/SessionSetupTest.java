package io.msgvault.embed.onnx;

import static io.msgvault.embed.embedder.InputType.DOCUMENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a host's options reach the runtime. */
class SessionSetupTest {
  private static final float[][] ROWS = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {3, 4}};

  @TempDir Path folder;

  private OnnxEmbedder.Builder builder() {
    return TestModels.tiny(
        folder,
        TinyModel.of(ROWS).sumOutput("sentence_embedding"),
        TinyTokenizer.withoutSpecialTokens("red"));
  }

  @Test
  void optionsOfTheHostAreUsed() {
    Path optimized = folder.resolve("optimized.onnx");
    try (OnnxEmbedder embedder =
        builder()
            .setup(options -> options.setOptimizedModelFilePath(optimized.toString()))
            .build()) {
      assertTrue(Files.exists(optimized));
      assertArrayEquals(
          new float[] {0.6f, 0.8f}, embedder.embed(List.of("red"), DOCUMENT).get(0), 1e-6f);
    }
  }

  @Test
  void providerThatIsNotThereIsNamedWithTheRemedy() {
    EmbedderUnavailableException refused =
        assertThrows(
            EmbedderUnavailableException.class,
            builder().setup(options -> options.addCUDA(0))::build);
    assertTrue(refused.getMessage().contains("onnxruntime_gpu"), refused.getMessage());
    EmbedderUnavailableException alike =
        assertThrows(
            EmbedderUnavailableException.class,
            OnnxReranker.builder()
                    .model(folder.resolve("tiny.onnx"))
                    .tokenizer(TestModels.tokenizer(folder, TinyTokenizer.forPairs("red")))
                    .setup(options -> options.addCUDA(0))
                ::build);
    assertTrue(alike.getMessage().contains("onnxruntime_gpu"), alike.getMessage());
  }
}
