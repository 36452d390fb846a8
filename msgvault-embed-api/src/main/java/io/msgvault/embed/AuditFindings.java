package io.msgvault.embed;

/**
 * How far the two stores are apart. All zero where they agree.
 *
 * @param lost messages stamped EMBEDDED that have no vectors
 * @param stale messages stamped EMBEDDED whose vectors are of another revision
 * @param unsettled live messages in scope that have vectors but no EMBEDDED stamp: waiting for the
 *     next scan, or left by a run that was cut short
 * @param orphans messages with vectors that are gone, deleted, or out of scope
 * @param unknown live messages in scope stamped for a generation that the vector store does not
 *     know, as after the index was lost: waiting for the next scan
 * @param unreclaimed messages whose vectors are still there in generations that are retired
 */
public record AuditFindings(
    long lost, long stale, long unsettled, long orphans, long unknown, long unreclaimed) {
  /** The stores agree. */
  public static final AuditFindings NONE = new AuditFindings(0, 0, 0, 0, 0, 0);
}
