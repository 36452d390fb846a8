package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Assembles a message's header from its row. */
public final class HeaderReader implements RowMapper<MessageHeader> {
  @Override
  public MessageHeader map(ResultSet row, StatementContext context) throws SQLException {
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
        .labels(new LinkedHashSet<>(PgValues.texts(row, "labels")))
        .attachments(PgValues.texts(row, "attachments"))
        .conversation(Optional.ofNullable(row.getString("conversation")))
        .live(row.getBoolean("live"))
        .build();
  }

  private static List<Participant> participants(ResultSet row, String kind) throws SQLException {
    List<String> kinds = PgValues.texts(row, "kinds");
    List<String> addresses = PgValues.texts(row, "addresses");
    List<String> names = PgValues.texts(row, "names");
    List<Participant> participants = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).equals(kind)) {
        participants.add(new Participant(addresses.get(i), names.get(i)));
      }
    }
    return participants;
  }
}
