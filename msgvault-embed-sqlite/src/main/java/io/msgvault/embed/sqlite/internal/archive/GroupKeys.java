package io.msgvault.embed.sqlite.internal.archive;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The keys of the index {@code embed_work} in SQL: type, source, generation and outcome. */
final class GroupKeys {
  private static final List<String> KEYS = List.of("type", "source", "generation", "outcome");

  private GroupKeys() {}

  /**
   * Returns the names for statements over groups:
   *
   * <ul>
   *   <li>{@code group_keys}: the keys of a row {@code n}
   *   <li>{@code same_group}: whether a row {@code n} agrees with {@code m} in all keys
   *   <li>{@code next_groups}: queries for the first row of the group that follows {@code m}
   *   <li>{@code group_label}: a text that differs for rows {@code m} of different groups
   * </ul>
   *
   * @param own ends the names of the tables
   */
  static Map<String, String> names(String own) {
    return Map.of(
        "group_keys", order(0),
        "same_group", agreement(KEYS.size()),
        "next_groups", nextGroups(own),
        "group_label",
            KEYS.stream()
                .map(key -> "quote(m." + key + ")")
                .collect(Collectors.joining(" || ',' || ")));
  }

  /**
   * Returns one query for each way in which a group can follow another. In the first way it agrees
   * in all keys but the last, and has a higher last. In the second it agrees in all but the last
   * two, and so on. NULL comes before every value.
   */
  private static String nextGroups(String own) {
    return IntStream.iterate(KEYS.size() - 1, last -> last >= 0, last -> last - 1)
        .mapToObj(
            last -> {
              String key = KEYS.get(last);
              return next(own, last, "n.%s > m.%s".formatted(key, key))
                  + ","
                  + next(own, last, "m.%s IS NULL AND n.%s IS NOT NULL".formatted(key, key));
            })
        .collect(Collectors.joining(","));
  }

  private static String next(String own, int last, String beyond) {
    String agreement = last == 0 ? "" : agreement(last) + " AND ";
    return """

            (SELECT n.id FROM embed_stamps%s n INDEXED BY embed_work%s
              WHERE n.live AND %s ORDER BY %s LIMIT 1)"""
        .formatted(own, own, agreement + beyond, order(last));
  }

  private static String order(int first) {
    return KEYS.stream().skip(first).map(key -> "n." + key).collect(Collectors.joining(", "));
  }

  private static String agreement(int count) {
    return KEYS.stream()
        .limit(count)
        .map(key -> "n." + key + " IS m." + key)
        .collect(Collectors.joining(" AND "));
  }
}
