package io.msgvault.embed.sqlite;

import io.msgvault.embed.Stamp;

/** The names of outcomes in the column {@code embed_outcome}. */
final class Outcomes {
  static final String EMBEDDED = "EMBEDDED";
  static final String BLANK = "BLANK";
  static final String REJECTED = "REJECTED";

  private Outcomes() {}

  static String name(Stamp.Outcome outcome) {
    if (outcome instanceof Stamp.Embedded) {
      return EMBEDDED;
    }
    return outcome instanceof Stamp.Blank ? BLANK : REJECTED;
  }
}
