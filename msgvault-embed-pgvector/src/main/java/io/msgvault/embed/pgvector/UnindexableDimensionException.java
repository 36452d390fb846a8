package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.EmbedException;

/** Reports vectors of more dimensions than pgvector can index. Nothing was changed. */
public class UnindexableDimensionException extends EmbedException {
  /** The highest dimension that an index over vectors of half precision can have. */
  public static final int MAX_DIMENSION = 4000;

  private final int dimension;

  /** Describes the limit, and the remedy. */
  public UnindexableDimensionException(int dimension) {
    super(
        "pgvector indexes vectors of up to "
            + MAX_DIMENSION
            + " dimensions, but those of the model have "
            + dimension
            + ": let the model shorten them, or keep the index in another store");
    this.dimension = dimension;
  }

  /** Returns the requested dimension. */
  public int dimension() {
    return dimension;
  }
}
