package io.msgvault.embed.benchmarks;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** A host's own table in an SQLite file, with a writer and a reader that wait for locks. */
final class SqliteInstallHost implements InstallHost {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .source(ArchiveMapping.Name.in("account"))
          .deleted("trashed", ArchiveMapping.Marker.FALSE_WHILE_LIVE)
          .build();

  private static final int BUSY_MILLIS = 60_000;

  private final Path file;
  private final Connection writer;
  private final Connection reader;

  SqliteInstallHost(Workspace workspace, int messages) {
    file = workspace.path("install-host.db");
    writer = connect();
    reader = connect();
    execute("PRAGMA journal_mode = WAL");
    execute(
        """
        CREATE TABLE mails (
          id INTEGER PRIMARY KEY, account TEXT NOT NULL, title TEXT, body TEXT,
          trashed INTEGER NOT NULL DEFAULT 0, CHECK (title <> ''))""");
    execute(
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
        INSERT INTO mails (account, title, body)
        SELECT 'account ' || i %% 10, 'Message ' || i,
               replace(printf('%%9s', ''), ' ', 'text of message ' || i || '. ')
          FROM n"""
            .formatted(messages));
  }

  private Connection connect() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    try {
      return config.createConnection("jdbc:sqlite:" + file);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(String sql) {
    try (Statement statement = writer.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String name() {
    return "SQLite";
  }

  @Override
  public void write() {
    execute("INSERT INTO mails (account, title, body) VALUES ('account 3', 'New', 'text')");
  }

  @Override
  public void read() {
    query("SELECT length(body) FROM mails WHERE id = 1");
  }

  @Override
  public void install() {
    SqliteMessageStore.install(file, MAILS).close();
  }

  @Override
  public long live() {
    try (SqliteMessageStore store = SqliteMessageStore.open(file, MAILS)) {
      return store.coverage(1, Scope.ALL).live();
    }
  }

  @Override
  public long messages() {
    return query("SELECT count(*) FROM mails");
  }

  private long query(String sql) {
    try (Statement statement = reader.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
      writer.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
