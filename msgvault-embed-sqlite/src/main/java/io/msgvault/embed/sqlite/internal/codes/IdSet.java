package io.msgvault.embed.sqlite.internal.codes;

import java.util.Arrays;

/**
 * A set of ids for lookups in nearly ascending order. A lookup in the same gap between two ids as
 * the one before needs no search. Used by one thread.
 */
final class IdSet {
  private final long[] ids;

  /** The index of the first id that is not below the last lookup. */
  private int at;

  /**
   * Wraps ids.
   *
   * @param ids ascending
   */
  IdSet(long[] ids) {
    this.ids = ids;
  }

  boolean contains(long id) {
    boolean inGap = (at == 0 || ids[at - 1] < id) && (at == ids.length || id <= ids[at]);
    if (!inGap) {
      int found = Arrays.binarySearch(ids, id);
      at = found < 0 ? -found - 1 : found;
    }
    return at < ids.length && ids[at] == id;
  }
}
