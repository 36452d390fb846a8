package io.msgvault.embed.model;

/**
 * What a run did, counted in messages unless said otherwise.
 *
 * @param scanned read because they needed work
 * @param embedded stamped as embedded
 * @param blank stamped as blank
 * @param rejected stamped as rejected
 * @param missed not stamped because their text moved meanwhile; this run, if it sweeps once more
 *     before it activates, or the next one finds them
 * @param failed given up in this run after repeated transient failures of their own; they still
 *     need work
 * @param reused of the embedded ones, those whose prepared text had not changed, so that their
 *     vectors were kept
 * @param chunks vectors written
 * @param requests calls of the embedder
 * @param retries of these, those that repeated a failed one
 * @param unstamped stamps that the backstop took back because their vectors were lost or stale
 * @param orphans messages whose vectors the backstop deleted because they are gone from the archive
 *     or its scope
 */
public record RunCounts(
    long scanned,
    long embedded,
    long blank,
    long rejected,
    long missed,
    long failed,
    long reused,
    long chunks,
    long requests,
    long retries,
    long unstamped,
    long orphans) {
  /** Nothing was done. */
  public static final RunCounts NONE = new RunCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
