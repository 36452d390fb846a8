package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.Set;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Counts messages by stamp, from {@code embed_counts}. Each writer adds its changes as rows of its
 * own. So the sums are right in every snapshot, and no writer waits for another's count. After
 * writes with triggers switched off they are wrong, until a recount adds what they are off by.
 */
public final class CoverageCounter {
  /** Lets a statement read many messages, whatever the host allows others. */
  private static final String WITHOUT_TIMEOUT = "SET LOCAL statement_timeout = 0";

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
                  FROM {schema}.embed_counts{own} AS c
                 WHERE (:types = '{}' OR {c.counted_type_in})
                   AND (:sources = '{}' OR {c.counted_source_in})"""),
            scope)
        .bind("target", target)
        .map(
            (row, context) ->
                Coverage.ofCounts(
                    row.getLong("live"),
                    row.getLong("embedded"),
                    row.getLong("blank"),
                    row.getLong("rejected")))
        .one();
  }

  /** Returns the sum of what each group's count is off by. */
  public static long miscounted(Database.Session session) {
    session.execute(WITHOUT_TIMEOUT);
    return session.dao(Statements.class).miscounted();
  }

  /**
   * Corrects the counts if they are off. Takes no lock if nothing is off.
   *
   * @return the sum of what the counts were off by
   */
  public static long recount(Database database) {
    database.requireWritable();
    return database.read(CoverageCounter::miscounted) == 0
        ? 0
        : database.write(CoverageCounter::recount);
  }

  /**
   * Adds to each group's count what it is off by. One statement compares messages and counts in one
   * snapshot, so it holds up no writer. The lock keeps out other recounts, which would add the
   * same.
   */
  static long recount(Database.Session session) {
    session.execute(WITHOUT_TIMEOUT);
    Statements statements = session.dao(Statements.class);
    statements.lock();
    return statements.recount();
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
    /** Subtracts the counts from what is there. NULL equals NULL when rows are grouped. */
    String DIFFERENCES =
        """
        SELECT type, source, embed_gen, embed_outcome, sum(live) AS live FROM (
          SELECT {m.counted_type} AS type, {m.counted_source} AS source,
                 m.embed_gen, m.embed_outcome, 1 AS live
            FROM {messages} AS m WHERE {m.live}
          UNION ALL
          SELECT type, source, embed_gen, embed_outcome, -live FROM {schema}.embed_counts{own}
        ) AS counted
        GROUP BY 1, 2, 3, 4 HAVING sum(live) <> 0
        """;

    @SqlQuery("SELECT coalesce(sum(abs(live)), 0) FROM (" + DIFFERENCES + ") AS difference")
    long miscounted();

    @SqlQuery("SELECT one FROM {schema}.embed_archive{own} FOR NO KEY UPDATE")
    boolean lock();

    @SqlQuery(
        "WITH difference AS MATERIALIZED ("
            + DIFFERENCES
            + """
            ), corrected AS (
              INSERT INTO {schema}.embed_counts{own} SELECT * FROM difference
            )
            SELECT coalesce(sum(abs(live)), 0) FROM difference""")
    long recount();

    @SqlQuery(
        """
        SELECT embed_gen FROM {schema}.embed_counts{own}
         WHERE embed_gen IS NOT NULL
         GROUP BY embed_gen HAVING sum(live) > 0""")
    Set<Long> stampedGenerations();

    @SqlUpdate(
        """
        WITH added AS MATERIALIZED (
          SELECT ctid FROM {schema}.embed_counts{own} FOR UPDATE SKIP LOCKED
        ), removed AS (
          DELETE FROM {schema}.embed_counts{own} WHERE ctid = ANY (ARRAY(SELECT ctid FROM added))
          RETURNING type, source, embed_gen, embed_outcome, live
        )
        INSERT INTO {schema}.embed_counts{own}
        SELECT type, source, embed_gen, embed_outcome, sum(live)
          FROM removed GROUP BY 1, 2, 3, 4 HAVING sum(live) <> 0""")
    int compact();
  }
}
