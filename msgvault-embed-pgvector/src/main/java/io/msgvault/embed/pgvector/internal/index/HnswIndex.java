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
}
