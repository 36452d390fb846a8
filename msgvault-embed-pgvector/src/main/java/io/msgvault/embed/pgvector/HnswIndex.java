package io.msgvault.embed.pgvector;

/**
 * The HNSW index over one generation's partition.
 *
 * @param generation the generation
 * @param dimension that of its vectors
 * @param precision what the index is made of
 */
record HnswIndex(long generation, int dimension, Precision precision) {
  /** What pgvector indexes, under the name of its type. */
  enum Precision {
    /** Four bytes a component. */
    VECTOR("vector", 2000),
    /** Two bytes a component. */
    HALFVEC("halfvec", UnindexableDimensionException.MAX_DIMENSION);

    private final String type;
    private final int most;

    Precision(String type, int most) {
      this.type = type;
      this.most = most;
    }

    String type() {
      return type;
    }

    static Precision of(String type) {
      return VECTOR.type.equals(type) ? VECTOR : HALFVEC;
    }

    /** The wanted precision, or a lower one where the dimension asks for it. */
    static Precision forDimension(int dimension, Precision wanted) {
      return dimension > wanted.most ? HALFVEC : wanted;
    }

    static void requireIndexable(int dimension) {
      if (dimension > HALFVEC.most) {
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
   * What a search needs, so that it uses the index and finds its stated share of the true ten best.
   * Measured on vectors without clusters, which are the hardest to search: 360 candidates at 50,000
   * vectors and 720 at 200,000 find 99.4 %. The need grows with the root of the number.
   */
  static String searchSettings(long vectors) {
    int candidates = (int) Math.max(100, Math.min(1000, 1.6 * Math.sqrt((double) vectors)));
    return """
        SET LOCAL enable_seqscan = off;
        SET LOCAL hnsw.iterative_scan = relaxed_order;
        SET LOCAL hnsw.ef_search = %d"""
        .formatted(candidates);
  }
}
