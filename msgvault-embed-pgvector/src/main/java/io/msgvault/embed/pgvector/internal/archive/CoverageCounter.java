package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts by stamp, from {@code embed_counts}. Each writer adds what it changed as rows of its own,
 * so the sums are right in every snapshot and no writer waits for another's count.
 */
public final class CoverageCounter {
  private CoverageCounter() {}

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
                  FROM $schema.embed_counts AS c
                 WHERE (:types = '{}' OR $oftype(c.type))
                   AND (:sources = '{}' OR $ofsource(c.source))"""),
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

  public static Set<Long> stampedGenerations(Database.Session session) {
    return new HashSet<>(
        session
            .query(
                """
                SELECT embed_gen FROM $schema.embed_counts
                 WHERE embed_gen IS NOT NULL
                 GROUP BY embed_gen HAVING sum(live) > 0""")
            .mapTo(Long.class)
            .list());
  }

  /**
   * Replaces the rows of each group by their sum. Rows that another does this to are passed over,
   * so nobody waits.
   */
  public static int compact(Database.Session session) {
    return session
        .update(
            """
            WITH added AS MATERIALIZED (
              SELECT ctid FROM $schema.embed_counts FOR UPDATE SKIP LOCKED
            ), removed AS (
              DELETE FROM $schema.embed_counts WHERE ctid = ANY (ARRAY(SELECT ctid FROM added))
              RETURNING type, source, embed_gen, embed_outcome, live
            )
            INSERT INTO $schema.embed_counts
            SELECT type, source, embed_gen, embed_outcome, sum(live)
              FROM removed GROUP BY 1, 2, 3, 4 HAVING sum(live) <> 0""")
        .execute();
  }
}
