package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.pgvector.UnindexableDimensionException;
import java.util.List;

/**
 * Describes the HNSW index over one generation's partition.
 *
 * @param generation the generation
 * @param dimension the dimension of its vectors
 * @param precision the type that the index is made of
 */
public record HnswIndex(long generation, int dimension, Precision precision) {
  private static final int MIN_CANDIDATES = 100;

  /** The limit of {@code hnsw.ef_search} in pgvector. An iterative scan continues from there. */
  private static final int MAX_CANDIDATES = 1000;

  private static final int MIN_PROPOSALS = 40;

  /** The types that pgvector indexes. */
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

    /** Returns the wanted precision, or a lower one if the dimension requires it. */
    public static Precision forDimension(int dimension, Precision wanted) {
      return dimension > wanted.maxDimension ? HALFVEC : wanted;
    }

    static void requireIndexable(int dimension) {
      if (dimension > HALFVEC.maxDimension) {
        throw new UnindexableDimensionException(dimension);
      }
    }
  }

  /**
   * Returns the statements that build it, unless it is there; they wait for another builder. They
   * have {@code generation}, {@code dimension} and {@code precision} as placeholders.
   */
  List<String> definition() {
    return List.of(
        "LOCK TABLE {schema}.embed_chunks_{generation} IN SHARE UPDATE EXCLUSIVE MODE",
        """
        CREATE INDEX IF NOT EXISTS embed_chunks_{generation}_embedding
            ON {schema}.embed_chunks_{generation}
         USING hnsw ((CAST(embedding AS {vector}.{precision}({dimension})))
                     {vector}.{precision}_cosine_ops)""");
  }

  /** Returns the settings that make a search use the index and compare enough candidates. */
  static String searchSettings(long vectors) {
    long candidates = Math.max(MIN_CANDIDATES, Math.min(MAX_CANDIDATES, candidates(vectors)));
    return """
        SET LOCAL enable_seqscan = off;
        SET LOCAL hnsw.iterative_scan = relaxed_order;
        SET LOCAL hnsw.ef_search = %d"""
        .formatted(candidates);
  }

  /** Returns how many vectors to ask the index for, so that it compares enough candidates. */
  static long minProposals(long vectors) {
    long candidates = candidates(vectors);
    return candidates > MAX_CANDIDATES ? candidates : MIN_PROPOSALS;
  }

  /**
   * Returns how many candidates a search compares, to find its stated share of the true ten best.
   * Measured on vectors of 384 components that were made of real ones ({@code docs/benchmarks.md}),
   * the root of their number was enough. 224 candidates of 50,000 found 99.8 %, 447 of 200,000
   * found 99.3 %. Twice that leaves a margin for other vectors.
   */
  private static long candidates(long vectors) {
    return Math.round(2 * Math.sqrt((double) vectors));
  }
}
