package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages to embed.
 *
 * <p>It counts lengths in bytes of UTF-8. {@code octet_length} finds them without reading the text,
 * so a page is chosen before any text is read. Texts are read and cut as bytes, because SQLite's
 * functions on text stop at U+0000. A code point has at most 4 bytes. To keep a limit of n code
 * points, it reads 4 n bytes and cuts the rest in Java.
 */
public final class MessageReader {
  public static final String LENGTHS =
      """
      SELECT m.{id},
             ifnull(octet_length({m.subject}), 0)
             + min(ifnull(octet_length({b.text}), 0), ?1)
             + min(ifnull(octet_length({b.html}), 0), ?1)
        FROM json_each(?2) j CROSS JOIN {messages} m ON m.{id} = j.value {join_bodies}
       WHERE {m.live}
      """;

  public static final String CONTENTS =
      """
      SELECT m.{id}, ifnull(s.revision, 0), CAST({m.subject} AS BLOB),
             substr(CAST({b.text} AS BLOB), 1, ?1), octet_length({b.text}),
             substr(CAST({b.html} AS BLOB), 1, ?1), octet_length({b.html})
        FROM json_each(?2) j CROSS JOIN {messages} m ON m.{id} = j.value
             LEFT JOIN embed_stamps{own} s ON s.id = m.{id} {join_bodies}
       WHERE {m.live}
      """;

  private MessageReader() {}

  /** Returns the first ids of live messages whose texts stay within the limits; at least one. */
  public static long[] prefixWithin(Session session, MappedSql sql, long[] ids, ScanLimits limits)
      throws SQLException {
    PreparedStatement select = session.prepare(sql.render(LENGTHS));
    select.setLong(1, bytes(limits.bodyCharacters()));
    select.setString(2, JsonIds.toJson(ids));
    long sum = 0;
    int count = 0;
    long[] prefix = new long[ids.length];
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        sum += row.getLong(2);
        if (sum > limits.characters() && count > 0) {
          break;
        }
        prefix[count++] = row.getLong(1);
      }
    }
    return Arrays.copyOf(prefix, count);
  }

  /** Returns the live messages of these ids, in their order. */
  public static List<Message> read(Session session, MappedSql sql, long[] ids, int bodyCharacters)
      throws SQLException {
    PreparedStatement select = session.prepare(sql.render(CONTENTS));
    List<Message> messages = new ArrayList<>();
    for (String chunk : JsonIds.arrays(ids)) {
      select.setLong(1, bytes(bodyCharacters));
      select.setString(2, chunk);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Body text = Body.of(row.getBytes(4), row.getLong(5), bodyCharacters);
          Body html = Body.of(row.getBytes(6), row.getLong(7), bodyCharacters);
          messages.add(
              new Message(
                  row.getLong(1),
                  row.getLong(2),
                  decode(row.getBytes(3)),
                  text.kept,
                  html.kept,
                  text.cut || html.cut));
        }
      }
    }
    return messages;
  }

  /** Returns how many bytes to read. A blob has fewer than 2³¹. */
  private static long bytes(int codePoints) {
    return Math.min(4L * codePoints, Integer.MAX_VALUE);
  }

  private static String decode(byte @Nullable [] utf8) {
    return utf8 == null ? "" : new String(utf8, StandardCharsets.UTF_8);
  }

  private record Body(String kept, boolean cut) {
    static Body of(byte @Nullable [] read, long wholeLength, int cap) {
      String text = decode(read);
      boolean whole = read == null || read.length == wholeLength;
      if (whole && text.codePointCount(0, text.length()) <= cap) {
        return new Body(text, false);
      }
      return new Body(text.substring(0, text.offsetByCodePoints(0, cap)), true);
    }
  }
}
