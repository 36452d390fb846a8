package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.Set;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Counts messages by stamp, from {@code embed_counts}. Each writer adds its changes as rows of its
 * own. So the sums are right in every snapshot, and no writer waits for another's count.
 */
public final class CoverageCounter {
  private CoverageCounter() {}

  /** Counts the live messages of a scope by what they are stamped for a target. */
  public static Coverage count(Database.Session session, long target, Scope scope) {
    return MessageReader.bindScope(
            session.query(
                """
                SELECT coalesce(sum(live), 0) AS live,
                       coalesce(sum(live) FILTER (WHERE embed_outcome = 'EMBEDDED'
                                                    AND embed_gen = :target), 0) AS embedded,
                       coalesce(sum(live) FILTER (WHERE embed_outcome = 'BLANK'
                                                    AND embed_gen = :target), 0) AS blank,
                       coalesce(sum(live) FILTER (WHERE embed_outcome = 'REJECTED'
                                                    AND embed_gen = :target), 0) AS rejected
                  FROM {schema}.embed_counts AS c
                 WHERE (:types = '{}' OR {c.type_in})
                   AND (:sources = '{}' OR {c.source_in})"""),
            scope)
        .bind("target", target)
        .map(
            (row, context) -> {
              long live = row.getLong("live");
              long embedded = row.getLong("embedded");
              long blank = row.getLong("blank");
              long rejected = row.getLong("rejected");
              return new Coverage(
                  live, embedded, blank, rejected, live - embedded - blank - rejected);
            })
        .one();
  }

  /** Returns the generations that live messages are stamped for. */
  public static Set<Long> stampedGenerations(Database.Session session) {
    return session.dao(Statements.class).stampedGenerations();
  }

  /**
   * Replaces the rows of each group by their sum. Skips rows that another caller is replacing, so
   * that no writer waits.
   *
   * @return the number of sums that were written
   */
  public static int compact(Database.Session session) {
    return session.dao(Statements.class).compact();
  }

  /** The table of counts. */
  interface Statements {
    @SqlQuery(
        """
        SELECT embed_gen FROM {schema}.embed_counts
         WHERE embed_gen IS NOT NULL
         GROUP BY embed_gen HAVING sum(live) > 0""")
    Set<Long> stampedGenerations();

    @SqlUpdate(
        """
        WITH added AS MATERIALIZED (
          SELECT ctid FROM {schema}.embed_counts FOR UPDATE SKIP LOCKED
        ), removed AS (
          DELETE FROM {schema}.embed_counts WHERE ctid = ANY (ARRAY(SELECT ctid FROM added))
          RETURNING type, source, embed_gen, embed_outcome, live
        )
        INSERT INTO {schema}.embed_counts
        SELECT type, source, embed_gen, embed_outcome, sum(live)
          FROM removed GROUP BY 1, 2, 3, 4 HAVING sum(live) <> 0""")
    int compact();
  }
}
