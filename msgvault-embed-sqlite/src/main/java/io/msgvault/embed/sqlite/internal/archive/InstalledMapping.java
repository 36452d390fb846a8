package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a mapping that an archive was installed with, in words: what its columns, index and
 * triggers depend on. The rest is for reading only, and may be mapped in another way later. No name
 * has a quotation mark or the end of a line, so that two mappings never read alike.
 */
final class InstalledMapping {
  private InstalledMapping() {}

  static void write(Session session, ArchiveMapping mapping) throws SQLException {
    PreparedStatement update = session.prepare("UPDATE embed_archive SET mapping = ?");
    update.setString(1, String.join("\n", describe(mapping)));
    update.executeUpdate();
  }

  /** Requires that this is the mapping. */
  static void requireSame(Session session, ArchiveMapping mapping) throws SQLException {
    List<String> differences = differences(session, mapping);
    if (!differences.isEmpty()) {
      throw new MappingMismatchException(differences);
    }
  }

  private static List<String> differences(Session session, ArchiveMapping mapping)
      throws SQLException {
    List<String> given = describe(mapping);
    List<String> installed;
    try (ResultSet row = session.prepare("SELECT mapping FROM embed_archive").executeQuery()) {
      row.next();
      installed = row.getString(1).lines().toList();
    }
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < Math.max(given.size(), installed.size()); i++) {
      String was = i < installed.size() ? installed.get(i) : "nothing";
      String is = i < given.size() ? given.get(i) : "nothing";
      if (!was.equals(is)) {
        differences.add("installed with " + was + ", given " + is);
      }
    }
    return differences;
  }

  private static List<String> describe(ArchiveMapping mapping) {
    return List.of(
        "messages " + describeValue(mapping.messages()),
        "id " + describeValue(mapping.id()),
        "subject " + describeValue(mapping.subject()),
        "text " + describeValue(mapping.text()),
        "html " + describeValue(mapping.html()),
        "bodies " + describeValue(mapping.bodies()),
        "deleted " + describeValue(mapping.deleted()),
        "type " + describeValue(mapping.type()),
        "source " + describeValue(mapping.source().map(ArchiveMapping.Name::column)));
  }

  private static String describeValue(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(InstalledMapping::describeValue).orElse("none");
    }
    if (value instanceof ArchiveMapping.Related rows) {
      return MappedSql.quote(rows.table()) + " by " + MappedSql.quote(rows.messageId());
    }
    if (value instanceof ArchiveMapping.Deleted deleted) {
      return MappedSql.quote(deleted.column()) + " " + deleted.marker();
    }
    return MappedSql.quote((String) value);
  }
}
