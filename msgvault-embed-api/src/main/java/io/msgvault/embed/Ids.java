package io.msgvault.embed;

/** Checks of message and generation ids. */
final class Ids {
  private Ids() {}

  static long requirePositive(long id) {
    if (id <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + id);
    }
    return id;
  }
}
