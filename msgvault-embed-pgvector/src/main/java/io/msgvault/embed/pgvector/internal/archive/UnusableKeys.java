package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.ArrayList;
import java.util.List;

/** Finds keys of messages that no store can work over, in the rows themselves. */
final class UnusableKeys {
  private UnusableKeys() {}

  /** Returns a line for each kind of such keys, with the remedy. */
  static List<String> find(Database.Session archive, ArchiveMapping mapping, MappedSql tables) {
    List<String> problems = new ArrayList<>();
    if (exists(archive, "SELECT 1 FROM {messages} AS m WHERE {m.id} <= 0")) {
      problems.add(
          TableCatalog.column(mapping.messages(), mapping.id())
              + " has keys below 1: give these messages others, or add a column \"bigint GENERATED"
              + " BY DEFAULT AS IDENTITY UNIQUE\" and map that as the id");
    }
    tables
        .looselyUnique()
        .forEach(
            (table, column) -> {
              if (exists(
                  archive,
                  "SELECT 1 FROM %s GROUP BY %s HAVING count(*) > 1".formatted(table, column))) {
                problems.add(
                    archive.sql("the column " + column + " of " + table)
                        + " has a value in more than one partition: give each message an id of its"
                        + " own, as one sequence for all partitions does");
              }
            });
    return problems;
  }

  private static boolean exists(Database.Session archive, String query) {
    return archive.query("SELECT EXISTS (" + query + ")").mapTo(Boolean.class).one();
  }
}
