package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;
import java.time.Duration;

/**
 * Reports that a data source does not give three connections at once. A run needs one for its lease
 * and one for its other calls. It needs a third where messages were deleted while another
 * generation is being built. So it would wait for itself. Nothing was changed. Make the pool
 * larger, or open the store to read only if it serves searches alone.
 */
public final class PoolTooSmallException extends StoreException {
  /**
   * Creates the exception.
   *
   * @param waited how long a connection did not come
   */
  public PoolTooSmallException(Duration waited) {
    super(
        "the data source did not give three connections at once within %.1f s. A run needs one for its calls, one for its lease, and during a rebuild one for the lease of the other generation: make the pool larger (5 serve a job with an executor), or open the store with openReadOnly if it serves searches alone"
            .formatted(waited.toMillis() / 1000.0));
  }
}
