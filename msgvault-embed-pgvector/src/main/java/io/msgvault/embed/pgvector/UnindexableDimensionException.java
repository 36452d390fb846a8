package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.EmbedException;

/** pgvector can't index vectors of so many dimensions. Nothing was changed. */
public class UnindexableDimensionException extends EmbedException {
  private static final long serialVersionUID = 1L;

  /** The most dimensions of an index over vectors of half precision. */
  public static final int MAX_DIMENSION = 4000;

  private final int dimension;

  /** The generation can't be indexed. */
  public UnindexableDimensionException(int dimension) {
    super(
        "pgvector indexes vectors of up to "
            + MAX_DIMENSION
            + " dimensions, but the model's have "
            + dimension
            + ": let the model shorten them, or keep the index in another store");
    this.dimension = dimension;
  }

  /** The dimension that was asked for. */
  public int dimension() {
    return dimension;
  }
}
