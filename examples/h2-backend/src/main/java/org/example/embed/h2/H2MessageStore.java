package org.example.embed.h2;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.sql.Clob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Stores messages in H2. Each statement reads one snapshot. {@link RevisionTrigger} notices changes
 * by other programs.
 *
 * <p>A scan has no index on the stamps; it reads on from the last id, so the job keeps a watermark
 * (see {@link #supportsSeekingScan}). It counts the characters of a page in UTF-16 units.
 */
public final class H2MessageStore implements MessageStore {
  private static final String CONTENT_COLUMNS = "m.id, m.revision, m.subject, m.text, m.html";

  /** The sender, the recipients and the attachments; what has no name is empty. */
  private static final String DETAIL_COLUMNS =
      """
      m.id, m.sent, m.conversation,
      ARRAY[COALESCE(m.sender, '')]
      || ARRAY(SELECT n.name FROM message_names n
                WHERE n.message_id = m.id AND n.kind IN ('to', 'cc', 'bcc')
                ORDER BY CASE n.kind WHEN 'to' THEN 1 WHEN 'cc' THEN 2 ELSE 3 END, n.position)
      AS people,
      ARRAY(SELECT n.name FROM message_names n
             WHERE n.message_id = m.id AND n.kind = 'attachment' ORDER BY n.position)
      AS attachments""";

  private final Database database;

  /** Opens the archive in a database, and creates its tables if they do not exist. */
  public H2MessageStore(DataSource dataSource) {
    database = new Database(dataSource, "archive.sql");
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
    FilterSql where =
        new FilterSql(scope.asFilter())
            .and("m.id > ?", afterId)
            .and("m.embed_gen IS DISTINCT FROM ?", target);
    return database.transaction(
        session -> {
          try (PreparedStatement statement =
                  session.prepare(
                      where.select(CONTENT_COLUMNS) + " ORDER BY m.id LIMIT " + limits.messages(),
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
          for (Object[] slice : Database.partition(ids)) {
            FilterSql where = new FilterSql(MessageFilter.ALL).and("m.id = ANY(?)", (Object) slice);
            found.addAll(
                session.list(
                    where.select(CONTENT_COLUMNS) + " ORDER BY m.id",
                    row -> message(row, bodyCharacters),
                    where.parameters()));
          }
          return found;
        });
  }

  @Override
  public List<MessageRevision> needingWork(long target, Scope scope, long afterId, int limit) {
    return revisions(
        new FilterSql(scope.asFilter()).and("m.embed_gen IS DISTINCT FROM ?", target),
        afterId,
        limit);
  }

  @Override
  public List<MessageRevision> live(Scope scope, long afterId, int limit) {
    return revisions(new FilterSql(scope.asFilter()), afterId, limit);
  }

  private List<MessageRevision> revisions(FilterSql where, long afterId, int limit) {
    where.and("m.id > ?", afterId);
    return database.transaction(
        session ->
            session.list(
                where.select("m.id, m.revision") + " ORDER BY m.id LIMIT " + limit,
                row -> new MessageRevision(row.getLong("id"), row.getLong("revision")),
                where.parameters()));
  }

  @Override
  public List<MessageDetails> details(Collection<Long> ids) {
    return database.transaction(
        session -> {
          List<MessageDetails> details = new ArrayList<>();
          for (Object[] slice : Database.partition(ids)) {
            FilterSql where = new FilterSql(MessageFilter.ALL).and("m.id = ANY(?)", (Object) slice);
            details.addAll(
                session.list(
                    where.select(DETAIL_COLUMNS) + " ORDER BY m.id",
                    H2MessageStore::details,
                    where.parameters()));
          }
          return details;
        });
  }

  private static MessageDetails details(ResultSet row) throws SQLException {
    return new MessageDetails(
        row.getLong("id"),
        texts(row, "people"),
        texts(row, "attachments"),
        Optional.ofNullable(row.getObject("sent", Instant.class)),
        Optional.ofNullable(row.getString("conversation")));
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return Arrays.stream((Object[]) row.getArray(column).getArray())
        .map(String::valueOf)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  @Override
  public List<Removal> removed(long afterSequence, int limit) {
    return database.transaction(
        session ->
            session.list(
                """
                SELECT sequence, message_id FROM embed_removed
                 WHERE sequence > ? ORDER BY sequence LIMIT ?
                """,
                row -> new Removal(row.getLong("sequence"), row.getLong("message_id")),
                afterSequence,
                limit));
  }

  @Override
  public void settleRemoved(Collection<Removal> removals) {
    database.transaction(
        session -> {
          int settled = 0;
          for (Removal removal : removals) {
            settled +=
                session.update(
                    "DELETE FROM embed_removed WHERE sequence = ? AND message_id = ?",
                    removal.sequence(),
                    removal.messageId());
          }
          return settled;
        });
  }

  private static Message message(ResultSet row, int maxCharacters) throws SQLException {
    BodyExcerpt text = BodyExcerpt.read(row.getClob("text"), maxCharacters);
    BodyExcerpt html = BodyExcerpt.read(row.getClob("html"), maxCharacters);
    return new Message(
        row.getLong("id"),
        row.getLong("revision"),
        row.getString("subject"),
        text.start,
        html.start,
        text.truncated || html.truncated);
  }

  /** The beginning of a body, up to a limit of characters. */
  private record BodyExcerpt(String start, boolean truncated) {
    /** Reads no more of H2's stream than the limit needs. */
    static BodyExcerpt read(Clob body, int maxCharacters) throws SQLException {
      long units = Math.min(body.length(), 2L * maxCharacters + 1);
      String start = body.getSubString(1, (int) units);
      boolean cut = start.codePointCount(0, start.length()) > maxCharacters;
      return new BodyExcerpt(
          cut ? start.substring(0, start.offsetByCodePoints(0, maxCharacters)) : start, cut);
    }
  }

  @Override
  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
    // In the order of ids, so that concurrent stamps can't deadlock.
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
          for (Object[] slice : Database.partition(ids)) {
            cleared +=
                session.update(
                    """
                    UPDATE messages
                       SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
                           revision = NEXT VALUE FOR message_revisions * 16777216
                                      + CAST(RAND() * 16777215 AS BIGINT)
                     WHERE id = ANY(?)
                    """,
                    (Object) slice);
          }
          return cleared;
        });
  }

  @Override
  public Coverage coverage(long target, Scope scope) {
    FilterSql where = new FilterSql(scope.asFilter());
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

  /** Returns 0: coverage is counted at each call. */
  @Override
  public long miscounted() {
    database.requireOpen();
    return 0;
  }

  /** H2 writes commits to the file within {@code WRITE_DELAY}; this writes them now. */
  @Override
  public void sync() {
    database.transaction(session -> session.update("CHECKPOINT SYNC"));
  }

  /** Returns 0: there is nothing to correct. */
  @Override
  public long recount() {
    database.requireOpen();
    return 0;
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
  public List<Long> blankIds(long target, long afterId, int limit) {
    return stamped(target, "Blank", afterId, limit, row -> row.getLong("id"));
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
      long target, String outcome, long afterId, int limit, Database.RowMapper<T> mapper) {
    return database.transaction(
        session ->
            session.list(
                """
                SELECT id, revision, embed_reason FROM messages
                 WHERE embed_gen = ? AND embed_outcome = ? AND NOT deleted AND id > ?
                 ORDER BY id LIMIT ?
                """,
                mapper,
                target,
                outcome,
                afterId,
                limit));
  }

  @Override
  public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
    Set<Long> kept = new HashSet<>();
    for (Object[] slice : Database.partition(ids)) {
      kept.addAll(ids(new FilterSql(filter).and("m.id = ANY(?)", (Object) slice), ""));
    }
    return kept;
  }

  @Override
  public Optional<List<Long>> findMatching(MessageFilter filter, int atMost) {
    List<Long> ids = ids(new FilterSql(filter), " ORDER BY m.id LIMIT " + (atMost + 1L));
    return ids.size() > atMost ? Optional.empty() : Optional.of(ids);
  }

  private List<Long> ids(FilterSql where, String end) {
    return database.transaction(
        session ->
            session.list(where.select("m.id") + end, row -> row.getLong("id"), where.parameters()));
  }

  @Override
  public boolean supportsSeekingScan() {
    database.requireOpen();
    return false;
  }

  /** Returns false: this backend has no migrations. */
  @Override
  public boolean hasUnfinishedMigration() {
    database.requireOpen();
    return false;
  }

  @Override
  public void close() {
    database.close();
  }
}
