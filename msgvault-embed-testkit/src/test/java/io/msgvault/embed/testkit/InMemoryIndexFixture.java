package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.store.VectorStore;

/** An index in memory, as the kit sees it. */
class InMemoryIndexFixture implements VectorStoreFixture {
  InMemoryIndex index = new InMemoryIndex();

  @Override
  public VectorStore open() {
    return new InMemoryVectorStore(index);
  }

  @Override
  public HostTransaction<VectorStore> beginHostTransaction() {
    return InMemoryHostTransaction.refusing(calls -> calls.wrap(open()));
  }

  @Override
  public void wipe() {
    index = new InMemoryIndex();
  }

  @Override
  public void close() {}
}
