package io.msgvault.embed.onnx;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Runs the suite with a real model, which runs each text by itself. */
class MiniLmConformanceTest extends EmbedderConformance {
  @SuppressWarnings("NullAway.Init")
  private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder.Builder miniLm;

  @BeforeContainer
  static void copy() throws IOException {
    folder = Files.createTempDirectory("mini-lm");
    miniLm = TestModels.miniLm(folder);
  }

  @AfterContainer
  static void delete() {
    TestModels.delete(folder);
  }

  @Override
  protected EmbedderFixture newFixture() {
    return miniLm::build;
  }

  /** The model embeds every text, and a wrong configuration fails when it is built. */
  @Override
  protected Set<Capability> unsupported() {
    return Set.of(
        Capability.REFUSED_TEXTS, Capability.TRANSIENT_FAILURES, Capability.MISCONFIGURATION);
  }
}
