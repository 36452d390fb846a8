package io.msgvault.embed.cli.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each point of a map one group, such as a source or a label, by which it is coloured. Few
 * colours can be told apart, so only the groups with the most points count. Of several groups, a
 * point gets the smallest, which says most about it.
 */
final class MapGroups {
  /** The most groups. */
  static final int MAX = 8;

  /** The group of a point that has none of those that count. */
  static final int NONE = -1;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final List<int[]> points = new ArrayList<>();

  /** Adds the next point, with all its groups. */
  void add(Collection<String> groups) {
    points.add(groups.stream().mapToInt(this::count).toArray());
  }

  private int count(String name) {
    int number = numbers.computeIfAbsent(name, this::newGroup);
    counts.set(number, counts.get(number) + 1);
    return number;
  }

  private int newGroup(String name) {
    names.add(name);
    counts.add(0);
    return names.size() - 1;
  }

  /** Returns the groups that count, the largest first, and the place of each point among them. */
  Grouping grouping() {
    List<Integer> largest =
        numbers.values().stream()
            .sorted(
                Comparator.<Integer, Integer>comparing(counts::get)
                    .reversed()
                    .thenComparing(names::get))
            .limit(MAX)
            .toList();
    int[] place = new int[names.size()];
    Arrays.fill(place, NONE);
    for (int i = 0; i < largest.size(); i++) {
      place[largest.get(i)] = i;
    }
    int[] ofPoints =
        points.stream()
            .mapToInt(groups -> Arrays.stream(groups).map(g -> place[g]).max().orElse(NONE))
            .toArray();
    return new Grouping(largest.stream().map(names::get).toList(), ofPoints);
  }

  /**
   * Holds the groups of a map.
   *
   * @param names the groups, the largest first
   * @param ofPoints for each point, the place of its group in {@code names}, or {@link #NONE}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and large
  record Grouping(List<String> names, int[] ofPoints) {}
}
