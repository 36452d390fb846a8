package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.store.support.SqlTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The keys of the index {@code embed_work} in SQL: type, source, generation and outcome. */
final class GroupKeys {
  private GroupKeys() {}

  /**
   * Returns the names for statements over groups:
   *
   * <ul>
   *   <li>{@code group_columns_comma}: the host's columns among the keys, each with a comma
   *   <li>{@code group_keys}: the keys of a message {@code n}
   *   <li>{@code same_group}: whether a message {@code n} agrees with {@code m} in all keys
   *   <li>{@code next_groups}: queries for the first message of the group that follows {@code m}
   *   <li>{@code group_label}: a text that differs for messages {@code m} of different groups
   * </ul>
   */
  static Map<String, String> names(ArchiveMapping mapping, SqlTemplate columns) {
    List<String> keys = keys(mapping, columns, "n");
    List<String> current = keys(mapping, columns, "m");
    return Map.of(
        "group_columns_comma",
        hostColumns(mapping, columns, "").stream()
            .map(column -> column + ",")
            .collect(Collectors.joining(" ")),
        "group_keys",
        String.join(", ", keys),
        "same_group",
        agreement(keys, current, keys.size()),
        "next_groups",
        nextGroups(keys, current, columns),
        "group_label",
        current.stream()
            .map(key -> "quote(" + key + ")")
            .collect(Collectors.joining(" || ',' || ")));
  }

  private static List<String> keys(ArchiveMapping mapping, SqlTemplate columns, String alias) {
    List<String> keys = new ArrayList<>(hostColumns(mapping, columns, alias + "."));
    keys.add(alias + ".embed_gen");
    keys.add(alias + ".embed_outcome");
    return keys;
  }

  private static List<String> hostColumns(ArchiveMapping mapping, SqlTemplate columns, String row) {
    List<String> keys = new ArrayList<>();
    if (mapping.type().isPresent()) {
      keys.add(columns.render("{" + row + "type} COLLATE BINARY"));
    }
    if (mapping.source().isPresent()) {
      keys.add(columns.render("{" + row + "source} COLLATE BINARY"));
    }
    return keys;
  }

  /**
   * Returns one query for each way in which a group can follow another. In the first way it agrees
   * in all keys but the last, and has a higher last. In the second it agrees in all but the last
   * two, and so on. NULL comes before every value.
   */
  private static String nextGroups(List<String> keys, List<String> current, SqlTemplate columns) {
    List<String> queries = new ArrayList<>();
    for (int last = keys.size() - 1; last >= 0; last--) {
      String key = keys.get(last);
      String agreement = last == 0 ? "" : agreement(keys, current, last) + " AND ";
      String order = String.join(", ", keys.subList(last, keys.size()));
      for (String beyond :
          List.of(
              key + " > " + current.get(last),
              current.get(last) + " IS NULL AND " + key + " IS NOT NULL")) {
        queries.add(
            columns
                .withNames(Map.of("condition", agreement + beyond, "order", order))
                .render(
                    """

                        (SELECT n.{id} FROM {messages} n INDEXED BY embed_work
                          WHERE {n.live} AND {condition} ORDER BY {order} LIMIT 1)"""));
      }
    }
    return String.join(",", queries);
  }

  private static String agreement(List<String> keys, List<String> current, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> keys.get(i) + " IS " + current.get(i))
        .collect(Collectors.joining(" AND "));
  }
}
