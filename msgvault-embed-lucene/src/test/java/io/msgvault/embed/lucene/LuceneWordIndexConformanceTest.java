package io.msgvault.embed.lucene;

import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.testkit.suite.WordIndexConformance;

/** Runs the suite on a Lucene directory. */
class LuceneWordIndexConformanceTest extends WordIndexConformance {
  @Override
  protected WordIndexFixture newFixture() {
    return new LuceneWordsFixture();
  }
}
