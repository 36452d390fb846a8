package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.store.Removal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * The table {@code embed_removed}, which triggers fill with the messages that stopped being live.
 */
public interface RemovalDao {
  /** Lists removals after a sequence, ascending. */
  @SqlQuery(
      """
      SELECT sequence, message_id FROM embed_removed{own}
       WHERE sequence > :after ORDER BY sequence LIMIT :limit
      """)
  @RegisterRowMapper(RemovalMapper.class)
  List<Removal> after(long after, int limit);

  /**
   * Settles removals.
   *
   * @param removals a JSON object of message ids under sequences
   */
  @SqlUpdate(
      """
      DELETE FROM embed_removed{own}
       WHERE sequence IN (SELECT r.sequence
                            FROM json_each(:removals) j CROSS JOIN embed_removed{own} r
                              ON r.sequence = CAST(j.key AS INTEGER) AND r.message_id = j.value)
      """)
  void settle(String removals);

  final class RemovalMapper implements RowMapper<Removal> {
    @Override
    public Removal map(ResultSet row, StatementContext context) throws SQLException {
      return new Removal(row.getLong("sequence"), row.getLong("message_id"));
    }
  }
}
