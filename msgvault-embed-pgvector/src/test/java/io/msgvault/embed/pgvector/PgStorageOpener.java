package io.msgvault.embed.pgvector;

import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens stores in another process, by URL and schema. */
public final class PgStorageOpener implements OtherProcess.StorageOpener {
  private static final int CONNECTIONS = 4;

  /** Called by the kit. */
  public PgStorageOpener() {}

  @Override
  public MessageStore messages(String location) {
    String[] parts = location.split(" ", -1);
    return TestMappings.named(parts[2]).open(pool(parts[0]), parts[1]);
  }

  @Override
  public LegacyIndex legacyIndex(String location, Migration migration) {
    return ((PgMessageStore) messages(location)).legacyIndex(migration);
  }

  @Override
  public VectorStore vectors(String location) {
    String[] parts = location.split(" ", -1);
    return PgVectorStore.builder(pool(parts[0]), parts[1]).install();
  }

  @Override
  public WordIndex words(String location) {
    String[] parts = location.split(" ", -1);
    return PgWordIndex.open(pool(parts[0]), parts[1]);
  }

  @Override
  public ArchiveWriter writer(String location) {
    String[] parts = location.split(" ", -1);
    return new PgWriter(Jdbi.create(pool(parts[0])), parts[1], TestMappings.named(parts[2]));
  }

  private static DataSource pool(String url) {
    return TestDatabase.pool(url, CONNECTIONS);
  }

  static DataSource dataSource(String url) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(url);
    return dataSource;
  }
}
