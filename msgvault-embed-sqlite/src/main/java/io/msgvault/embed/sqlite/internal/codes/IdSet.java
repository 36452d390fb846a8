package io.msgvault.embed.sqlite.internal.codes;

import java.util.Arrays;

/**
 * Some ids, asked about one after the other. What lies in the same gap between two of them as the
 * one asked about before, as most do when ids are asked about in their order, is answered without
 * looking again. Used by one thread.
 */
final class IdSet {
  private final long[] ids;

  /** The place of the first id that is not below the one asked about before. */
  private int at;

  /**
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
