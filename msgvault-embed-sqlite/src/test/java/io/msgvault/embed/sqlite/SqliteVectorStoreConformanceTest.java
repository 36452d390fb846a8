package io.msgvault.embed.sqlite;

<<<<<<< HEAD
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Elsewhere;
import io.msgvault.embed.testkit.VectorStoreConformance;
import io.msgvault.embed.testkit.VectorStoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
=======
import io.msgvault.embed.testkit.VectorStoreConformance;
import io.msgvault.embed.testkit.VectorStoreFixture;
>>>>>>> sqlite

/** The vector store keeps the contract. */
class SqliteVectorStoreConformanceTest extends VectorStoreConformance {
  /** Larger generations are searched by codes. */
  @Override
  protected Set<Capability> lacking() {
    return Set.of(Capability.EXACT_SEARCH);
  }

  @Override
  protected VectorStoreFixture newFixture() {
    return new SqliteIndexFixture();
  }
}
