package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.store.Stamp;

/** The names of outcomes in the column {@code embed_outcome}. */
public final class OutcomeNames {
  public static final String EMBEDDED = "EMBEDDED";
  static final String BLANK = "BLANK";
  public static final String REJECTED = "REJECTED";

  private OutcomeNames() {}

  public static String name(Stamp.Outcome outcome) {
    if (outcome instanceof Stamp.Embedded) {
      return EMBEDDED;
    }
    return outcome instanceof Stamp.Blank ? BLANK : REJECTED;
  }
}
