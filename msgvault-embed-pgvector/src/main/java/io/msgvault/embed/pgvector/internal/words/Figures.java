package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.store.support.WordScoring;
import java.util.List;

/**
 * The figures of all segments together.
 *
 * @param messages the documents that have a term
 * @param meanLength the mean of their lengths; 0 if there are none
 * @param obsolete how many documents are obsolete
 */
record Figures(long messages, double meanLength, long obsolete) {
  static Figures of(List<Segment> segments) {
    long messages = segments.stream().mapToLong(Segment::withTerms).sum();
    double length = segments.stream().mapToLong(Segment::length).sum();
    return new Figures(messages, messages == 0 ? 0 : length / messages, Segment.obsolete(segments));
  }

  double weight(long frequency) {
    return WordScoring.weight(frequency, messages);
  }
}
