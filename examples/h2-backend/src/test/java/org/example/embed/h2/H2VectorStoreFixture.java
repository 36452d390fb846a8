package org.example.embed.h2;

import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.JdbcHostTransaction;
import io.msgvault.embed.testkit.VectorStoreFixture;

/** Gives the kit an index in a separate database. */
final class H2VectorStoreFixture implements VectorStoreFixture {
  private InMemoryDatabase database = new InMemoryDatabase();

  @Override
  public VectorStore open() {
    return new H2VectorStore(database.dataSource());
  }

  @Override
  public void wipe() {
    database.close();
    database = new InMemoryDatabase();
  }

  @Override
  public HostTransaction<VectorStore> beginHostTransaction() {
    return JdbcHostTransaction.begin(database.dataSource(), H2VectorStore::new);
  }

  @Override
  public void close() {
    database.close();
  }
}
