package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.pgvector.UnindexableDimensionException;

/**
 * The HNSW index over one generation's partition.
 *
 * @param generation the generation
 * @param dimension that of its vectors
 * @param precision what the index is made of
 */
public record HnswIndex(long generation, int dimension, Precision precision) {
  private static final int MIN_CANDIDATES = 100;

  /** As many as pgvector takes for {@code hnsw.ef_search}. An iterative scan goes on from there. */
  private static final int MAX_CANDIDATES = 1000;

  private static final int MIN_PROPOSALS = 40;

  /** What pgvector indexes, under the name of its type. */
  public enum Precision {
    /** Four bytes a component. */
    VECTOR("vector", 2000),
    /** Two bytes a component. */
    HALFVEC("halfvec", UnindexableDimensionException.MAX_DIMENSION);

    private final String type;
    private final int maxDimension;

    Precision(String type, int maxDimension) {
      this.type = type;
      this.maxDimension = maxDimension;
    }

    public String type() {
      return type;
    }

    static Precision of(String type) {
      return VECTOR.type.equals(type) ? VECTOR : HALFVEC;
    }

    /** The wanted precision, or a lower one where the dimension asks for it. */
    public static Precision forDimension(int dimension, Precision wanted) {
      return dimension > wanted.maxDimension ? HALFVEC : wanted;
    }

    static void requireIndexable(int dimension) {
      if (dimension > HALFVEC.maxDimension) {
        throw new UnindexableDimensionException(dimension);
      }
    }
  }

  String table() {
    return "$schema.embed_chunks_" + generation;
  }

  String type() {
    return "$vector.%s(%d)".formatted(precision.type(), dimension);
  }

  String expression() {
    return "CAST(embedding AS " + type() + ")";
  }

  /** Builds it, unless it is there, or waits for who does. */
  String definition() {
    return """
        LOCK TABLE %2$s IN SHARE UPDATE EXCLUSIVE MODE;
        CREATE INDEX IF NOT EXISTS embed_chunks_%1$d_embedding ON %2$s
         USING hnsw ((%3$s) $vector.%4$s_cosine_ops)"""
        .formatted(generation, table(), expression(), precision.type());
  }

  /**
   * What a search needs, so that it uses the index and looks at as many candidates as it should.
   */
  static String searchSettings(long vectors) {
    long candidates = Math.max(MIN_CANDIDATES, Math.min(MAX_CANDIDATES, candidates(vectors)));
    return """
        SET LOCAL enable_seqscan = off;
        SET LOCAL hnsw.iterative_scan = relaxed_order;
        SET LOCAL hnsw.ef_search = %d"""
        .formatted(candidates);
  }

  /** How many vectors to ask the index for, so that it looks at as many candidates as it should. */
  static long minProposals(long vectors) {
    long candidates = candidates(vectors);
    return candidates > MAX_CANDIDATES ? candidates : MIN_PROPOSALS;
  }

  /**
   * How many a search looks at, to find its stated share of the true ten best. Measured on vectors
   * of 384 components that were made of real ones ({@code docs/benchmarks.md}), the root of their
   * number was enough: 224 candidates of 50,000 found 99.8 %, 447 of 200,000 found 99.3 %. Twice
   * that leaves a margin for other vectors.
   */
  private static long candidates(long vectors) {
    return Math.round(2 * Math.sqrt((double) vectors));
  }
}
