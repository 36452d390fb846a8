package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is known of messages, in one statement, and so from one snapshot. */
public final class HeaderReader {
  private static final String SELECT =
      """
      SELECT m.id, s.name AS source, coalesce(m.external_id, '') AS external_id, m.message_type,
             coalesce(m.subject, '') AS subject, m.sent_at, m.size_bytes,
             m.deleted_at IS NULL AS live,
             coalesce(kinds, '{}') AS kinds, coalesce(addresses, '{}') AS addresses,
             coalesce(names, '{}') AS names,
             ARRAY (SELECT label FROM $schema.message_labels l WHERE l.message_id = m.id
                     ORDER BY label) AS labels,
             ARRAY (SELECT a.name FROM $schema.attachments a WHERE a.message_id = m.id
                     ORDER BY position) AS attachments
        FROM $schema.messages m
        JOIN $schema.sources s ON s.id = m.source_id
       CROSS JOIN LATERAL (
             SELECT array_agg(mp.kind ORDER BY position) AS kinds,
                    array_agg(p.address ORDER BY position) AS addresses,
                    array_agg(p.name ORDER BY position) AS names
               FROM $schema.message_participants mp
               JOIN $schema.participants p ON p.id = mp.participant_id
              WHERE mp.message_id = m.id
             ) AS participants
       WHERE m.id = ANY (:ids)
       ORDER BY m.id""";

  private HeaderReader() {}

  public static List<MessageHeader> of(Database.Session session, Collection<Long> ids) {
    return session
        .query(SELECT)
        .bindArray("ids", Long.class, ids)
        .map((row, context) -> header(row))
        .list();
  }

  private static MessageHeader header(ResultSet row) throws SQLException {
    @Nullable Long bytes = row.getObject("size_bytes", Long.class);
    return MessageHeader.builder(
            row.getLong("id"), row.getString("source"), row.getString("message_type"))
        .externalId(row.getString("external_id"))
        .subject(row.getString("subject"))
        .sender(participants(row, "from").stream().findFirst())
        .to(participants(row, "to"))
        .cc(participants(row, "cc"))
        .bcc(participants(row, "bcc"))
        .sentAt(PgValues.optionalTime(row, "sent_at"))
        .sizeBytes(Optional.ofNullable(bytes).map(OptionalLong::of).orElseGet(OptionalLong::empty))
        .labels(new LinkedHashSet<>(texts(row, "labels")))
        .attachments(texts(row, "attachments"))
        .live(row.getBoolean("live"))
        .build();
  }

  private static List<Participant> participants(ResultSet row, String kind) throws SQLException {
    List<String> kinds = texts(row, "kinds");
    List<String> addresses = texts(row, "addresses");
    List<String> names = texts(row, "names");
    List<Participant> participants = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).equals(kind)) {
        participants.add(new Participant(addresses.get(i), names.get(i)));
      }
    }
    return participants;
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }
}
