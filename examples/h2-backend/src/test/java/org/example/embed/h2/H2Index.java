package org.example.embed.h2;

import io.msgvault.embed.VectorStore;
import io.msgvault.embed.testkit.VectorStoreFixture;

/** An index in a database of its own, as the kit sees it. */
final class H2Index implements VectorStoreFixture {
  private MemoryDatabase database = new MemoryDatabase();

  @Override
  public VectorStore open() {
    return new H2VectorStore(database.source());
  }

  @Override
  public void wipe() {
    database.close();
    database = new MemoryDatabase();
  }

  @Override
  public void close() {
    database.close();
  }
}
