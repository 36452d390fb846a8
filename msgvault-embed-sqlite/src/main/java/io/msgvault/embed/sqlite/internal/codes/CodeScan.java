package io.msgvault.embed.sqlite.internal.codes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * Scans the codes for one search. It first counts for each row how many signs differ from the
 * query's. The caller then asks for the rows within a distance, ring by ring, with their estimates.
 *
 * <p>A scan sees the rows that there were when it began, whatever is added or removed meanwhile. If
 * it missed the removed ones, it would find a message whose rows are replaced neither by the old
 * nor by the new. What was deleted is not in the table any more in which a caller looks candidates
 * up. Used by one thread.
 */
public final class CodeScan {
  private static final int GROUP = CodeMatrix.GROUP_ROWS;
  private static final int MAX_SAMPLED_GROUPS = 1024;

  /** The distance of a row that is left out, beyond any other. */
  private static final short EXCLUDED = Short.MAX_VALUE;

  private final CodeMatrix codes;
  private final CodeQuery query;
  private final Lock reading;
  private final ScanHelpers scanHelpers;
  private final short[] distances;
  private final int rows;

  /** The least distance in each group of rows, so that most groups can be skipped. */
  private final short[] groupMinima;

  /** Rows up to this distance were returned. */
  private int covered = -1;

  /**
   * Counts the differing signs. The caller holds the lock.
   *
   * @param reading the lock to hold while the codes are read
   */
  public CodeScan(CodeMatrix codes, CodeQuery query, Lock reading, ScanHelpers scanHelpers) {
    this.codes = codes;
    this.query = query;
    this.reading = reading;
    this.scanHelpers = scanHelpers;
    this.rows = codes.rows();
    int room = (rows + CodeMatrix.BLOCK_ROWS - 1) / CodeMatrix.BLOCK_ROWS * CodeMatrix.BLOCK_ROWS;
    this.distances = new short[room];
    this.groupMinima = new short[room / GROUP];
    scanHelpers.forEachPart(
        rows, (from, to) -> codes.distances(query, distances, groupMinima, from, to));
    for (int row = codes.nextRemoved(0); row >= 0; row = codes.nextRemoved(row + 1)) {
      distances[row] = EXCLUDED;
    }
  }

  /** Leaves out all rows but those of these keys. Call it before {@link #next}. */
  public void keepOnly(long[] keys) {
    reading.lock();
    try {
      scanHelpers.forEachPart(rows, (from, to) -> keepOnly(new IdSet(keys), from, to));
    } finally {
      reading.unlock();
    }
  }

  private void keepOnly(IdSet keys, int from, int to) {
    for (int group = from / GROUP; group * GROUP < to; group++) {
      short shortest = EXCLUDED;
      for (int row = group * GROUP; row < Math.min(to, (group + 1) * GROUP); row++) {
        if (!keys.contains(codes.key(row))) {
          distances[row] = EXCLUDED;
        } else if (distances[row] < shortest) {
          shortest = distances[row];
        }
      }
      groupMinima[group] = shortest;
    }
  }

  /** A row that may be close to the query. */
  public record Candidate(int row, long key, float estimate) {}

  /** Returns the distance that about this many rows are within, as a sample suggests. */
  public int distanceOf(int nearest) {
    int[] histogram = new int[codes.bits() + 1];
    int stride = Math.max(1, groupMinima.length / MAX_SAMPLED_GROUPS);
    int sampled = 0;
    for (int group = 0; group * GROUP < rows; group += stride) {
      for (int row = group * GROUP; row < Math.min(rows, (group + 1) * GROUP); row++) {
        sampled++;
        if (distances[row] != EXCLUDED) {
          histogram[distances[row]]++;
        }
      }
    }
    int distance = 0;
    long wanted = (long) nearest * sampled / rows;
    for (int found = histogram[0]; found < wanted && distance < codes.bits(); ) {
      found += histogram[++distance];
    }
    return distance;
  }

  /** Returns the distance that rows of a similarity are within. */
  public int distanceOf(double similarity) {
    return codes.maxDistance(similarity);
  }

  /** Returns whether the rows up to this distance were returned. */
  public boolean covers(int distance) {
    return distance <= covered;
  }

  /**
   * Returns the rows up to a distance that no earlier call has returned.
   *
   * @param distance the largest distance
   * @param similarity leaves out rows whose estimates rule it out
   * @return the rows by estimate, descending
   */
  public List<Candidate> next(int distance, double similarity) {
    List<Candidate> candidates = new ArrayList<>();
    reading.lock();
    try {
      for (int group = 0; group * GROUP < rows; group++) {
        if (groupMinima[group] <= distance) {
          addCandidates(group, distance, similarity, candidates);
        }
      }
    } finally {
      reading.unlock();
    }
    covered = distance;
    candidates.sort(Comparator.comparingDouble(Candidate::estimate).reversed());
    return candidates;
  }

  private void addCandidates(
      int group, int distance, double similarity, List<Candidate> candidates) {
    for (int row = group * GROUP; row < Math.min(rows, (group + 1) * GROUP); row++) {
      if (distances[row] <= distance && distances[row] > covered) {
        float estimate = codes.estimate(query, row);
        if (estimate >= codes.minEstimate(query, row, similarity)) {
          candidates.add(new Candidate(row, codes.key(row), estimate));
        }
      }
    }
  }

  /** Returns whether a candidate may have this similarity. */
  public boolean mayReach(Candidate candidate, double similarity) {
    reading.lock();
    try {
      return candidate.estimate() >= codes.minEstimate(query, candidate.row(), similarity);
    } finally {
      reading.unlock();
    }
  }
}
