package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.VectorIndexFixture;
import java.util.function.UnaryOperator;

/** Gives the kit an index of vectors under a prefix of its own. */
final class OpenSearchVectorsFixture implements VectorIndexFixture {
  private final String prefix = TestCluster.freshPrefix();
  private final UnaryOperator<OpenSearchVectorIndex.Builder> settings;

  OpenSearchVectorsFixture(UnaryOperator<OpenSearchVectorIndex.Builder> settings) {
    this.settings = settings;
  }

  @Override
  public VectorIndex open() {
    return builder().build();
  }

  private OpenSearchVectorIndex.Builder builder() {
    return settings.apply(TestCluster.vectors(TestCluster.transport(), prefix));
  }

  @Override
  public void wipe() {
    builder().uninstall();
  }

  @Override
  public OtherProcess otherProcess() {
    return new OtherProcess(OpenSearchOpener.class, TestCluster.url() + ' ' + prefix);
  }

  @Override
  public void close() {
    wipe();
  }
}
