package io.msgvault.embed.store.support;

/**
 * Ranks messages by words: the formula that every {@link io.msgvault.embed.store.WordIndex} keeps
 * (WI-8).
 *
 * <p>It is BM25, from Robertson and Zaragoza, <em>The Probabilistic Relevance Framework: BM25 and
 * Beyond</em>, 2009, section 3. The inverse document frequency is the usual form that is never
 * negative. Fields have weights as in section 3.6: a field of weight 2 counts as if it were written
 * twice. The constant factor k<sub>1</sub> + 1 is left out, as Lucene does; so a term adds at most
 * its weight.
 */
public final class WordScoring {
  /** Sets how soon more occurrences of a term stop to matter. */
  public static final double K1 = 1.2;

  /** Sets how much a long message must have more occurrences, from 0 to 1. */
  public static final double B = 0.75;

  /** The part of a word's score that goes to its exact form; the rest goes to its stem. */
  public static final double EXACT_SHARE = 0.2;

  private WordScoring() {}

  /**
   * Returns the inverse document frequency of a term, ln(1 + (messages - frequency + 0.5) /
   * (frequency + 0.5)), which is above 0. A term that occurs nowhere tells nothing about any
   * message, so its weight is 0 (WI-9).
   *
   * @param frequency the number of messages that contain the term
   * @param messages the number of messages that have a term
   */
  public static double weight(long frequency, long messages) {
    return frequency == 0 ? 0 : Math.log1p((messages - frequency + 0.5) / (frequency + 0.5));
  }

  /**
   * Returns the part of a term's weight that a message gets, from 0 to 1.
   *
   * @param occurrences how often the term occurs, as the fields weigh it
   * @param length the number of terms of the message, as the fields weigh them
   * @param meanLength the mean of the lengths of all messages that have a term
   */
  public static double saturation(double occurrences, double length, double meanLength) {
    return occurrences / (occurrences + K1 * (1 - B + B * length / meanLength));
  }
}
