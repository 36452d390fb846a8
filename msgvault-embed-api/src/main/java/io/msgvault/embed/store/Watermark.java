package io.msgvault.embed.store;

/**
 * Says up to where a forward scan has swept a generation. It saves time and may be lost at any
 * moment (VS-14).
 *
 * @param id every message up to this id was settled or reported when the scan passed; 0 at first
 * @param epoch rises with every lowering, also one that leaves {@code id} as it was, so that an
 *     advance computed before the lowering no longer compares equal
 */
public record Watermark(long id, long epoch) {
  /** The watermark of a generation that no scan has swept. */
  public static final Watermark START = new Watermark(0, 0);

  /**
   * Returns the watermark that an advance leaves.
   *
   * @param to the new id
   * @throws IllegalArgumentException if {@code to} is below {@link #id}
   */
  public Watermark advance(long to) {
    if (to < id) {
      throw new IllegalArgumentException(
          "a watermark advances from " + id + " upwards, not to " + to);
    }
    return new Watermark(to, epoch);
  }

  /** Returns the watermark that a lowering leaves: below an id, in the next epoch. */
  public Watermark lower(long belowId) {
    return new Watermark(Math.min(id, Math.max(1, belowId) - 1), epoch + 1);
  }
}
