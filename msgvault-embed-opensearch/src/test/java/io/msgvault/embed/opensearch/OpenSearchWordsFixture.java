package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.text.WordAnalyzer;

/** Gives the kit an index of words under a prefix of its own. */
final class OpenSearchWordsFixture implements WordIndexFixture {
  private final String prefix = TestCluster.freshPrefix();

  @Override
  public WordIndex open(WordAnalyzer analyzer) {
    return TestCluster.words(TestCluster.transport(), prefix).analyzer(analyzer).install();
  }

  @Override
  public OtherProcess otherProcess() {
    return new OtherProcess(OpenSearchOpener.class, TestCluster.url() + ' ' + prefix);
  }

  @Override
  public void close() {
    TestCluster.words(TestCluster.transport(), prefix).uninstall();
  }
}
