package io.msgvault.embed.opensearch;

import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.VectorStoreFixture;
import java.util.function.UnaryOperator;

/** Joins a ledger in a schema of the test database with an index of vectors in the cluster. */
final class JoinedFixture implements VectorStoreFixture {
  private final String schema = TestDatabase.freshSchema();
  private final OpenSearchVectorsFixture vectors =
      new OpenSearchVectorsFixture(UnaryOperator.identity());

  @Override
  public VectorStore open() {
    return VectorStore.of(
        PgVectorStore.builder(TestDatabase.dataSource(), schema).install(), vectors.open());
  }

  @Override
  public void wipe() {
    vectors.wipe();
    TestDatabase.drop(schema);
  }

  @Override
  public void close() {
    wipe();
  }
}
