package io.msgvault.embed.pgvector;

import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.text.WordAnalyzer;

/** Gives the kit an index of words in a schema of the test database. */
final class PgWordsFixture implements WordIndexFixture {
  private final String schema = TestDatabase.freshName();

  @Override
  public WordIndex open(WordAnalyzer analyzer) {
    return PgWordIndex.install(TestDatabase.pool(), schema, analyzer);
  }

  @Override
  public OtherProcess otherProcess() {
    return new OtherProcess(PgStorageOpener.class, TestDatabase.url() + ' ' + schema);
  }

  @Override
  public void close() {
    TestDatabase.drop(schema);
  }
}
