package io.msgvault.embed;

/**
 * How far the two stores are apart. All zero where they agree.
 *
 * @param lost messages stamped EMBEDDED that have no vectors
 * @param stale messages stamped EMBEDDED whose vectors are of another revision
 * @param unsettled live messages in scope that have vectors but no EMBEDDED stamp: waiting for the
 *     next scan, or left by a run that was cut short
 * @param orphans messages with vectors that are gone, deleted, or out of scope
 */
public record AuditFindings(long lost, long stale, long unsettled, long orphans) {
  /** The stores agree. */
  public static final AuditFindings NONE = new AuditFindings(0, 0, 0, 0);
}
