package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The description of the mapping that an archive was installed with.
 *
 * <p>It covers what the archive's columns, indexes and triggers depend on. The rest only serves
 * reading, and may be mapped in another way later. No name contains a quotation mark or a line
 * break, so two mappings never have the same description.
 */
final class InstalledMapping {
  private InstalledMapping() {}

  /** Records the mapping. */
  static void write(Session session, ArchiveMapping mapping) {
    session.dao(ArchiveRowDao.class).setMapping(String.join("\n", describe(mapping)));
  }

  /**
   * Requires that the archive was installed with this mapping.
   *
   * @throws MappingMismatchException if it was installed with another
   */
  static void requireSame(Session session, ArchiveMapping mapping) {
    List<String> differences = differences(session, mapping);
    if (!differences.isEmpty()) {
      throw new MappingMismatchException(differences);
    }
  }

  private static List<String> differences(Session session, ArchiveMapping mapping) {
    List<String> requested = describe(mapping);
    List<String> installed = session.dao(ArchiveRowDao.class).mapping().lines().toList();
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < Math.max(requested.size(), installed.size()); i++) {
      String was = i < installed.size() ? installed.get(i) : "nothing";
      String is = i < requested.size() ? requested.get(i) : "nothing";
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
