package io.msgvault.embed.pgvector.internal.words;

import java.util.Collection;

/**
 * A part of the index, which never changes.
 *
 * @param documents the number of its documents
 * @param withTerms how many of them have a term
 * @param length the sum of their lengths
 * @param replaced how many documents of any segment it made obsolete, less those that were left out
 *     of it; the sum over all segments is the number of obsolete documents
 * @param bytes the size of its pages
 */
record Segment(long id, int documents, int withTerms, long length, int replaced, long bytes) {
  /** Returns how many documents of all segments are obsolete. */
  static long obsolete(Collection<Segment> segments) {
    return segments.stream().mapToLong(Segment::replaced).sum();
  }

  static long documents(Collection<Segment> segments) {
    return segments.stream().mapToLong(Segment::documents).sum();
  }
}
