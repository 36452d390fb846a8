package io.msgvault.embed.model;

/** Tells what a run does. */
public enum RunKind {
  /** Embeds the messages that need work. */
  FILL,
  /** Compares the archive with the index, repairs the differences, and then fills (EJ-10). */
  BACKSTOP
}
