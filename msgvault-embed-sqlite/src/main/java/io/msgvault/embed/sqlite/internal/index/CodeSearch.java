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
 * Searches in three steps. Each step looks more closely at the vectors that the step before has
 * left. First comes the number of differing signs, which takes nanoseconds for a vector. Then comes
 * the estimate, and last the vector itself, which is read from the file.
 *
 * <p>The few hundred vectors with the nearest signs give a first result. Its last score decides how
 * far to go. Vectors that may be better by the bound of their signs are estimated. Those that may
 * still be better by the bound of their estimate are read. How many that are depends on the data:
 * if nothing stands out, they are many.
 *
 * <p>A search among some messages scans all codes too. That takes milliseconds for a million codes,
 * which is less than to look up each of some thousands. A partition of the vectors by the nearest
 * of some centroids would save most of the scan only where vectors gather in few places. The number
 * of cells to visit would also depend on the query, so that no fixed number guarantees a recall.
 * {@code docs/benchmarks.md} has the figures with and without a partition.
 */
final class CodeSearch {
  private static final int INITIAL_CANDIDATES = 250;

  /** How many are read first, so that the others have a score to beat. */
  private static final int INITIAL_READS = 16;

  private static final int GROWTH = 4;

  /** How many vectors are read at most. Those that no bound has ruled out by then are left out. */
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

  /** Reads the best first and more at each step. Leaves out what the scores so far rule out. */
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
