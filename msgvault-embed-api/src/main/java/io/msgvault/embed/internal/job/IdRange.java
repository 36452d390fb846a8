package io.msgvault.embed.internal.job;

/**
 * A range of message ids.
 *
 * @param first the lowest id
 * @param last the highest id, included
 */
record IdRange(long first, long last) {
  /** Every id. */
  static final IdRange ALL = new IdRange(1, Long.MAX_VALUE);
}
