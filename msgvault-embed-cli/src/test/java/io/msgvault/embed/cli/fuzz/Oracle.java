package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.text.Texts;

/** Says what holds of every input. */
final class Oracle {
  private Oracle() {}

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  static void wellFormed(String what, String text) {
    require(Texts.isWellFormed(text), what + " has half of a surrogate pair");
  }

  /** Requires that a text is one line: nothing in it can begin another line of a header or log. */
  static void oneLine(String what, String text) {
    wellFormed(what, text);
    require(text.chars().noneMatch(c -> c == '\n' || c == '\r'), what + " has more than one line");
  }

  /** Requires that two ways to one result give the same. */
  static void same(String what, Object first, Object second) {
    require(first.equals(second), what + " differs");
  }
}
