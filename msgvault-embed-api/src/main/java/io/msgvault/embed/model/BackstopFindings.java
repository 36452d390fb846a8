package io.msgvault.embed.model;

/**
 * Counts the differences that a backstop found, between the two stores and within the archive. All
 * are zero where there are none.
 *
 * @param lost messages stamped EMBEDDED that have no vectors
 * @param stale messages stamped EMBEDDED whose vectors are of another revision
 * @param changed messages whose text has changed at the same revision: their vectors were made from
 *     another, or they are stamped BLANK and have one. Only a sample of the texts is compared,
 *     unless the job compares all
 * @param pending live messages in scope that have vectors but no EMBEDDED stamp. They wait for the
 *     next scan, or a run that was cut short has left them
 * @param orphans messages with vectors that are gone, deleted, or out of scope
 * @param orphanStamps live messages in scope stamped for a generation that the vector store does
 *     not know, as after the index was lost. They wait for the next scan
 * @param retiredVectors messages whose vectors are still there in generations that are retired, and
 *     that the job keeps no longer
 * @param miscounted by how much the counts of coverage were off, as after writes with triggers
 *     switched off. Until they are counted anew, progress is wrong and nothing else
 * @param words the differences between the archive and its words, if the job keeps words
 */
public record BackstopFindings(
    long lost,
    long stale,
    long changed,
    long pending,
    long orphans,
    long orphanStamps,
    long retiredVectors,
    long miscounted,
    WordFindings words) {
  /** The findings where there are no differences. */
  public static final BackstopFindings NONE = new BackstopFindings(0, 0, 0, 0, 0, 0, 0, 0);

  /** Holds findings without any of words. */
  public BackstopFindings(
      long lost,
      long stale,
      long changed,
      long pending,
      long orphans,
      long orphanStamps,
      long retiredVectors,
      long miscounted) {
    this(
        lost,
        stale,
        changed,
        pending,
        orphans,
        orphanStamps,
        retiredVectors,
        miscounted,
        WordFindings.NONE);
  }

  /** Returns these findings with those of words. */
  public BackstopFindings withWords(WordFindings found) {
    return new BackstopFindings(
        lost, stale, changed, pending, orphans, orphanStamps, retiredVectors, miscounted, found);
  }
}
