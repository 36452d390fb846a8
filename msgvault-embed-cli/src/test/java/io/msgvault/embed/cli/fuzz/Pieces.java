package io.msgvault.embed.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Reads an input as texts, with a form feed between two of them. */
final class Pieces {
  private static final int FIRST_STAND_IN = 0xE000;

  private final String[] pieces;

  private Pieces(String[] pieces) {
    this.pieces = pieces;
  }

  static Pieces of(byte[] input) {
    return new Pieces(text(input).split("\f", -1));
  }

  /** Returns a piece; empty if there are fewer. */
  String get(int index) {
    return index < pieces.length ? pieces[index] : "";
  }

  /** Returns all from a piece on. */
  String from(int index) {
    return index < pieces.length
        ? String.join("\f", Arrays.copyOfRange(pieces, index, pieces.length))
        : "";
  }

  /**
   * Returns a text. UTF-8 has no form for half of a surrogate pair, so the first private-use
   * characters stand for halves.
   */
  static String text(byte[] input) {
    String text = new String(input, UTF_8);
    StringBuilder halves = new StringBuilder(text);
    for (int i = 0; i < halves.length(); i++) {
      int half = halves.charAt(i) - FIRST_STAND_IN;
      if (half >= 0 && half < 0x800) {
        halves.setCharAt(i, (char) (Character.MIN_SURROGATE + half));
      }
    }
    return halves.toString();
  }
}
