package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.MessageDetails;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads what is known of live messages besides their texts. */
public final class DetailsReader implements RowMapper<MessageDetails> {
  private static final String DETAILS =
      """
      SELECT {m.id} AS id, {people} AS people, {attachment_names} AS attachments,
             {sent_seconds} AS sent, {conversation} AS conversation
        FROM {messages} AS m WHERE {m.id} = ANY (:ids) AND {m.live}
       ORDER BY {m.id}""";

  private DetailsReader() {}

  /** Returns the details of the live messages among these ids, by id. */
  public static List<MessageDetails> read(Database.Session session, Collection<Long> ids) {
    return session.query(DETAILS).bindArray("ids", Long.class, ids).map(new DetailsReader()).list();
  }

  @Override
  public MessageDetails map(ResultSet row, StatementContext context) throws SQLException {
    return new MessageDetails(
        row.getLong("id"),
        PgValues.texts(row, "people"),
        PgValues.texts(row, "attachments"),
        Optional.ofNullable(row.getString("sent")).flatMap(PgValues::ofSeconds),
        Optional.ofNullable(row.getString("conversation")));
  }
}
