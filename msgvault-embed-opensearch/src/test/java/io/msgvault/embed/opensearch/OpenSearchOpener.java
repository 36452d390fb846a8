package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;

/** Opens indexes in another process, by the URLs of the nodes and the prefix. */
public final class OpenSearchOpener implements OtherProcess.StorageOpener {
  /** Called by the kit. */
  public OpenSearchOpener() {}

  @Override
  public VectorIndex index(String location) {
    String[] parts = location.split(" ", -1);
    return TestCluster.vectors(TestCluster.transport(parts[0]), parts[1]).build();
  }

  @Override
  public WordIndex words(String location) {
    String[] parts = location.split(" ", -1);
    return TestCluster.words(TestCluster.transport(parts[0]), parts[1]).open();
  }
}
