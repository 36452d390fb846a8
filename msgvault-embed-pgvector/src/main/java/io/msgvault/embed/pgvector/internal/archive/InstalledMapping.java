package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Compares a mapping with the one that the triggers of a schema were made for. */
final class InstalledMapping {
  /** Functions that triggers on the messages alone, and on the bodies alone, call. */
  private static final String MESSAGES_FUNCTION = "embed_renew{own}";

  private static final String BODIES_FUNCTION = "embed_body_inserted{own}";

  private InstalledMapping() {}

  /** Returns the tables that have the triggers now, quoted, by the names of their parts. */
  static Map<String, String> watchedTables(Database.Session session, boolean separateBodies) {
    Map<String, String> now = new LinkedHashMap<>();
    watched(session, MESSAGES_FUNCTION)
        .ifPresent(table -> now.put("messages", TableCatalog.quote(table)));
    watched(session, separateBodies ? BODIES_FUNCTION : MESSAGES_FUNCTION)
        .ifPresent(table -> now.put("bodies", TableCatalog.quote(table)));
    return now;
  }

  /** Returns a line for each other mapping whose triggers the table of messages has. */
  static List<String> otherMappings(Database.Session archive) {
    String messages = archive.sql("{messages}");
    return archive.dao(CatalogDao.class).otherMappings(messages).stream()
        .map(function -> function.substring("embed_renew".length()))
        .map(suffix -> suffix.isEmpty() ? "without a name" : "named " + suffix.substring(1))
        .map(
            other ->
                messages
                    + " is the table of messages of the mapping "
                    + other
                    + ", and takes one: use that mapping, or uninstall it first")
        .toList();
  }

  /** Returns whether the tables with the triggers have these names now, and the same columns. */
  static boolean isRenamed(Database.Session archive, ArchiveMapping mapping, MappedSql tables) {
    return archive.dao(ArchiveDao.class).installedColumns().equals(tables.installedColumns())
        && watched(archive, MESSAGES_FUNCTION).equals(Optional.of(mapping.messages()))
        && (!tables.hasSeparateBodies()
            || watched(archive, BODIES_FUNCTION)
                .equals(mapping.bodies().map(ArchiveMapping.Related::table)));
  }

  private static Optional<String> watched(Database.Session session, String function) {
    return session
        .dao(CatalogDao.class)
        .tableWatchedBy(session.sql("{schema}"), session.sql(function));
  }

  /** Returns the differences, and what to do if only names differ. */
  static List<String> explainedDifferences(
      Database.Session session, ArchiveMapping mapping, MappedSql tables) {
    List<String> differences = new ArrayList<>(differences(session, tables.installedParts()));
    if (!differences.isEmpty() && isRenamed(session, mapping, tables)) {
      differences.add("these are the same columns under other names: call install to adopt them");
    }
    return differences;
  }

  /**
   * Returns a line for each part that differs from the installed one. The parts are expressions and
   * not only names, as a column may have changed its type since.
   */
  static List<String> differences(Database.Session session, Map<String, String> parts) {
    Map<String, String> installed =
        session
            .dao(ArchiveDao.class)
            .installedMapping()
            .lines()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(line -> line[0], line -> line[1]));
    return parts.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(installed.get(entry.getKey())))
        .map(
            entry ->
                entry.getKey()
                    + ": installed with "
                    + installed.get(entry.getKey())
                    + ", given "
                    + entry.getValue())
        .toList();
  }

  /** Returns a line for each part. No name that can be mapped breaks a line. */
  static String render(Map<String, String> installed) {
    return installed.entrySet().stream()
        .map(entry -> entry.getKey() + ' ' + entry.getValue())
        .collect(Collectors.joining("\n"));
  }
}
