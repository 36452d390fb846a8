package org.example.embed.h2;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes messages as a host does: with plain statements, on a separate connection. */
final class SqlWriter implements ArchiveWriter {
  private final InMemoryDatabase database;
  private final Optional<Connection> transaction;

  SqlWriter(InMemoryDatabase database) {
    this(database, Optional.empty());
  }

  private SqlWriter(InMemoryDatabase database, Optional<Connection> transaction) {
    this.database = database;
    this.transaction = transaction;
  }

  @FunctionalInterface
  private interface Change {
    void apply(Connection connection) throws SQLException;
  }

  /** Applies a change in the open transaction, or in a new one. */
  private void write(Change work) {
    try {
      if (transaction.isPresent()) {
        work.apply(transaction.get());
        return;
      }
      try (Connection connection = database.dataSource().getConnection()) {
        connection.setAutoCommit(false);
        work.apply(connection); // close rolls back uncommitted changes
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
          InMemoryDatabase.run(
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
    updateOne(
        "UPDATE messages SET subject = ?, text = ?, html = ? WHERE id = ?",
        content.subject(),
        content.text(),
        content.html(),
        id);
  }

  @Override
  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
    write(connection -> describe(connection, id, metadata));
  }

  private static void describe(Connection connection, long id, ArchiveMessage.Metadata metadata)
      throws SQLException {
    requireOne(
        InMemoryDatabase.run(
            connection,
            """
            UPDATE messages SET message_type = ?, source = ?, sender = ?, sent = ?, bytes = ?,
                                conversation = ?
             WHERE id = ?
            """,
            metadata.type(),
            metadata.source(),
            metadata.sender().orElse(null),
            metadata.sent().orElse(null),
            metadata.bytes().isPresent() ? metadata.bytes().getAsLong() : null,
            metadata.conversation().orElse(null),
            id));
    InMemoryDatabase.run(connection, "DELETE FROM message_names WHERE message_id = ?", id);
    insertNames(connection, id, "to", metadata.to());
    insertNames(connection, id, "cc", metadata.cc());
    insertNames(connection, id, "bcc", metadata.bcc());
    insertNames(connection, id, "label", metadata.labels());
    insertNames(connection, id, "attachment", metadata.attachments());
  }

  private static void insertNames(
      Connection connection, long id, String kind, Collection<String> names) throws SQLException {
    int position = 0;
    for (String name : names) {
      InMemoryDatabase.run(
          connection,
          "INSERT INTO message_names (message_id, kind, name, position) VALUES (?, ?, ?, ?)",
          id,
          kind,
          name,
          position++);
    }
  }

  @Override
  public void delete(long id) {
    updateOne("UPDATE messages SET deleted = TRUE WHERE id = ?", id);
  }

  @Override
  public void restore(long id) {
    updateOne("UPDATE messages SET deleted = FALSE WHERE id = ?", id);
  }

  @Override
  public void purge(long id) {
    updateOne("DELETE FROM messages WHERE id = ?", id);
  }

  private void updateOne(String sql, Object... parameters) {
    write(connection -> requireOne(InMemoryDatabase.run(connection, sql, parameters)));
  }

  private static void requireOne(int rows) {
    if (rows != 1) {
      throw new IllegalArgumentException("there is no such message");
    }
  }
}
