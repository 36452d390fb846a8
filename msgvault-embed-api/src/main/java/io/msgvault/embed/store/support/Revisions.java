package io.msgvault.embed.store.support;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes revisions (MS-4). The high bits count, so a later revision of an archive is greater. The
 * low {@value #RANDOM_BITS} bits are random. So two copies of an archive that are written to one
 * after the other hardly ever give out the same revision: by chance, one time in 16 million.
 *
 * <p>There is room for 500 billion revisions.
 */
public final class Revisions {
  /** How many of the low bits are random. */
  public static final int RANDOM_BITS = 24;

  private Revisions() {}

  /** Returns a revision for a number that the archive has never counted before. */
  public static long of(long count) {
    return (count << RANDOM_BITS) + ThreadLocalRandom.current().nextLong(1L << RANDOM_BITS);
  }

  /** Returns a revision that follows another; 0 has none before it. */
  public static long after(long revision) {
    return of((revision >> RANDOM_BITS) + 1);
  }
}
