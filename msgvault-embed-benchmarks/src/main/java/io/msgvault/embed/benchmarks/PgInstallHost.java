package io.msgvault.embed.benchmarks;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.PgMessageStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A host's own table in PostgreSQL. */
final class PgInstallHost implements InstallHost {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .source(ArchiveMapping.Name.in("account"))
          .deleted("trashed", ArchiveMapping.Marker.FALSE_WHILE_LIVE)
          .build();

  private final PgSchema schema = new PgSchema();

  PgInstallHost(int messages) {
    schema.execute(
        """
        CREATE TABLE mails (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          account text NOT NULL,
          title text,
          body text,
          trashed boolean NOT NULL DEFAULT false
        );
        INSERT INTO mails (account, title, body)
        SELECT 'account ' || i %% 10, 'Message ' || i, repeat('text of message ' || i || '. ', 9)
          FROM generate_series(1, %d) AS i"""
            .formatted(messages));
    schema.execute("VACUUM ANALYZE mails"); // as the server would have done by itself
  }

  @Override
  public String name() {
    return "PostgreSQL";
  }

  @Override
  public void write() {
    schema.execute("INSERT INTO mails (account, title, body) VALUES ('account 3', 'New', 'text')");
  }

  @Override
  public void read() {
    query("SELECT length(body) FROM mails WHERE id = 1");
  }

  @Override
  public void install() {
    PgMessageStore.install(schema.dataSource(), schema.name(), MAILS).close();
  }

  @Override
  public long live() {
    try (PgMessageStore store = PgMessageStore.open(schema.dataSource(), schema.name(), MAILS)) {
      return store.coverage(1, Scope.ALL).live();
    }
  }

  @Override
  public long messages() {
    return query("SELECT count(*) FROM mails");
  }

  private long query(String sql) {
    try (Connection connection = schema.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    schema.close();
  }
}
