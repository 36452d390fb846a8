package io.msgvault.embed.cli.output;

/** Measures text in columns of a terminal. */
final class TextWidth {
  /**
   * The ranges that are wide (W and F) in Unicode's East Asian Width, each from its first to its
   * last character. Rare ranges and single symbols are left out.
   */
  private static final int[][] WIDE = {
    {0x1100, 0x115f}, // the first consonants of Hangul
    {0x2e80, 0x303e}, // radicals, and punctuation of Chinese and Japanese
    {0x3041, 0xa4cf}, // kana, ideographs, Yi
    {0xa960, 0xa97c}, // more consonants of Hangul
    {0xac00, 0xd7a3}, // Hangul
    {0xf900, 0xfaff}, // compatibility ideographs
    {0xfe30, 0xfe6f}, // vertical and small forms
    {0xff01, 0xff60}, // full-width forms
    {0xffe0, 0xffe6}, // full-width signs
    {0x1f300, 0x1f64f}, // symbols and emoji
    {0x1f680, 0x1f6ff}, // transport
    {0x1f900, 0x1faff}, // more symbols
    {0x20000, 0x3fffd}, // ideographs of the other planes
  };

  private TextWidth() {}

  /** Returns how many columns a character takes: 0, 1 or 2. */
  static int of(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  private static boolean isWide(int codePoint) {
    for (int[] range : WIDE) {
      if (codePoint <= range[1]) {
        return codePoint >= range[0];
      }
    }
    return false;
  }
}
