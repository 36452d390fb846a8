package io.msgvault.embed.opensearch;

import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.testkit.suite.WordIndexConformance;

class OpenSearchWordIndexConformanceTest extends WordIndexConformance {
  @Override
  protected WordIndexFixture newFixture() {
    return new OpenSearchWordsFixture();
  }
}
