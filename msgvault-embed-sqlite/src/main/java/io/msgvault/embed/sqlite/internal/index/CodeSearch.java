package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.sqlite.internal.codes.CodeScan;
import io.msgvault.embed.sqlite.internal.codes.CodeScan.Candidate;
import io.msgvault.embed.store.VectorHit;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A search in three steps, each over what the one before has left, and each the closer look: the
 * number of differing signs, which takes nanoseconds a vector; the estimate; and the vector itself,
 * which is read from the file.
 *
 * <p>The nearest few hundred by their signs yield a first result. Its last score then says how far
 * to go: whatever may be better by the bound of its signs is estimated, and whatever may still be
 * better by the bound of its estimate is read. How much that is follows from the data: where
 * nothing stands out, it is much.
 *
 * <p>All codes are scanned, also where only some messages are asked for: it takes milliseconds for
 * a million, less than to look up each of some thousands. A partition of the vectors by the nearest
 * of some centroids would spare most of the scan where vectors gather in few places, and little of
 * it where they don't; how many cells to look into also depends on what is asked, so that no number
 * holds a recall ({@code docs/benchmarks.md} has the figures with and without).
 */
final class CodeSearch {
  private static final int INITIAL_CANDIDATES = 250;

  /** How many are read first, so that the rest is held against a score to beat. */
  private static final int INITIAL_READS = 16;

  private static final int GROWTH = 4;

  /** The most vectors that are read; what no bound could rule out by then is left. */
  private static final int MAX_READS = 20_000;

  private final VectorTable table;
  private final double[] unit;
  private final int k;
  private final TopHits hits;
  private final Set<Long> seen = new HashSet<>();

  CodeSearch(VectorTable table, float[] query, int k) {
    this.table = table;
    this.unit = StoredVectors.unit(query);
    this.k = k;
    this.hits = new TopHits(k);
  }

  List<VectorHit> run(CodeScan scan) throws SQLException {
    int distance = scan.distanceOf(INITIAL_CANDIDATES + 2 * Math.min(k, MAX_READS));
    while (!scan.covers(distance) && seen.size() < MAX_READS + (long) k) {
      readBest(scan, scan.next(distance, hits.threshold()));
      distance = scan.distanceOf(hits.threshold());
    }
    return hits.bestFirst();
  }

  /** Reads the best first, more at each step, leaving out what a score found by then rules out. */
  private void readBest(CodeScan scan, List<Candidate> candidates) throws SQLException {
    long atOnce = (long) k + INITIAL_READS;
    for (int at = 0; at < candidates.size(); atOnce *= GROWTH) {
      LongStream.Builder ids = LongStream.builder();
      for (long left = Math.min(atOnce, MAX_READS + (long) k - seen.size());
          at < candidates.size() && left > 0;
          at++) {
        Candidate candidate = candidates.get(at);
        if (scan.mayReach(candidate, hits.threshold()) && seen.add(candidate.key())) {
          ids.add(candidate.key());
          left--;
        }
      }
      long[] sorted = ids.build().sorted().toArray();
      if (sorted.length == 0) {
        return;
      }
      table.offer(sorted, unit, hits);
    }
  }
}
