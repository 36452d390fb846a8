package io.msgvault.embed.onnx;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedderConformance;
import io.msgvault.embed.testkit.EmbedderFixture;
import java.util.Set;

/** A real model, each of whose texts runs by itself. */
class MiniLmConformanceTest extends EmbedderConformance {
  @Override
  protected EmbedderFixture newFixture() {
    return () -> Given.miniLm().build();
  }

  /** It has a vector for every text, and a wrong set-up is not even built. */
  @Override
  protected Set<Capability> lacking() {
    return Set.of(
        Capability.REFUSED_TEXTS, Capability.TRANSIENT_FAILURES, Capability.MISCONFIGURATION);
  }
}
