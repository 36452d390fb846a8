package io.msgvault.embed.model;

/**
 * Says how much of the archive an index covers, counted in one snapshot: {@code live = embedded +
 * blank + rejected + missing}, exactly.
 *
 * @param live messages in scope that are not deleted
 * @param embedded of these, those whose vectors are in the index
 * @param blank of these, those with nothing to embed
 * @param rejected of these, those whose text the embedder refuses
 * @param missing of these, those that need work
 */
public record Coverage(long live, long embedded, long blank, long rejected, long missing) {
  /** Checks that the parts are not negative and add up. */
  public Coverage {
    if (embedded < 0
        || blank < 0
        || rejected < 0
        || missing < 0
        || live != embedded + blank + rejected + missing) {
      throw new IllegalArgumentException(
          "coverage does not add up: live "
              + live
              + " is not embedded "
              + embedded
              + " + blank "
              + blank
              + " + rejected "
              + rejected
              + " + missing "
              + missing);
    }
  }

  /**
   * Returns the coverage by counts that a store keeps. Such counts may be off after writes that it
   * did not see (MS-26). A negative count then stands for 0, and live messages are at least those
   * with a stamp.
   */
  public static Coverage ofCounts(long live, long embedded, long blank, long rejected) {
    long embeddedAtLeast0 = Math.max(0, embedded);
    long blankAtLeast0 = Math.max(0, blank);
    long rejectedAtLeast0 = Math.max(0, rejected);
    long stamped = embeddedAtLeast0 + blankAtLeast0 + rejectedAtLeast0;
    long liveAtLeastStamped = Math.max(live, stamped);
    return new Coverage(
        liveAtLeastStamped,
        embeddedAtLeast0,
        blankAtLeast0,
        rejectedAtLeast0,
        liveAtLeastStamped - stamped);
  }

  /** Returns whether nothing is missing. */
  public boolean complete() {
    return missing == 0;
  }

  /** Returns the share of the live messages that are up to date, 0 to 1; 1 where there are none. */
  public double progress() {
    return live == 0 ? 1 : (double) (live - missing) / live;
  }
}
