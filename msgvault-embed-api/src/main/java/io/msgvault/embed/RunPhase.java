package io.msgvault.embed;

/** Names the phases of a run, in their order. A run reports them from its lease on. */
public enum RunPhase {
  /** Takes the lease of the generation. */
  LEASE,
  /**
   * Takes out what was removed from the archive. Then writes words that are missing, if the job
   * keeps words.
   */
  WORDS,
  /** Compares both stores, if the run is a backstop. */
  BACKSTOP,
  /** Scans, embeds, writes and stamps. */
  FILL,
  /** Makes a complete building generation the active one. */
  ACTIVATE
}
