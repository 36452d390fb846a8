package org.example.embed.h2;

import io.msgvault.embed.testkit.ArchiveMessage;
import io.msgvault.embed.testkit.ArchiveWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes messages as their host does: by plain statements, over a connection of its own. */
final class SqlWriter implements ArchiveWriter {
  private final MemoryDatabase database;
  private final Optional<Connection> transaction;

  SqlWriter(MemoryDatabase database) {
    this(database, Optional.empty());
  }

  private SqlWriter(MemoryDatabase database, Optional<Connection> transaction) {
    this.database = database;
    this.transaction = transaction;
  }

  @FunctionalInterface
  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  /** Works in the transaction that is open, or in one of its own. */
  private void write(Work work) {
    try {
      if (transaction.isPresent()) {
        work.on(transaction.get());
        return;
      }
      try (Connection connection = database.source().getConnection()) {
        connection.setAutoCommit(false);
        work.on(connection); // what is not committed, closing rolls back
        connection.commit();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void atomically(Consumer<ArchiveWriter> work) {
    write(connection -> work.accept(new SqlWriter(database, Optional.of(connection))));
  }

  @Override
  public void insert(long id, ArchiveMessage message) {
    write(
        connection -> {
          MemoryDatabase.run(
              connection,
              """
              INSERT INTO messages (id, subject, text, html, message_type, source)
              VALUES (?, ?, ?, ?, ?, ?)
              """,
              id,
              message.content().subject(),
              message.content().text(),
              message.content().html(),
              message.metadata().type(),
              message.metadata().source());
          describe(connection, id, message.metadata());
        });
  }

  @Override
  public void edit(long id, ArchiveMessage.Content content) {
    one(
        "UPDATE messages SET subject = ?, text = ?, html = ? WHERE id = ?",
        content.subject(),
        content.text(),
        content.html(),
        id);
  }

  @Override
  public void describe(long id, ArchiveMessage.Metadata metadata) {
    write(connection -> describe(connection, id, metadata));
  }

  private static void describe(Connection connection, long id, ArchiveMessage.Metadata metadata)
      throws SQLException {
    requireOne(
        MemoryDatabase.run(
            connection,
            """
            UPDATE messages SET message_type = ?, source = ?, sender = ?, sent = ?, bytes = ?,
                                has_attachment = ?
             WHERE id = ?
            """,
            metadata.type(),
            metadata.source(),
            metadata.sender().orElse(null),
            metadata.sent().orElse(null),
            metadata.bytes().isPresent() ? metadata.bytes().getAsLong() : null,
            metadata.hasAttachment(),
            id));
    MemoryDatabase.run(connection, "DELETE FROM message_names WHERE message_id = ?", id);
    name(connection, id, "to", metadata.to());
    name(connection, id, "cc", metadata.cc());
    name(connection, id, "bcc", metadata.bcc());
    name(connection, id, "label", metadata.labels());
  }

  private static void name(Connection connection, long id, String kind, Collection<String> names)
      throws SQLException {
    for (String name : names) {
      MemoryDatabase.run(
          connection,
          "INSERT INTO message_names (message_id, kind, name) VALUES (?, ?, ?)",
          id,
          kind,
          name);
    }
  }

  @Override
  public void delete(long id) {
    one("UPDATE messages SET deleted = TRUE WHERE id = ?", id);
  }

  @Override
  public void restore(long id) {
    one("UPDATE messages SET deleted = FALSE WHERE id = ?", id);
  }

  @Override
  public void purge(long id) {
    one("DELETE FROM messages WHERE id = ?", id);
  }

  private void one(String sql, Object... parameters) {
    write(connection -> requireOne(MemoryDatabase.run(connection, sql, parameters)));
  }

  private static void requireOne(int rows) {
    if (rows != 1) {
      throw new IllegalArgumentException("there is no such message");
    }
  }
}
