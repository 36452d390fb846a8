package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.store.Removal;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * The log of messages that stopped being live, {@code embed_removed}.
 *
 * <p>Sequences are drawn before their transactions commit. So a lower one may become visible after
 * a higher one was listed, and a caller that goes on behind the higher one does not see it. It is
 * not lost: each record is settled by its own sequence and by no other, and a caller that begins at
 * 0 again lists what it has missed.
 */
public interface RemovalDao {
  @SqlQuery(
      """
      SELECT sequence, message_id FROM {schema}.embed_removed{own}
       WHERE sequence > :after ORDER BY sequence LIMIT :limit""")
  @RegisterConstructorMapper(Removal.class)
  List<Removal> removed(long after, int limit);

  /** Ends these removals; ignores others. */
  default void settle(Collection<Removal> removals) {
    settle(
        removals.stream().map(Removal::sequence).toList(),
        removals.stream().map(Removal::messageId).toList());
  }

  @SqlUpdate(
      """
      DELETE FROM {schema}.embed_removed{own} AS r
       USING unnest(CAST(:sequences AS bigint[]), CAST(:ids AS bigint[])) AS s (sequence, id)
       WHERE r.sequence = s.sequence AND r.message_id = s.id""")
  void settle(Collection<Long> sequences, Collection<Long> ids);
}
