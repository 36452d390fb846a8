package io.msgvault.embed;

/** The states of a run, in their order. */
public enum RunPhase {
  /** Choosing, or creating, the generation to fill. */
  TARGET,
  /** Taking its lease. */
  LEASE,
  /** Auditing both stores against each other, if a backstop is due. */
  BACKSTOP,
  /** Scanning, embedding, writing and stamping. */
  FILL,
  /** Making a full building generation the serving one. */
  ACTIVATE,
  /** Over. */
  ENDED
}
