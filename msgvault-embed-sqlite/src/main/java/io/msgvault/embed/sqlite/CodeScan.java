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
  private static final int GROUP = BinaryCodes.GROUP;
  private static final int SAMPLED_GROUPS = 1024;

  /** The distance of a row that is left out: beyond any other. */
  private static final short OUT = Short.MAX_VALUE;

  private final BinaryCodes codes;
  private final CodeQuery query;
  private final Lock reading;
  private final Workers workers;
  private final short[] distances;
  private final int rows;

  /** The least distance in each group of rows, so that most groups need not be looked into. */
  private final short[] least;

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
    this.workers = workers;
    this.rows = codes.rows();
    int room = (rows + BinaryCodes.BLOCK - 1) / BinaryCodes.BLOCK * BinaryCodes.BLOCK;
    this.distances = new short[room];
    this.least = new short[room / GROUP];
    workers.split(rows, (from, to) -> codes.distances(query, distances, least, from, to));
  }

  /** Leaves out all rows but those of these keys, for good. To be called before any is given. */
  void keepOnly(long[] keys) {
    reading.lock();
    try {
      workers.split(rows, (from, to) -> keepOnly(new IdSet(keys), from, to));
    } finally {
      reading.unlock();
    }
  }

  private void keepOnly(IdSet keys, int from, int to) {
    for (int group = from / GROUP; group * GROUP < to; group++) {
      short shortest = OUT;
      for (int row = group * GROUP; row < Math.min(to, (group + 1) * GROUP); row++) {
        if (!keys.contains(codes.key(row))) {
          distances[row] = OUT;
        } else if (distances[row] < shortest) {
          shortest = distances[row];
        }
      }
      least[group] = shortest;
    }
  }

  /** A row that may be close to the query. */
  record Candidate(int row, long key, float estimate) {}

  /** The distance within which there are about so many of the rows, as a sample of them tells. */
  int distanceOf(int nearest) {
    int[] histogram = new int[codes.bits() + 1];
    int stride = Math.max(1, least.length / SAMPLED_GROUPS);
    int sampled = 0;
    for (int group = 0; group * GROUP < rows; group += stride) {
      for (int row = group * GROUP; row < Math.min(rows, (group + 1) * GROUP); row++) {
        sampled++;
        if (distances[row] != OUT) {
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
      for (int group = 0; group * GROUP < rows; group++) {
        if (least[group] <= distance) {
          addCandidates(group, distance, similarity, candidates);
        }
      }
    } finally {
      reading.unlock();
    }
    given = distance;
    candidates.sort(Comparator.comparingDouble(Candidate::estimate).reversed());
    return candidates;
  }

  private void addCandidates(
      int group, int distance, double similarity, List<Candidate> candidates) {
    for (int row = group * GROUP; row < Math.min(rows, (group + 1) * GROUP); row++) {
      if (distances[row] <= distance && distances[row] > given) {
        float estimate = codes.estimate(query, row);
        // False for a removed row, whose estimate is not a number.
        if (estimate >= codes.leastEstimate(query, row, similarity)) {
          candidates.add(new Candidate(row, codes.key(row), estimate));
        }
      }
    }
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
