package io.msgvault.embed.pgvector;

import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.JdbcHostTransaction;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.VectorStoreFixture;
import java.util.function.UnaryOperator;

/** Gives the kit an index in a schema of the test database. */
final class PgIndexFixture implements VectorStoreFixture {
  private final String schema = TestDatabase.freshName();
  private final UnaryOperator<PgVectorStore.Builder> settings;

  PgIndexFixture(UnaryOperator<PgVectorStore.Builder> settings) {
    this.settings = settings;
  }

  @Override
  public VectorStore open() {
    return settings.apply(PgVectorStore.builder(TestDatabase.pool(), schema)).install();
  }

  @Override
  public HostTransaction<VectorStore> beginHostTransaction() {
    return JdbcHostTransaction.begin(
        TestDatabase.pool(), source -> PgVectorStore.builder(source, schema).open());
  }

  @Override
  public void wipe() {
    TestDatabase.drop(schema);
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
