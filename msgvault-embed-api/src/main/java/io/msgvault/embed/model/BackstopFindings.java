package io.msgvault.embed.model;

/**
 * Counts the differences between the two stores that a backstop found. All are zero where the
 * stores agree.
 *
 * @param lost messages stamped EMBEDDED that have no vectors
 * @param stale messages stamped EMBEDDED whose vectors are of another revision
 * @param changed messages stamped EMBEDDED whose vectors were made from another text, although of
 *     the same revision. Only a sample of the texts is compared, unless the job compares all
 * @param pending live messages in scope that have vectors but no EMBEDDED stamp. They wait for the
 *     next scan, or a run that was cut short has left them
 * @param orphans messages with vectors that are gone, deleted, or out of scope
 * @param orphanStamps live messages in scope stamped for a generation that the vector store does
 *     not know, as after the index was lost. They wait for the next scan
 * @param retiredVectors messages whose vectors are still there in generations that are retired
 */
public record BackstopFindings(
    long lost,
    long stale,
    long changed,
    long pending,
    long orphans,
    long orphanStamps,
    long retiredVectors) {
  /** The findings where the stores agree. */
  public static final BackstopFindings NONE = new BackstopFindings(0, 0, 0, 0, 0, 0, 0);
}
