package io.msgvault.embed.pgvector.internal.words;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chooses the segments of the next merge. Ten of about the same size become one, so a message is
 * written about once for each power of ten. Large ones stay as they are, until too many of all
 * documents are obsolete; then the oldest are rewritten, as many as fit into one merge.
 */
final class Upkeep {
  private static final int MERGED_AT_ONCE = 10;

  /** Bounds the time of a merge to some seconds. */
  private static final long MAX_BYTES = 128L << 20;

  private static final int MIN_OBSOLETE = 1_000;
  private static final int MAX_OBSOLETE_SHARE = 4;

  private Upkeep() {}

  /** Returns the segments to merge; none if all is well. */
  static List<Segment> choose(List<Segment> segments) {
    Map<Integer, List<Segment>> bySize =
        segments.stream()
            .filter(segment -> segment.bytes() < MAX_BYTES / 2)
            .collect(
                Collectors.groupingBy(
                    segment -> (int) Math.log10(segment.bytes() + 1.0),
                    TreeMap::new,
                    Collectors.toList()));
    for (List<Segment> similar : bySize.values()) {
      if (similar.size() >= MERGED_AT_ONCE) {
        return first(similar, Comparator.comparingLong(Segment::bytes));
      }
    }
    long obsolete = Segment.obsolete(segments);
    boolean many =
        obsolete >= MIN_OBSOLETE && obsolete * MAX_OBSOLETE_SHARE > Segment.documents(segments);
    return many
        ? first(
            segments.stream().filter(segment -> segment.documents() > 0).toList(),
            Comparator.comparingLong(Segment::id))
        : List.of();
  }

  /** Returns the first segments in an order: at least one, and no more than a merge may read. */
  private static List<Segment> first(List<Segment> segments, Comparator<Segment> order) {
    List<Segment> chosen = new ArrayList<>();
    long bytes = 0;
    for (Segment segment : segments.stream().sorted(order).toList()) {
      bytes += segment.bytes();
      if (bytes > MAX_BYTES && !chosen.isEmpty()) {
        break;
      }
      chosen.add(segment);
    }
    return chosen;
  }
}
