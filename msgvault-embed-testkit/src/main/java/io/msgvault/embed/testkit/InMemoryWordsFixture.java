package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.WordAnalyzer;

/** Words in memory, for the suites of jobs. They end with their process. */
public class InMemoryWordsFixture implements WordIndexFixture {
  private final InMemoryWordIndex.Storage storage = new InMemoryWordIndex.Storage();

  /** Creates an empty storage. */
  public InMemoryWordsFixture() {}

  @Override
  public WordIndex open(WordAnalyzer analyzer) {
    return new InMemoryWordIndex(storage, analyzer);
  }

  @Override
  public void close() {}
}
