package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;

/**
 * Brings the table of stamps into line with the table of messages, a page of ids at a time.
 *
 * <p>Triggers keep the two in line. They differ where messages were there before the triggers, and
 * where a client wrote without them. An installation fills one page after another, each in a
 * transaction of its own. Triggers already follow every write meanwhile, so what is behind the page
 * needs no second look, whoever writes to it.
 */
public final class StampPages {
  private static final String END =
      "SELECT {id} FROM {messages} WHERE {id} > ? ORDER BY {id} LIMIT 1 OFFSET ?";

  private static final String CLEAR = "DELETE FROM embed_stamps{own} WHERE id > ?1 AND id <= ?2";

  private static final String DELETE_GONE =
      """
      DELETE FROM embed_stamps{own}
       WHERE id > ?1 AND id <= ?2
         AND NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = embed_stamps{own}.id)
      """;

  private static final String INSERT_NEW =
      """
      INSERT INTO embed_stamps{own} (id, type, source, revision, live)
      SELECT m.{id}, {m.type}, {m.source}, a.revision, {m.live}
        FROM {messages} m CROSS JOIN embed_archive{own} a
       WHERE m.{id} > ?1 AND m.{id} <= ?2
         AND NOT EXISTS (SELECT 1 FROM embed_stamps{own} s WHERE s.id = m.{id})
       ORDER BY m.{id}
      """;

  private static final String DIFFERS =
      """
      (s.type IS NOT {m.type} COLLATE BINARY OR s.source IS NOT {m.source} COLLATE BINARY
       OR s.live IS NOT {m.live})
      """;

  /** A message that has come back to life needs work; another keeps its stamp. */
  private static final String UPDATE_CHANGED =
      """
      UPDATE embed_stamps{own} AS s
         SET type = {m.type}, source = {m.source}, live = {m.live},
             generation = CASE WHEN s.live THEN s.generation END,
             outcome = CASE WHEN s.live THEN s.outcome END,
             reason = CASE WHEN s.live THEN s.reason END
        FROM {messages} m
       WHERE m.{id} > ?1 AND m.{id} <= ?2 AND s.id = m.{id} AND
      """
          + DIFFERS;

  private static final String COUNT_DIFFERENCES =
      """
      SELECT (SELECT count(*) FROM {messages} m LEFT JOIN embed_stamps{own} s ON s.id = m.{id}
               WHERE m.{id} > ?1 AND m.{id} <= ?2 AND (s.id IS NULL OR %s))
             + (SELECT count(*) FROM embed_stamps{own} s
                 WHERE s.id > ?1 AND s.id <= ?2
                   AND NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = s.id))
      """
          .formatted(DIFFERS);

  private final Session session;
  private final MappedSql sql;

  public StampPages(Session session, MappedSql sql) {
    this.session = session;
    this.sql = sql;
  }

  /** Returns the last id of a page; empty if fewer messages than fill it are left. */
  public OptionalLong end(long after, int messages) throws SQLException {
    PreparedStatement select = session.prepare(sql.render(END));
    select.setLong(1, after);
    select.setInt(2, messages - 1);
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
    }
  }

  /**
   * Gives the next messages of an installation new rows, without a stamp.
   *
   * @return whether messages are left
   */
  boolean fill(int messages) throws SQLException {
    ArchiveRowDao row = session.dao(ArchiveRowDao.class);
    OptionalLong filled = row.filledTo();
    if (filled.isEmpty()) {
      return false;
    }
    long after = filled.getAsLong();
    OptionalLong end = end(after, messages);
    row.nextRevision();
    update(CLEAR, after, end.orElse(Long.MAX_VALUE));
    update(INSERT_NEW, after, end.orElse(Long.MAX_VALUE));
    if (end.isEmpty()) {
      row.endFilling();
      return false;
    }
    row.setFilledTo(end.getAsLong());
    return true;
  }

  /** Counts the messages of a range whose row is missing or wrong, and the rows of no message. */
  public long countDifferences(long after, long last) throws SQLException {
    return Results.singleLong(bound(COUNT_DIFFERENCES, after, last));
  }

  /** Ends the differences in a range, and returns their number. */
  public long mend(long after, long last) throws SQLException {
    session.dao(ArchiveRowDao.class).nextRevision();
    return update(DELETE_GONE, after, last)
        + update(UPDATE_CHANGED, after, last)
        + update(INSERT_NEW, after, last);
  }

  private long update(String statement, long after, long last) throws SQLException {
    return bound(statement, after, last).executeUpdate();
  }

  private PreparedStatement bound(String statement, long after, long last) throws SQLException {
    PreparedStatement bound = session.prepare(sql.render(statement));
    bound.setLong(1, after);
    bound.setLong(2, last);
    return bound;
  }
}
