package io.msgvault.embed.sqlite.internal.codes;

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
public final class CodeScan {
  private static final int GROUP = CodeMatrix.GROUP_ROWS;
  private static final int MAX_SAMPLED_GROUPS = 1024;

  /** The distance of a row that is left out: beyond any other. */
  private static final short EXCLUDED = Short.MAX_VALUE;

  private final CodeMatrix codes;
  private final CodeQuery query;
  private final Lock reading;
  private final ScanHelpers workers;
  private final short[] distances;
  private final int rows;

  /** The least distance in each group of rows, so that most groups need not be looked into. */
  private final short[] groupMinima;

  /** Rows up to this distance have been given. */
  private int covered = -1;

  /**
   * Counts the differences; the caller holds the lock.
   *
   * @param reading held whenever the codes are read
   */
  public CodeScan(CodeMatrix codes, CodeQuery query, Lock reading, ScanHelpers scanHelpers) {
    this.codes = codes;
    this.query = query;
    this.reading = reading;
    this.workers = scanHelpers;
    this.rows = codes.rows();
    int room = (rows + CodeMatrix.BLOCK_ROWS - 1) / CodeMatrix.BLOCK_ROWS * CodeMatrix.BLOCK_ROWS;
    this.distances = new short[room];
    this.groupMinima = new short[room / GROUP];
    scanHelpers.forEachPart(
        rows, (from, to) -> codes.distances(query, distances, groupMinima, from, to));
  }

  /** Leaves out all rows but those of these keys, for good. To be called before any is given. */
  public void keepOnly(long[] keys) {
    reading.lock();
    try {
      workers.forEachPart(rows, (from, to) -> keepOnly(new IdSet(keys), from, to));
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

  /** The distance within which there are about so many of the rows, as a sample of them tells. */
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

  /** The distance within which rows of a similarity are. */
  public int distanceOf(double similarity) {
    return codes.maxDistance(similarity);
  }

  /** Whether rows at this distance and within it have been given. */
  public boolean covers(int distance) {
    return distance <= covered;
  }

  /**
   * The rows further away than those given before.
   *
   * @param distance up to which
   * @param similarity rows whose estimates rule it out are left out
   * @return by estimate, descending
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
        // False for a removed row, whose estimate is not a number.
        if (estimate >= codes.minEstimate(query, row, similarity)) {
          candidates.add(new Candidate(row, codes.key(row), estimate));
        }
      }
    }
  }

  /** Whether a candidate's similarity may be this. */
  public boolean mayReach(Candidate candidate, double similarity) {
    reading.lock();
    try {
      return candidate.estimate() >= codes.minEstimate(query, candidate.row(), similarity);
    } finally {
      reading.unlock();
    }
  }
}
