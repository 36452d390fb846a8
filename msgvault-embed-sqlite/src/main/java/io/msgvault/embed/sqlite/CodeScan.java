package io.msgvault.embed.sqlite;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * One search's walk through the codes: at first all rows are told apart by how many signs differ
 * from the query's; those that a bound on that number leaves are then asked for, ring by ring, with
 * their estimates.
 *
 * <p>Rows that are added after the first look are not seen by this scan. Used by one thread.
 */
final class CodeScan {
  private final BinaryCodes codes;
  private final CodeQuery query;
  private final Lock reading;
  private final short[] distances;
  private final int rows;

  /** How many rows there are at each distance. */
  private final int[] histogram;

  /** Rows up to this distance have been given. */
  private int given = -1;

  /**
   * Counts the differences; the caller holds the lock.
   *
   * @param reading held whenever the codes are read
   */
  CodeScan(BinaryCodes codes, CodeQuery query, Lock reading, Workers workers) {
    this.codes = codes;
    this.query = query;
    this.reading = reading;
    this.rows = codes.rows();
    this.distances =
        new short[(rows + BinaryCodes.BLOCK - 1) / BinaryCodes.BLOCK * BinaryCodes.BLOCK];
    workers.split(rows, (from, to) -> codes.distances(query, distances, from, to));
    this.histogram = new int[codes.bits() + 1];
    for (int row = 0; row < rows; row++) {
      histogram[distances[row]]++;
    }
  }

  /** A row that may be close to the query. */
  record Candidate(int row, long key, float estimate) {}

  /** The least distance within which there are so many rows. */
  int distanceOf(int nearest) {
    int distance = 0;
    for (int found = histogram[0]; found < nearest && distance < codes.bits(); ) {
      found += histogram[++distance];
    }
    return distance;
  }

  /** The distance within which rows of a similarity are. */
  int distanceOf(double similarity) {
    return codes.mostDistance(similarity);
  }

  /** Whether rows at this distance and within it have been given. */
  boolean covers(int distance) {
    return distance <= given;
  }

  /**
   * The rows further away than those given before.
   *
   * @param distance up to which
   * @param similarity rows whose estimates rule it out are left out
   * @return by estimate, descending
   */
  List<Candidate> next(int distance, double similarity) {
    List<Candidate> candidates = new ArrayList<>();
    reading.lock();
    try {
      for (int row = 0; row < rows; row++) {
        if (distances[row] <= distance && distances[row] > given) {
          float estimate = codes.estimate(query, row);
          // False for a removed row, whose estimate is not a number.
          if (estimate >= codes.leastEstimate(query, row, similarity)) {
            candidates.add(new Candidate(row, codes.key(row), estimate));
          }
        }
      }
    } finally {
      reading.unlock();
    }
    given = distance;
    candidates.sort(Comparator.comparingDouble(Candidate::estimate).reversed());
    return candidates;
  }

  /** Whether a candidate's similarity may be this. */
  boolean mayReach(Candidate candidate, double similarity) {
    reading.lock();
    try {
      return candidate.estimate() >= codes.leastEstimate(query, candidate.row(), similarity);
    } finally {
      reading.unlock();
    }
  }
}
