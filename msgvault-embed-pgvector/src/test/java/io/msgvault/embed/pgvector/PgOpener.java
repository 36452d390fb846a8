package io.msgvault.embed.pgvector;

import io.msgvault.embed.MessageStore;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.archive.FormerIndex;
import io.msgvault.embed.archive.Takeover;
import io.msgvault.embed.testkit.ArchiveWriter;
import io.msgvault.embed.testkit.Elsewhere;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens stores in another process, by URL and schema. */
public final class PgOpener implements Elsewhere.Opener {
  private static final int CONNECTIONS = 4;

  /** For the kit. */
  public PgOpener() {}

  @Override
  public MessageStore messages(String location) {
    String[] parts = location.split(" ", -1);
    return Tables.named(parts[2]).open(pool(parts[0]), parts[1]);
  }

  @Override
  public FormerIndex former(String location, Takeover takeover) {
    return ((PgMessageStore) messages(location)).former(takeover);
  }

  @Override
  public VectorStore vectors(String location) {
    String[] parts = location.split(" ", -1);
    return PgVectorStore.builder(pool(parts[0]), parts[1]).open();
  }

  @Override
  public ArchiveWriter writer(String location) {
    String[] parts = location.split(" ", -1);
    return new PgWriter(Jdbi.create(pool(parts[0])), parts[1], Tables.named(parts[2]));
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
