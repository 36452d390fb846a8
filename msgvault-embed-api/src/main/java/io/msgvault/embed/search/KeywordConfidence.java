package io.msgvault.embed.search;

/**
 * How much a keyword match counts in a hybrid search: the cube of the part of the question's weight
 * that the message's words have.
 *
 * <p>Reciprocal rank fusion takes each ranking at its word, and the first places of a ranking weigh
 * nearly alike: a message that is tenth by meaning would overtake the first one for the sake of a
 * shared "can" or "through". A question in plain language always has such words, and some message
 * always is the best by them. So a match counts in full where the message has all that the question
 * weighs, an eighth where it has half, and next to nothing where it has the usual words alone. The
 * exponent is chosen by measurement: with whole posts and with subjects as questions, plain fusion
 * and the first power lose precision against vectors alone, the second and third keep it.
 */
final class KeywordConfidence {
  private KeywordConfidence() {}

  /**
   * What a match counts.
   *
   * @param matchedIdfFraction the part of the question's weight, 0 to 1
   * @return 0 to 1
   */
  static double of(double matchedIdfFraction) {
    return matchedIdfFraction * matchedIdfFraction * matchedIdfFraction;
  }
}
