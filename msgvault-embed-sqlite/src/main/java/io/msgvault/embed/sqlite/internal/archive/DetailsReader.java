package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.MessageDetails;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is known of messages besides their texts. It reads names as bytes, because SQLite's
 * functions on text stop at U+0000.
 */
public final class DetailsReader {
  public static final String HEADS =
      """
      SELECT m.{id}, {sent_millis}, CAST({conversation} AS BLOB),
             CAST({sender_name} AS BLOB), CAST({sender_address} AS BLOB)
        FROM json_each(?) j CROSS JOIN {messages} m ON m.{id} = j.value
       WHERE {m.live}
      """;

  public static final String RECIPIENTS =
      """
      SELECT j.value, {recipient_rank}, CAST({recipient_name} AS BLOB),
             CAST({recipient_address} AS BLOB)
        FROM json_each(?) j CROSS JOIN {recipient_rows}
      """;

  public static final String ATTACHMENTS =
      """
      SELECT j.value, 0, CAST({attachment_name} AS BLOB)
        FROM json_each(?) j CROSS JOIN {attachment_rows}
      """;

  private final Session session;
  private final MappedSql sql;

  public DetailsReader(Session session, MappedSql sql) {
    this.session = session;
    this.sql = sql;
  }

  /** Returns the details of the live messages among these ids, in their order. */
  public List<MessageDetails> read(long[] ids) throws SQLException {
    List<MessageDetails> details = new ArrayList<>();
    for (String chunk : JsonIds.arrays(ids)) {
      details.addAll(read(chunk));
    }
    return details;
  }

  private List<MessageDetails> read(String ids) throws SQLException {
    Map<Long, List<String>> recipients = names(RECIPIENTS, ids, 2);
    Map<Long, List<String>> attachments = names(ATTACHMENTS, ids, 1);
    PreparedStatement select = session.prepare(sql.render(HEADS));
    select.setString(1, ids);
    List<MessageDetails> details = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long id = row.getLong(1);
        long millis = row.getLong(2);
        Optional<Instant> sent =
            row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
        details.add(
            new MessageDetails(
                id,
                Stream.concat(
                        joined(row, 4, 2).stream(), recipients.getOrDefault(id, List.of()).stream())
                    .toList(),
                attachments.getOrDefault(id, List.of()),
                sent,
                Optional.ofNullable(decode(row.getBytes(3)))));
      }
    }
    return details;
  }

  private record RankedName(long messageId, int rank, String name) {}

  /** Returns the names of rows that belong to messages, by message, in the order of their ranks. */
  private Map<Long, List<String>> names(String statement, String ids, int columns)
      throws SQLException {
    PreparedStatement select = session.prepare(sql.render(statement));
    select.setString(1, ids);
    List<RankedName> names = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long id = row.getLong(1);
        int rank = row.getInt(2);
        joined(row, 3, columns).ifPresent(name -> names.add(new RankedName(id, rank, name)));
      }
    }
    names.sort(Comparator.comparingInt(RankedName::rank));
    return names.stream()
        .collect(
            Collectors.groupingBy(
                RankedName::messageId, Collectors.mapping(RankedName::name, Collectors.toList())));
  }

  /** Returns what some columns say, with a space between; empty if they say nothing. */
  private static Optional<String> joined(ResultSet row, int first, int columns)
      throws SQLException {
    List<String> parts = new ArrayList<>();
    for (int i = first; i < first + columns; i++) {
      String part = decode(row.getBytes(i));
      if (part != null && !part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(parts.stream().collect(Collectors.joining(" ")));
  }

  private static @Nullable String decode(byte @Nullable [] utf8) {
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }
}
