package io.msgvault.embed.onnx;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Runs the suite with a model whose texts share runs, and that has no vector for one word. */
class TinyConformanceTest extends EmbedderConformance {
  private static final String REFUSED = "unspeakable";
  private static final float[][] ROWS = {
    {5, 5, 5},
    {0.2f, 0.1f, 0.7f},
    {0.1f, 0.3f, 0.2f},
    {0.3f, 0.1f, 0.1f},
    {0.9f, -0.2f, 0.1f},
    {-0.1f, 0.2f, 0.9f},
    {Float.NaN, 1, 1}
  };

  @Override
  protected EmbedderFixture newFixture() {
    return new Tiny();
  }

  /** A wrong configuration fails when it is built. */
  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.TRANSIENT_FAILURES, Capability.MISCONFIGURATION);
  }

  private static final class Tiny implements EmbedderFixture {
    private final Path folder;

    Tiny() {
      try {
        folder = Files.createTempDirectory("tiny");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Embedder open() {
      TinyModel model =
          TinyModel.of(ROWS, "attention_mask").mixMasked().tokenOutput("last_hidden_state");
      return TestModels.tiny(folder, model, TinyTokenizer.ofWords("soup", "tea", REFUSED))
          .maxInputTokens(100)
          .threads(2)
          .build();
    }

    @Override
    public String refusedText() {
      return REFUSED;
    }

    @Override
    public void close() {
      TestModels.delete(folder);
    }
  }
}
