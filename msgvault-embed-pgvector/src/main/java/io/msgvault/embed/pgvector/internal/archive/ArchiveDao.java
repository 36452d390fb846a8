package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.archive.MessageHeader;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.statement.UseRowMapper;
import org.jspecify.annotations.Nullable;

/** The bundled tables, and the archive's identity. */
public interface ArchiveDao {
  @SqlQuery("SELECT archive_id FROM {schema}.embed_archive{own}")
  UUID archiveId();

  @SqlUpdate(
      "INSERT INTO {schema}.embed_archive{own} (mapping, columns) VALUES (:mapping, :columns)")
  void create(String mapping, String columns);

  @SqlUpdate("UPDATE {schema}.embed_archive{own} SET mapping = :mapping, columns = :columns")
  void rename(String mapping, String columns);

  @SqlQuery("SELECT unwatched FROM {schema}.embed_archive{own}")
  boolean isUnwatched();

  @SqlUpdate("UPDATE {schema}.embed_archive{own} SET unwatched = :unwatched")
  void setUnwatched(boolean unwatched);

  @SqlQuery("SELECT mapping FROM {schema}.embed_archive{own}")
  String installedMapping();

  @SqlQuery("SELECT columns FROM {schema}.embed_archive{own}")
  String installedColumns();

  /** Returns the id of the new message; empty if there is one of the same source and id. */
  @SqlQuery(
      """
      INSERT INTO {schema}.messages
             (source_id, external_id, message_type, subject, sent_at, size_bytes, conversation)
      VALUES (:source, :externalId, :type, :subject, :sentAt, :bytes, :conversation)
      ON CONFLICT (source_id, external_id) DO NOTHING
      RETURNING id""")
  Optional<Long> insertMessage(
      long source,
      String externalId,
      String type,
      String subject,
      @Nullable OffsetDateTime sentAt,
      @Nullable Long bytes,
      @Nullable String conversation);

  @SqlQuery(
      """
      SELECT id FROM {schema}.messages
       WHERE source_id = :source AND external_id = :externalId""")
  long messageId(long source, String externalId);

  @SqlQuery(
      """
      SELECT m.id FROM {schema}.messages m JOIN {schema}.sources s ON s.id = source_id
       WHERE name = :source AND external_id = :externalId""")
  Optional<Long> findMessage(String source, String externalId);

  @SqlQuery(
      """
      SELECT m.id FROM {schema}.messages m
       WHERE m.source_id IN (SELECT id FROM {schema}.sources)
         AND m.external_id = ANY (CAST(:externalIds AS text[]))
       ORDER BY m.id""")
  List<Long> findAll(Collection<String> externalIds);

  @SqlQuery(
      """
      SELECT m.id FROM {schema}.messages m JOIN {schema}.sources s ON s.id = source_id
       WHERE name = :source AND sent_at BETWEEN :from AND :until
         AND right(subject, length(:ending)) = :ending
       ORDER BY m.id""")
  List<Long> findBySubject(String source, String ending, OffsetDateTime from, OffsetDateTime until);

  @SqlUpdate(
      """
      UPDATE {schema}.messages m SET conversation = names.new
        FROM unnest(CAST(:former AS text[]), CAST(:named AS text[])) AS names (old, new)
       WHERE m.conversation = names.old""")
  int renameConversations(Collection<String> former, Collection<String> named);

  /** Locks the message's row, so that of two writers one waits for the other. */
  @SqlQuery("SELECT id FROM {schema}.messages WHERE id = :id FOR NO KEY UPDATE")
  Optional<Long> lockMessage(long id);

  @SqlUpdate("UPDATE {schema}.messages SET subject = :subject WHERE id = :id")
  int updateSubject(long id, String subject);

  @SqlUpdate(
      """
      UPDATE {schema}.messages SET deleted_at = :at
       WHERE id = :id AND deleted_at IS NULL""")
  int delete(long id, OffsetDateTime at);

  @SqlUpdate(
      """
      UPDATE {schema}.messages SET deleted_at = NULL
       WHERE id = :id AND deleted_at IS NOT NULL""")
  int restore(long id);

  @SqlUpdate("INSERT INTO {schema}.sources (name) VALUES (:name) ON CONFLICT DO NOTHING")
  void insertSource(String name);

  @SqlQuery("SELECT id FROM {schema}.sources WHERE name = :name")
  long sourceId(String name);

  @SqlUpdate(
      """
      INSERT INTO {schema}.message_bodies (message_id, body_text, body_html)
      VALUES (:id, :text, :html)
      ON CONFLICT (message_id) DO UPDATE
         SET body_text = excluded.body_text, body_html = excluded.body_html""")
  void writeBody(long id, String text, String html);

  /** Keeps the first of the names that come with an address. */
  @SqlUpdate(
      """
      INSERT INTO {schema}.participants AS known (address, name)
      SELECT DISTINCT ON (address) address, name
        FROM unnest(CAST(:addresses AS text[]), CAST(:names AS text[])) AS input (address, name) ORDER BY address, name = ''
      ON CONFLICT (lower(address)) DO UPDATE SET name = excluded.name
       WHERE known.name = '' AND excluded.name <> ''""")
  void insertParticipants(Collection<String> addresses, Collection<String> names);

  @SqlUpdate(
      """
      INSERT INTO {schema}.message_participants (message_id, kind, position, participant_id)
      SELECT :id, :kind, position, p.id
        FROM unnest(CAST(:addresses AS text[])) WITH ORDINALITY AS input (address, position)
        JOIN {schema}.participants p ON lower(p.address) = input.address""")
  void insertMessageParticipants(long id, String kind, Collection<String> addresses);

  @SqlUpdate("DELETE FROM {schema}.message_labels WHERE message_id = :id")
  void deleteLabels(long id);

  @SqlUpdate(
      "INSERT INTO {schema}.message_labels (message_id, label) SELECT :id, unnest(CAST(:labels AS text[]))")
  void insertLabels(long id, Collection<String> labels);

  @SqlUpdate(
      """
      INSERT INTO {schema}.attachments (message_id, position, name)
      SELECT :id, position, name
        FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS input (name, position)""")
  void insertAttachments(long id, Collection<String> names);

  /** Reads everything in one statement, and so from one snapshot. */
  @SqlQuery(
      """
      SELECT m.id, s.name AS source, coalesce(m.external_id, '') AS external_id, m.message_type,
             coalesce(m.subject, '') AS subject, m.sent_at, m.size_bytes,
             m.conversation, m.deleted_at IS NULL AS live,
             coalesce(kinds, '{}') AS kinds, coalesce(addresses, '{}') AS addresses,
             coalesce(names, '{}') AS names,
             ARRAY (SELECT label FROM {schema}.message_labels l WHERE l.message_id = m.id
                     ORDER BY label) AS labels,
             ARRAY (SELECT a.name FROM {schema}.attachments a WHERE a.message_id = m.id
                     ORDER BY position) AS attachments
        FROM {schema}.messages m
        JOIN {schema}.sources s ON s.id = m.source_id
       CROSS JOIN LATERAL (
             SELECT array_agg(mp.kind ORDER BY position) AS kinds,
                    array_agg(p.address ORDER BY position) AS addresses,
                    array_agg(p.name ORDER BY position) AS names
               FROM {schema}.message_participants mp
               JOIN {schema}.participants p ON p.id = mp.participant_id
              WHERE mp.message_id = m.id
             ) AS participants
       WHERE m.id = ANY (:ids)
       ORDER BY m.id""")
  @UseRowMapper(HeaderReader.class)
  List<MessageHeader> headers(Collection<Long> ids);
}
