package io.msgvault.embed.pgvector;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.pgvector.internal.archive.MappedSql;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/** Maps the bundled tables. */
final class BundledMapping extends TestMapping {
  BundledMapping() {
    super("BUNDLED", MappedSql.BUNDLED_TABLES, List.of("sources", "participants"));
  }

  @Override
  void install(DataSource dataSource, String schema) {
    PgArchive.install(dataSource, schema);
  }

  @Override
  String statements() {
    throw new UnsupportedOperationException("the library makes them");
  }

  @Override
  PgMessageStore open(DataSource dataSource, String schema) {
    return PgMessageStore.open(dataSource, schema);
  }

  @Override
  ArchiveWriter writer(Handle handle) {
    return new Writer(handle);
  }

  @Override
  Map<String, List<String>> rawWrites() {
    Map<String, List<String>> writes = new LinkedHashMap<>();
    writes.put(
        "UPDATE of the subject",
        List.of("UPDATE messages SET subject = subject || '!' WHERE id = :id"));
    writes.put(
        "UPDATE of the text alone",
        List.of("UPDATE message_bodies SET body_text = body_text || '!' WHERE message_id = :id"));
    writes.put(
        "UPDATE of the HTML alone",
        List.of("UPDATE message_bodies SET body_html = 'other' WHERE message_id = :id"));
    writes.put(
        "UPDATE with the same subject",
        List.of("UPDATE messages SET subject = subject WHERE id = :id"));
    writes.put(
        "UPDATE with the same body",
        List.of(
            """
            UPDATE message_bodies SET body_text = body_text, body_html = body_html
             WHERE message_id = :id"""));
    writes.put(
        "UPDATE from NULL to the empty text",
        List.of(
            """
            UPDATE message_bodies SET body_html = coalesce(body_html, '') WHERE message_id = :id""",
            "UPDATE messages SET subject = coalesce(subject, '') WHERE id = :id"));
    writes.put("UPDATE of the size", List.of("UPDATE messages SET size_bytes = 7 WHERE id = :id"));
    writes.put(
        "upsert of the same body",
        List.of(
            """
            INSERT INTO message_bodies SELECT * FROM message_bodies WHERE message_id = :id
            ON CONFLICT (message_id) DO UPDATE
               SET body_text = excluded.body_text, body_html = excluded.body_html"""));
    writes.put(
        "upsert of another body",
        List.of(
            """
            INSERT INTO message_bodies VALUES (:id, 'upserted', NULL)
            ON CONFLICT (message_id) DO UPDATE
               SET body_text = excluded.body_text, body_html = excluded.body_html"""));
    writes.put(
        "upsert of the message with another subject",
        List.of(
            """
            INSERT INTO messages (id, source_id, subject)
            SELECT id, source_id, 'upserted' FROM messages WHERE id = :id
            ON CONFLICT (id) DO UPDATE SET subject = excluded.subject"""));
    writes.put("DELETE of the body", List.of("DELETE FROM message_bodies WHERE message_id = :id"));
    writes.put(
        "INSERT of a body without text",
        List.of("INSERT INTO message_bodies VALUES (:id, '', NULL) ON CONFLICT DO NOTHING"));
    writes.put(
        "deletion and insertion of the body",
        List.of(
            "DELETE FROM message_bodies WHERE message_id = :id",
            "INSERT INTO message_bodies VALUES (:id, 'inserted', gen_random_uuid())"));
    writes.put(
        "deletion and insertion of the message",
        List.of(
            """
            SELECT set_config(
              'test.row', (SELECT to_json(m)::text FROM messages m WHERE id = :id), true)""",
            "DELETE FROM messages WHERE id = :id",
            """
            INSERT INTO messages (id, source_id, message_type, deleted_at, subject)
            SELECT :id, source_id, message_type, deleted_at, 'inserted ' || gen_random_uuid()
              FROM json_populate_record(
                NULL::messages, current_setting('test.row')::json)"""));
    writes.put(
        "UPDATE of the revision", List.of("UPDATE messages SET embed_rev = 1 WHERE id = :id"));
    return writes;
  }

  @Override
  Map<String, List<String>> rawMoves() {
    return Map.of(
        "deletion and UPDATE of the key",
        List.of(
            "DELETE FROM message_bodies WHERE message_id = CAST(:id AS bigint) + 1",
            "UPDATE message_bodies SET message_id = message_id + 1 WHERE message_id = :id"));
  }

  @Override
  Map<String, List<String>> rawRemovals() {
    Map<String, List<String>> removals = new LinkedHashMap<>();
    removals.put("DELETE", List.of("DELETE FROM messages WHERE id = :id"));
    removals.put(
        "DELETE by a common table expression",
        List.of(
            """
            WITH gone AS (DELETE FROM messages WHERE id = :id RETURNING id)
            SELECT set_config('test.row', (SELECT id::text FROM gone), true)"""));
    removals.put(
        "UPDATE of the mark", List.of("UPDATE messages SET deleted_at = now() WHERE id = :id"));
    removals.put(
        "UPDATE of text and mark",
        List.of("UPDATE messages SET subject = 'deleted', deleted_at = now() WHERE id = :id"));
    removals.put(
        "upsert of the mark",
        List.of(
            """
            INSERT INTO messages (id, source_id) SELECT id, source_id FROM messages WHERE id = :id
            ON CONFLICT (id) DO UPDATE SET deleted_at = now()"""));
    removals.put(
        "UPDATE of the id",
        List.of(
            "DELETE FROM message_bodies WHERE message_id = :id",
            "UPDATE messages SET id = id + 1000000 WHERE id = :id"));
    return removals;
  }

  private record Writer(Handle handle) implements ArchiveWriter {
    @Override
    public void insert(long id, ArchiveMessage message) {
      handle
          .createUpdate(
              """
              INSERT INTO messages (id, source_id, subject)
              VALUES (:id, :source, :subject)""")
          .bind("id", id)
          .bind("source", source(message.metadata().source()))
          .bind("subject", orNull(message.content().subject()))
          .execute();
      body(id, message.content());
      updateMetadata(id, message.metadata());
    }

    @Override
    public void edit(long id, ArchiveMessage.Content content) {
      requireOneRow(
          handle
              .createUpdate("UPDATE messages SET subject = :subject WHERE id = :id")
              .bind("subject", orNull(content.subject()))
              .bind("id", id)
              .execute());
      body(id, content);
    }

    private void body(long id, ArchiveMessage.Content content) {
      handle
          .createUpdate(
              """
              INSERT INTO message_bodies (message_id, body_text, body_html)
              VALUES (:id, :text, :html)
              ON CONFLICT (message_id) DO UPDATE
                 SET body_text = excluded.body_text, body_html = excluded.body_html""")
          .bind("id", id)
          .bind("text", orNull(content.text()))
          .bind("html", orNull(content.html()))
          .execute();
    }

    @Override
    public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
      requireOneRow(
          handle
              .createUpdate(
                  """
                  UPDATE messages SET source_id = :source, message_type = :type, sent_at = :sent,
                         size_bytes = :bytes, conversation = :conversation
                   WHERE id = :id""")
              .bind("source", source(metadata.source()))
              .bind("type", metadata.type())
              .bind("sent", metadata.sent().map(time -> time.atOffset(ZoneOffset.UTC)).orElse(null))
              .bind("bytes", metadata.bytes().isPresent() ? metadata.bytes().getAsLong() : null)
              .bind("conversation", metadata.conversation().orElse(null))
              .bind("id", id)
              .execute());
      handle.execute("DELETE FROM message_participants WHERE message_id = ?", id);
      participants(id, "from", metadata.sender().stream().toList(), metadata.names());
      participants(id, "to", metadata.to(), metadata.names());
      participants(id, "cc", metadata.cc(), metadata.names());
      participants(id, "bcc", metadata.bcc(), metadata.names());
      handle.execute("DELETE FROM message_labels WHERE message_id = ?", id);
      for (String label : metadata.labels()) {
        handle.execute("INSERT INTO message_labels VALUES (?, ?)", id, label);
      }
      handle.execute("DELETE FROM attachments WHERE message_id = ?", id);
      int position = 0;
      for (String attachment : metadata.attachments()) {
        handle.execute("INSERT INTO attachments VALUES (?, ?, ?)", id, position++, attachment);
      }
    }

    private void participants(
        long id, String kind, List<String> addresses, Map<String, String> names) {
      int position = 0;
      for (String address : addresses) {
        handle.execute(
            """
            INSERT INTO participants (address, name) VALUES (?, ?)
            ON CONFLICT (lower(address)) DO NOTHING""",
            address,
            names.getOrDefault(address, ""));
        handle.execute(
            """
            INSERT INTO message_participants
            SELECT ?, ?, ?, id FROM participants WHERE lower(address) = lower(? COLLATE "C")""",
            id,
            kind,
            position++,
            address);
      }
    }

    private long source(String name) {
      handle.execute("INSERT INTO sources (name) VALUES (?) ON CONFLICT DO NOTHING", name);
      return handle
          .createQuery("SELECT id FROM sources WHERE name = :name")
          .bind("name", name)
          .mapTo(Long.class)
          .one();
    }

    @Override
    public void delete(long id) {
      requireOneRow(
          handle.execute(
              "UPDATE messages SET deleted_at = coalesce(deleted_at, now()) WHERE id = ?", id));
    }

    @Override
    public void restore(long id) {
      requireOneRow(handle.execute("UPDATE messages SET deleted_at = NULL WHERE id = ?", id));
    }

    @Override
    public void purge(long id) {
      requireOneRow(handle.execute("DELETE FROM messages WHERE id = ?", id));
    }

    @Override
    public void atomically(Consumer<ArchiveWriter> work) {
      work.accept(this);
    }
  }
}
