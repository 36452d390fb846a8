package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.WordAnalyzer;

/** Words in memory. */
class InMemoryWordsFixture implements WordIndexFixture {
  private final InMemoryWordIndex.Storage storage = new InMemoryWordIndex.Storage();

  @Override
  public WordIndex open(WordAnalyzer analyzer) {
    return new InMemoryWordIndex(storage, analyzer);
  }

  @Override
  public void close() {}
}
