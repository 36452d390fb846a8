package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.testkit.suite.WordIndexConformance;

class PgWordIndexConformanceTest extends WordIndexConformance {
  @Override
  protected WordIndexFixture newFixture() {
    return new PgWordsFixture();
  }
}
