package io.msgvault.embed.pgvector.internal.words;

/**
 * The place of a word in a message, with the weight of its field, as one number. Places of one
 * field follow one another without gaps; between two fields there is a gap, so that no phrase
 * reaches from one into the next.
 */
final class Position {
  /** The greatest weight of a field that a place can have. */
  static final int MAX_WEIGHT = 4;

  private Position() {}

  static int of(int place, int weight) {
    return place * MAX_WEIGHT + weight - 1;
  }

  /** Returns the position that is some places further. */
  static int plus(int position, int places) {
    return position + places * MAX_WEIGHT;
  }

  static int weight(int position) {
    return position % MAX_WEIGHT + 1;
  }
}
