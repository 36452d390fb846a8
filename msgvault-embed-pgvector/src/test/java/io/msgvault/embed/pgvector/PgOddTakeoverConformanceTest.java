package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.TakeoverConformance;
import io.msgvault.embed.testkit.TakeoverFixture;

/** Takes over archives of a host's tables with odd names. */
class PgOddTakeoverConformanceTest extends TakeoverConformance {
  @Override
  protected TakeoverFixture newFixture() {
    return PgTakeoverConformanceTest.fixture(Tables.ODD);
  }
}
