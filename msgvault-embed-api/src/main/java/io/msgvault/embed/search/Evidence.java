package io.msgvault.embed.search;

/** How much a keyword match counts in a hybrid search. */
final class Evidence {
  private Evidence() {}

  /** From the part of the question's weight that a message's words have. */
  static double of(double share) {
    return share;
  }
}
