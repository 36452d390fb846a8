package io.msgvault.embed.pgvector.internal.index;

/**
 * An HNSW index as searches use it.
 *
 * @param precision the type that it is made of
 * @param dimension the dimension of its vectors
 * @param bytes the size of the table of vectors
 * @param measuredBytes that size when {@code measuredCandidates} was measured
 * @param measuredCandidates how many candidates found what a search states to find; 0 if that was
 *     never measured
 */
public record SearchedIndex(
    String precision, int dimension, long bytes, long measuredBytes, int measuredCandidates) {
  /** The limit of {@code hnsw.ef_search} in pgvector. An iterative scan continues from there. */
  static final int MAX_CANDIDATES = 1000;

  /** The fewest candidates that a search compares: those that pgvector compares by default. */
  static final int MIN_CANDIDATES = 40;

  private static final int MIN_UNMEASURED = 100;

  /** The growth of the table up to which a search need not look at its size again. */
  private static final double GROWTH = 1.25;

  /** Returns at least the number of vectors in the table. */
  long vectors() {
    return bytes / ((long) Float.BYTES * dimension);
  }

  /**
   * Returns how many candidates a search compares: what was measured, more by the root of the
   * table's growth since. Without a measurement it is twice the root of the number of vectors,
   * which found more than is stated among all vectors that were tried and were like those of texts
   * ({@code docs/benchmarks.md}).
   */
  long candidates() {
    double wanted =
        measuredCandidates == 0
            ? Math.max(MIN_UNMEASURED, 2 * Math.sqrt((double) vectors()))
            : measuredCandidates * Math.sqrt(Math.max(1, (double) bytes / measuredBytes));
    return Math.max(MIN_CANDIDATES, Math.round(wanted));
  }

  /** Returns the settings that make a search use the index and compare enough candidates. */
  String searchSettings() {
    return """
        SET LOCAL enable_seqscan = off;
        SET LOCAL hnsw.iterative_scan = relaxed_order;
        SET LOCAL hnsw.ef_search = %d;
        SET LOCAL hnsw.max_scan_tuples = %d"""
        .formatted(
            Math.min(candidates(), MAX_CANDIDATES),
            Math.max(MIN_CANDIDATES, Math.min(Integer.MAX_VALUE, Math.round(vectors() * GROWTH))));
  }

  /** Returns the size of the table up to which these candidates suffice. */
  long validUpTo() {
    return (long) (bytes * GROWTH);
  }
}
