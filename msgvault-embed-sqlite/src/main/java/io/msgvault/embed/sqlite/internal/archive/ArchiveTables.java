package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.Times;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows that make up a message. Statements stay prepared, because an import runs each of
 * them very often.
 */
public final class ArchiveTables {
  private static final String INSERT_MESSAGE =
      """
      INSERT INTO messages
        (source_id, external_id, message_type, subject, sender_id, sent_at, size_bytes,
         conversation)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (source_id, external_id) DO NOTHING
      RETURNING id
      """;

  private final Session session;

  public ArchiveTables(Session session) {
    this.session = session;
  }

  /** Returns the archive's identity. */
  public static UUID archiveId(Session session) {
    return UUID.fromString(session.dao(ArchiveRowDao.class).archiveId());
  }

  /** Stores a message, unless its source has one with the same external id. */
  public StoreResult store(NewMessage message) throws SQLException {
    long source = sourceId(message.source());
    OptionalLong added = insertMessage(message, source);
    if (added.isEmpty()) {
      return new StoreResult(find(source, message.externalId()).orElseThrow(), false);
    }
    long id = added.getAsLong();
    if (!message.text().isEmpty() || !message.html().isEmpty()) {
      writeBody(id, message.text(), message.html());
    }
    addRecipients(id, "to", message.to());
    addRecipients(id, "cc", message.cc());
    addRecipients(id, "bcc", message.bcc());
    for (String label : message.labels()) {
      addLabel(id, label);
    }
    addAttachments(id, message.attachments());
    return new StoreResult(id, true);
  }

  private OptionalLong insertMessage(NewMessage message, long source) throws SQLException {
    PreparedStatement insert = session.prepare(INSERT_MESSAGE);
    insert.setLong(1, source);
    insert.setString(2, message.externalId());
    insert.setString(3, message.type());
    insert.setString(4, message.subject());
    setLong(insert, 5, message.sender().isEmpty() ? null : participantId(message.sender().get()));
    setLong(insert, 6, message.sentAt().map(Times::floorMillis).orElse(null));
    setLong(insert, 7, message.sizeBytes().isEmpty() ? null : message.sizeBytes().getAsLong());
    insert.setString(8, message.conversation().orElse(null));
    return first(insert);
  }

  OptionalLong find(long source, String externalId) throws SQLException {
    PreparedStatement select =
        session.prepare("SELECT id FROM messages WHERE source_id = ? AND external_id = ?");
    select.setLong(1, source);
    select.setString(2, externalId);
    return first(select);
  }

  /** Writes or replaces the body of a message. */
  public void writeBody(long id, String text, String html) throws SQLException {
    PreparedStatement upsert =
        session.prepare(
            """
            INSERT INTO message_bodies (message_id, text, html) VALUES (?, ?, ?)
            ON CONFLICT (message_id) DO UPDATE SET text = excluded.text, html = excluded.html
            """);
    upsert.setLong(1, id);
    upsert.setString(2, text);
    upsert.setString(3, html);
    upsert.executeUpdate();
  }

  /** Adds a label to a message that does not have it. */
  public void addLabel(long id, String label) throws SQLException {
    PreparedStatement insert =
        session.prepare("INSERT INTO message_labels (message_id, label_id) VALUES (?, ?)");
    insert.setLong(1, id);
    insert.setLong(2, labelId(label));
    insert.executeUpdate();
  }

  private void addRecipients(long id, String kind, List<Participant> recipients)
      throws SQLException {
    PreparedStatement insert =
        session.prepare(
            """
            INSERT INTO recipients (message_id, kind, position, participant_id)
            VALUES (?, ?, ?, ?)
            """);
    int position = 0;
    for (Participant recipient : recipients) {
      insert.setLong(1, id);
      insert.setString(2, kind);
      insert.setInt(3, position++);
      insert.setLong(4, participantId(recipient));
      insert.executeUpdate();
    }
  }

  private void addAttachments(long id, List<String> names) throws SQLException {
    PreparedStatement insert =
        session.prepare("INSERT INTO attachments (message_id, position, name) VALUES (?, ?, ?)");
    int position = 0;
    for (String name : names) {
      insert.setLong(1, id);
      insert.setInt(2, position++);
      insert.setString(3, name);
      insert.executeUpdate();
    }
  }

  private long sourceId(String name) throws SQLException {
    return idOf(
        name,
        "SELECT id FROM sources WHERE name = ?",
        "INSERT INTO sources (name) VALUES (?) RETURNING id");
  }

  private long labelId(String name) throws SQLException {
    return idOf(
        name,
        "SELECT id FROM labels WHERE name = ?",
        "INSERT INTO labels (name) VALUES (?) RETURNING id");
  }

  private long idOf(String name, String select, String insert) throws SQLException {
    for (String sql : List.of(select, insert)) {
      PreparedStatement statement = session.prepare(sql);
      statement.setString(1, name);
      OptionalLong id = first(statement);
      if (id.isPresent()) {
        return id.getAsLong();
      }
    }
    throw new IllegalStateException("an INSERT returned no id");
  }

  /** Returns the id of an address. Keeps the first name that comes with it. */
  private long participantId(Participant participant) throws SQLException {
    PreparedStatement select =
        session.prepare("SELECT id FROM participants WHERE address = ? AND (name <> '' OR ? = '')");
    select.setString(1, participant.address());
    select.setString(2, participant.name());
    OptionalLong known = first(select);
    if (known.isPresent()) {
      return known.getAsLong();
    }
    PreparedStatement upsert =
        session.prepare(
            """
            INSERT INTO participants (address, name) VALUES (?, ?)
            ON CONFLICT (address) DO UPDATE SET name = excluded.name
            RETURNING id
            """);
    upsert.setString(1, participant.address());
    upsert.setString(2, participant.name());
    return first(upsert).orElseThrow();
  }

  private static OptionalLong first(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
    }
  }

  private static void setLong(PreparedStatement statement, int index, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.INTEGER);
    } else {
      statement.setLong(index, value);
    }
  }
}
