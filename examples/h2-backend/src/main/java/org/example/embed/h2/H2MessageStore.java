package org.example.embed.h2;

import io.msgvault.embed.Coverage;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageFilter;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.Rejection;
import io.msgvault.embed.ScanLimits;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import java.sql.Clob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The archive's side on H2. What each statement reads, it reads in one snapshot; what changes
 * behind the store's back, {@link RevisionTrigger} notices.
 *
 * <p>It scans by reading on from where it was, not by an index on the stamps: {@link
 * #scansBySeeking} says so, and the job keeps a watermark. It counts the characters of a page in
 * UTF-16 units.
 */
public final class H2MessageStore implements MessageStore {
  private static final String CONTENT = "m.id, m.revision, m.subject, m.text, m.html";

  private final Database database;

  /** A store on the archive in this database, whose tables are made if they are not there. */
  public H2MessageStore(DataSource source) {
    database = new Database(source, "archive.sql");
  }

  @Override
  public UUID archiveId() {
    return database.transaction(
        session ->
            session
                .first(
                    "SELECT archive_id FROM embed_archive",
                    row -> row.getObject("archive_id", UUID.class))
                .orElseThrow());
  }

  @Override
  public long reserveGenerationId(long above) {
    return database.transaction(
        session ->
            session
                .first(
                    """
                    SELECT generation FROM FINAL TABLE (
                      UPDATE embed_archive SET generation = 1 + GREATEST(
                        generation, ?, (SELECT COALESCE(MAX(embed_gen), 0) FROM messages)))
                    """,
                    row -> row.getLong("generation"),
                    above)
                .orElseThrow());
  }

  @Override
  public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
    Where where =
        new Where(scope.asFilter())
            .and("m.id > ?", afterId)
            .and("m.embed_gen IS DISTINCT FROM ?", target);
    return database.transaction(
        session -> {
          try (PreparedStatement statement =
                  session.prepare(
                      where.select(CONTENT) + " ORDER BY m.id LIMIT " + limits.messages(),
                      where.parameters());
              ResultSet row = statement.executeQuery()) {
            List<Message> page = new ArrayList<>();
            long characters = 0;
            while (row.next()) {
              Message message = message(row, limits.bodyCharacters());
              characters +=
                  message.subject().length() + message.text().length() + message.html().length();
              if (characters > limits.characters() && !page.isEmpty()) {
                break;
              }
              page.add(message);
            }
            return page;
          }
        });
  }

  @Override
  public List<Message> find(Collection<Long> ids, int bodyCharacters) {
    return database.transaction(
        session -> {
          List<Message> found = new ArrayList<>();
          for (Object[] slice : Database.slices(ids)) {
            Where where = new Where(MessageFilter.ALL).and("m.id = ANY(?)", (Object) slice);
            found.addAll(
                session.list(
                    where.select(CONTENT) + " ORDER BY m.id",
                    row -> message(row, bodyCharacters),
                    where.parameters()));
          }
          return found;
        });
  }

  private static Message message(ResultSet row, int cap) throws SQLException {
    Body text = Body.read(row.getClob("text"), cap);
    Body html = Body.read(row.getClob("html"), cap);
    return new Message(
        row.getLong("id"),
        row.getLong("revision"),
        row.getString("subject"),
        text.start,
        html.start,
        text.cut || html.cut);
  }

  /** As much of a body as the cap lets through. */
  private record Body(String start, boolean cut) {
    /** H2 hands out a stream, of which no more is read than the cap may need. */
    static Body read(Clob body, int cap) throws SQLException {
      long units = Math.min(body.length(), 2L * cap + 1);
      String start = body.getSubString(1, (int) units);
      boolean cut = start.codePointCount(0, start.length()) > cap;
      return new Body(cut ? start.substring(0, start.offsetByCodePoints(0, cap)) : start, cut);
    }
  }

  @Override
  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
    // In the order of ids, so that two who stamp at once don't wait for each other.
    List<Stamp> ordered = new ArrayList<>(stamps);
    ordered.sort(Comparator.comparingLong(Stamp::messageId));
    return database.transaction(
        session -> {
          Set<Long> missed = new HashSet<>();
          for (Stamp stamp : ordered) {
            int landed =
                session.update(
                    """
                    UPDATE messages SET embed_gen = ?, embed_outcome = ?, embed_reason = ?
                     WHERE id = ? AND revision = ? AND NOT deleted
                    """,
                    target,
                    stamp.outcome().getClass().getSimpleName(),
                    stamp.outcome() instanceof Stamp.Rejected rejected ? rejected.reason() : null,
                    stamp.messageId(),
                    stamp.revision());
            if (landed == 0) {
              missed.add(stamp.messageId());
            }
          }
          return missed;
        });
  }

  @Override
  public void unstamp(Collection<Long> ids) {
    database.transaction(
        session -> {
          int cleared = 0;
          for (Object[] slice : Database.slices(ids)) {
            cleared +=
                session.update(
                    """
                    UPDATE messages
                       SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
                           revision = NEXT VALUE FOR message_revisions
                     WHERE id = ANY(?)
                    """,
                    (Object) slice);
          }
          return cleared;
        });
  }

  @Override
  public Coverage coverage(long target, Scope scope) {
    Where where = new Where(scope.asFilter());
    String counts =
        """
        COUNT(*) AS live,
        COUNT(*) FILTER (WHERE m.embed_gen = %1$d AND m.embed_outcome = 'Embedded') AS embedded,
        COUNT(*) FILTER (WHERE m.embed_gen = %1$d AND m.embed_outcome = 'Blank') AS blank,
        COUNT(*) FILTER (WHERE m.embed_gen = %1$d AND m.embed_outcome = 'Rejected') AS rejected
        """
            .formatted(target);
    return database.transaction(
        session ->
            session
                .first(
                    where.select(counts),
                    row -> {
                      long live = row.getLong("live");
                      long embedded = row.getLong("embedded");
                      long blank = row.getLong("blank");
                      long rejected = row.getLong("rejected");
                      return new Coverage(
                          live, embedded, blank, rejected, live - embedded - blank - rejected);
                    },
                    where.parameters())
                .orElseThrow());
  }

  @Override
  public Set<Long> stampedGenerations() {
    return new HashSet<>(
        database.transaction(
            session ->
                session.list(
                    """
                    SELECT DISTINCT embed_gen FROM messages
                     WHERE embed_gen IS NOT NULL AND NOT deleted
                    """,
                    row -> row.getLong("embed_gen"))));
  }

  @Override
  public List<MessageRevision> embeddedIds(long target, long afterId, int limit) {
    return stamped(
        target,
        "Embedded",
        afterId,
        limit,
        row -> new MessageRevision(row.getLong("id"), row.getLong("revision")));
  }

  @Override
  public List<Rejection> rejections(long target, long afterId, int limit) {
    return stamped(
        target,
        "Rejected",
        afterId,
        limit,
        row -> new Rejection(row.getLong("id"), row.getString("embed_reason")));
  }

  private <T> List<T> stamped(
      long target, String outcome, long afterId, int limit, Database.Reading<T> reading) {
    return database.transaction(
        session ->
            session.list(
                """
                SELECT id, revision, embed_reason FROM messages
                 WHERE embed_gen = ? AND embed_outcome = ? AND NOT deleted AND id > ?
                 ORDER BY id LIMIT ?
                """,
                reading,
                target,
                outcome,
                afterId,
                limit));
  }

  @Override
  public Set<Long> retain(Collection<Long> ids, MessageFilter filter) {
    Set<Long> kept = new HashSet<>();
    for (Object[] slice : Database.slices(ids)) {
      kept.addAll(ids(new Where(filter).and("m.id = ANY(?)", (Object) slice), ""));
    }
    return kept;
  }

  @Override
  public Optional<List<Long>> match(MessageFilter filter, int atMost) {
    List<Long> ids = ids(new Where(filter), " ORDER BY m.id LIMIT " + (atMost + 1L));
    return ids.size() > atMost ? Optional.empty() : Optional.of(ids);
  }

  private List<Long> ids(Where where, String end) {
    return database.transaction(
        session ->
            session.list(where.select("m.id") + end, row -> row.getLong("id"), where.parameters()));
  }

  @Override
  public boolean scansBySeeking() {
    database.requireOpen();
    return false;
  }

  @Override
  public void close() {
    database.close();
  }
}
