package io.msgvault.embed.sqlite;

import io.msgvault.embed.memory.ArchiveMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes an archive by plain SQL, as any client of the file may. */
final class RawArchiveWriter extends SqlWriter {

  RawArchiveWriter(SqlClient sql) {
    super(sql);
  }

  @Override
  public void insert(long id, ArchiveMessage message) {
    atomically(
        unused -> {
          sql.run(
              "INSERT INTO messages (id, source_id, subject) VALUES (?, ?, ?)",
              id,
              id("sources", "name", message.metadata().source()),
              message.content().subject());
          if (!message.content().text().isEmpty() || !message.content().html().isEmpty()) {
            sql.run(
                "INSERT INTO message_bodies (message_id, text, html) VALUES (?, ?, ?)",
                id,
                message.content().text(),
                message.content().html());
          }
          updateMetadata(id, message.metadata());
        });
  }

  @Override
  public void edit(long id, ArchiveMessage.Content content) {
    atomically(
        unused -> {
          requireOneRow(
              sql.run("UPDATE messages SET subject = ? WHERE id = ?", content.subject(), id));
          sql.run(
              """
              INSERT INTO message_bodies (message_id, text, html) VALUES (?, ?, ?)
              ON CONFLICT DO UPDATE SET text = excluded.text, html = excluded.html
              """,
              id,
              content.text(),
              content.html());
        });
  }

  @Override
  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
    atomically(
        unused -> {
          requireOneRow(
              sql.run(
                  """
                  UPDATE messages SET message_type = ?, source_id = ?, sender_id = ?, sent_at = ?,
                         size_bytes = ?, conversation = ?, flags = flags || 'x'
                   WHERE id = ?
                  """,
                  metadata.type(),
                  id("sources", "name", metadata.source()),
                  metadata
                      .sender()
                      .map(address -> participant(address, metadata.names()))
                      .orElse(null),
                  metadata.sent().map(Instant::toEpochMilli).orElse(null),
                  orNull(metadata.bytes()),
                  metadata.conversation().orElse(null),
                  id));
          sql.run("DELETE FROM recipients WHERE message_id = ?", id);
          receive(id, "to", metadata.to(), metadata.names());
          receive(id, "cc", metadata.cc(), metadata.names());
          receive(id, "bcc", metadata.bcc(), metadata.names());
          sql.run("DELETE FROM message_labels WHERE message_id = ?", id);
          for (String label : metadata.labels()) {
            sql.run(
                "INSERT INTO message_labels (message_id, label_id) VALUES (?, ?)",
                id,
                id("labels", "name", label));
          }
          sql.run("DELETE FROM attachments WHERE message_id = ?", id);
          int position = 0;
          for (String attachment : metadata.attachments()) {
            sql.run(
                "INSERT INTO attachments (message_id, position, name) VALUES (?, ?, ?)",
                id,
                position++,
                attachment);
          }
        });
  }

  private void receive(long id, String kind, List<String> addresses, Map<String, String> names) {
    int position = 0;
    for (String address : addresses) {
      sql.run(
          """
          INSERT INTO recipients (message_id, kind, position, participant_id) VALUES (?, ?, ?, ?)
          """,
          id,
          kind,
          position++,
          participant(address, names));
    }
  }

  /** Addresses are stored as they come, capitals and all. */
  private long participant(String address, Map<String, String> names) {
    long id = id("participants", "address", address);
    if (names.containsKey(address)) {
      sql.run("UPDATE participants SET name = ? WHERE id = ?", names.get(address), id);
    }
    return id;
  }

  private long id(String table, String column, String value) {
    sql.run("INSERT OR IGNORE INTO " + table + " (" + column + ") VALUES (?)", value);
    return sql.number("SELECT id FROM " + table + " WHERE " + column + " = ?", value).orElseThrow();
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  @Override
  public void delete(long id) {
    change("UPDATE messages SET deleted_at = ifnull(deleted_at, 1) WHERE id = ?", id);
  }

  @Override
  public void restore(long id) {
    change("UPDATE messages SET deleted_at = NULL WHERE id = ?", id);
  }

  @Override
  public void purge(long id) {
    atomically(
        unused -> {
          for (String table :
              List.of("message_bodies", "recipients", "message_labels", "attachments")) {
            sql.run("DELETE FROM " + table + " WHERE message_id = ?", id);
          }
          change("DELETE FROM messages WHERE id = ?", id);
        });
  }

  private void change(String statement, long id) {
    atomically(unused -> requireOneRow(sql.run(statement, id)));
  }
}
