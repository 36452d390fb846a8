package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.archive.Participant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Single messages: their state and their header. Ids are JSON arrays, ascending. */
public interface ArchiveDao {
  @SqlQuery(
      """
      SELECT m.id FROM messages m JOIN sources s ON s.id = m.source_id
       WHERE s.name = :source AND m.external_id = :externalId
      """)
  Optional<Long> find(String source, String externalId);

  @SqlQuery(
      """
      SELECT id FROM messages
       WHERE source_id IN (SELECT id FROM sources) AND external_id = :externalId
      """)
  List<Long> findAll(String externalId);

  @SqlQuery(
      """
      SELECT m.id FROM messages m JOIN sources s ON s.id = m.source_id
       WHERE s.name = :source AND m.sent_at BETWEEN :from AND :until
         AND substr(m.subject, -length(:ending)) = :ending
       ORDER BY m.id
      """)
  List<Long> findBySubject(String source, String ending, long from, long until);

  @SqlUpdate("UPDATE messages SET conversation = :to WHERE conversation = :from")
  void renameConversation(String from, String to);

  @SqlUpdate("UPDATE messages SET subject = :subject WHERE id = :id")
  int updateSubject(long id, String subject);

  @SqlUpdate("UPDATE messages SET deleted_at = :at WHERE id = :id AND deleted_at IS NULL")
  int delete(long id, long at);

  @SqlUpdate("UPDATE messages SET deleted_at = NULL WHERE id = :id AND deleted_at IS NOT NULL")
  int restore(long id);

  @SqlQuery("SELECT count(*) FROM messages WHERE id = :id")
  boolean exists(long id);

  @SqlUpdate("DELETE FROM message_labels WHERE message_id = :id")
  void clearLabels(long id);

  @SqlQuery(
      """
      SELECT m.id, s.name AS source, m.external_id, m.message_type,
             CAST(ifnull(m.subject, '') AS TEXT) AS subject,
             p.address, p.name, m.sent_at, m.size_bytes, m.conversation, m.deleted_at IS NULL AS live
        FROM json_each(:ids) j
        JOIN messages m ON m.id = j.value
        LEFT JOIN sources s ON s.id = m.source_id
        LEFT JOIN participants p ON p.id = m.sender_id
       ORDER BY m.id
      """)
  @RegisterRowMapper(HeaderRowMapper.class)
  List<HeaderRow> heads(String ids);

  @SqlQuery(
      """
      SELECT r.message_id, r.kind, p.address, p.name
        FROM json_each(:ids) j
        JOIN recipients r ON r.message_id = j.value
        JOIN participants p ON p.id = r.participant_id
       ORDER BY r.message_id, r.kind, r.position
      """)
  @RegisterRowMapper(RecipientMapper.class)
  List<Recipient> recipients(String ids);

  @SqlQuery(
      """
      SELECT ml.message_id, l.name
        FROM json_each(:ids) j
        JOIN message_labels ml ON ml.message_id = j.value
        JOIN labels l ON l.id = ml.label_id
       ORDER BY ml.message_id, l.name
      """)
  @RegisterRowMapper(NameMapper.class)
  List<Name> labels(String ids);

  @SqlQuery(
      """
      SELECT a.message_id, a.name
        FROM json_each(:ids) j
        JOIN attachments a ON a.message_id = j.value
       ORDER BY a.message_id, a.position
      """)
  @RegisterRowMapper(NameMapper.class)
  List<Name> attachments(String ids);

  /** The part of a header that one row holds. */
  record HeaderRow(
      long id,
      String source,
      String externalId,
      String type,
      String subject,
      Optional<Participant> sender,
      Optional<Instant> sentAt,
      OptionalLong sizeBytes,
      Optional<String> conversation,
      boolean live) {}

  record Recipient(long messageId, String kind, Participant participant) {}

  record Name(long messageId, String name) {}

  final class HeaderRowMapper implements RowMapper<HeaderRow> {
    @Override
    public HeaderRow map(ResultSet row, StatementContext context) throws SQLException {
      long sentAt = row.getLong("sent_at");
      Optional<Instant> sent =
          row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(sentAt));
      long bytes = row.getLong("size_bytes");
      OptionalLong size = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(bytes);
      return new HeaderRow(
          row.getLong("id"),
          orEmpty(row, "source"),
          orEmpty(row, "external_id"),
          row.getString("message_type"),
          row.getString("subject"),
          row.getString("address") == null ? Optional.empty() : Optional.of(participant(row)),
          sent,
          size,
          Optional.ofNullable(row.getString("conversation")),
          row.getBoolean("live"));
    }
  }

  final class RecipientMapper implements RowMapper<Recipient> {
    @Override
    public Recipient map(ResultSet row, StatementContext context) throws SQLException {
      return new Recipient(row.getLong("message_id"), row.getString("kind"), participant(row));
    }
  }

  final class NameMapper implements RowMapper<Name> {
    @Override
    public Name map(ResultSet row, StatementContext context) throws SQLException {
      return new Name(row.getLong("message_id"), row.getString("name"));
    }
  }

  private static Participant participant(ResultSet row) throws SQLException {
    return new Participant(row.getString("address"), orEmpty(row, "name"));
  }

  private static String orEmpty(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? "" : text;
  }
}
