package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.ArchiveMessage;
import io.msgvault.embed.testkit.ArchiveWriter;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Writes to an archive by plain statements, as a host would. */
final class PgWriter implements ArchiveWriter {
  private final Jdbi jdbi;
  private final String schema;

  PgWriter(Jdbi jdbi, String schema) {
    this.jdbi = jdbi;
    this.schema = schema;
  }

  @Override
  public void insert(long id, ArchiveMessage message) {
    atomically(writer -> writer.insert(id, message));
  }

  @Override
  public void edit(long id, ArchiveMessage.Content content) {
    atomically(writer -> writer.edit(id, content));
  }

  @Override
  public void describe(long id, ArchiveMessage.Metadata metadata) {
    atomically(writer -> writer.describe(id, metadata));
  }

  @Override
  public void delete(long id) {
    atomically(writer -> writer.delete(id));
  }

  @Override
  public void restore(long id) {
    atomically(writer -> writer.restore(id));
  }

  @Override
  public void purge(long id) {
    atomically(writer -> writer.purge(id));
  }

  @Override
  public void atomically(Consumer<ArchiveWriter> work) {
    jdbi.useTransaction(
        handle -> {
          handle.execute("SET LOCAL search_path = " + schema);
          work.accept(new InTransaction(handle));
        });
  }

  private record InTransaction(Handle handle) implements ArchiveWriter {
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
      describe(id, message.metadata());
    }

    @Override
    public void edit(long id, ArchiveMessage.Content content) {
      requireOne(
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
    public void describe(long id, ArchiveMessage.Metadata metadata) {
      requireOne(
          handle
              .createUpdate(
                  """
                  UPDATE messages SET source_id = :source, message_type = :type, sent_at = :sent,
                         size_bytes = :bytes
                   WHERE id = :id""")
              .bind("source", source(metadata.source()))
              .bind("type", metadata.type())
              .bind("sent", metadata.sent().map(time -> time.atOffset(ZoneOffset.UTC)).orElse(null))
              .bind("bytes", metadata.bytes().isPresent() ? metadata.bytes().getAsLong() : null)
              .bind("id", id)
              .execute());
      handle.execute("DELETE FROM message_participants WHERE message_id = ?", id);
      participants(id, "from", metadata.sender().stream().toList());
      participants(id, "to", metadata.to());
      participants(id, "cc", metadata.cc());
      participants(id, "bcc", metadata.bcc());
      handle.execute("DELETE FROM message_labels WHERE message_id = ?", id);
      for (String label : metadata.labels()) {
        handle.execute("INSERT INTO message_labels VALUES (?, ?)", id, label);
      }
      handle.execute("DELETE FROM attachments WHERE message_id = ?", id);
      if (metadata.hasAttachment()) {
        handle.execute("INSERT INTO attachments VALUES (?, 0, 'plan.pdf')", id);
      }
    }

    private void participants(long id, String kind, Collection<String> addresses) {
      int position = 0;
      for (String address : addresses) {
        handle.execute(
            """
            INSERT INTO participants (address) VALUES (?)
            ON CONFLICT (lower(address)) DO NOTHING""",
            address);
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
      requireOne(
          handle.execute(
              "UPDATE messages SET deleted_at = coalesce(deleted_at, now()) WHERE id = ?", id));
    }

    @Override
    public void restore(long id) {
      requireOne(handle.execute("UPDATE messages SET deleted_at = NULL WHERE id = ?", id));
    }

    @Override
    public void purge(long id) {
      requireOne(handle.execute("DELETE FROM messages WHERE id = ?", id));
    }

    @Override
    public void atomically(Consumer<ArchiveWriter> work) {
      work.accept(this);
    }

    private static void requireOne(int rows) {
      if (rows != 1) {
        throw new NoSuchElementException("no message has this id");
      }
    }

    private static @Nullable String orNull(String part) {
      return part.isEmpty() ? null : part;
    }
  }
}
