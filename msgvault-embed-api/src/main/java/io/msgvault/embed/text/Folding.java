package io.msgvault.embed.text;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;

/**
 * Folds a word to the form that people type who lack its letters on their keyboard.
 *
 * <p>Latin, Greek, Hebrew and Arabic letters lose their marks. Cyrillic letters lose the stress
 * mark, and {@code ё} becomes {@code е}; {@code й} is a letter of its own and stays. Letters of
 * other scripts keep their marks, which are vowels there. A letter that is not composed of parts,
 * such as {@code ø}, has its replacement in a table. Digits of every script become ASCII digits.
 */
final class Folding {
  /** Each word is a letter followed by what replaces it. */
  private static final Map<Integer, String> ATOMIC =
      table(
          """
          ßss æae œoe øo łl đd ðd þth ıi ħh ŧt ŋn ĸk ƀb ɓb ƈc ɖd ɗd ǝe əa ɛe ƒf ɠg ǥg ɨi ƙk ƚl ɫl
          ɬl ɱm ɲn ƞn ɳn ɔo ɵo ƥp ɍr ɽr ʂs ȿs ʈt ƭt ʉu ʋv ⱳw ƴy ɏy ƶz ʐz ȥz ȷj ɉj ⱥa ⱦt ɇe ȼc ȡd ȴl
          ȵn ȶt ɡg ɩi ʊu ɦh ꜳaa ꜵao ꜷau ꜩtz ȣou ỻll ꝏoo
          ٱا ىي ةه کك یي ۀه ھه ہه
          ѵи ѳф
          """);

  private static final int TATWEEL = 0x640;

  private Folding() {}

  private static Map<Integer, String> table(String entries) {
    Map<Integer, String> table = new HashMap<>();
    for (String entry : entries.strip().split("\\s+", -1)) {
      int letter = entry.codePointAt(0);
      table.put(letter, entry.substring(Character.charCount(letter)));
    }
    return table;
  }

  /**
   * Folds a word.
   *
   * @param word a part of a {@link NormalizedText}
   * @return the folded word; empty if it has only marks that are dropped
   */
  static String fold(String word) {
    if (isAscii(word)) {
      return word;
    }
    String parts = Normalizer.normalize(word, Normalizer.Form.NFD);
    StringBuilder folded = new StringBuilder(parts.length());
    int letter = 0;
    for (int i = 0; i < parts.length(); ) {
      int c = parts.codePointAt(i);
      if (NormalizedText.isMark(c)) {
        if (!isDropped(letter, c)) {
          folded.appendCodePoint(c);
        }
      } else if (Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) {
        letter = c;
        folded.append((char) ('0' + Character.digit(c, 10)));
      } else if (c != TATWEEL) {
        letter = c;
        String replacement = ATOMIC.get(c);
        if (replacement == null) {
          folded.appendCodePoint(c);
        } else {
          folded.append(replacement);
        }
      }
      i += Character.charCount(c);
    }
    return Normalizer.normalize(folded, Normalizer.Form.NFC);
  }

  static boolean isAscii(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDropped(int letter, int mark) {
    return switch (Character.UnicodeScript.of(letter)) {
      case LATIN, GREEK, HEBREW, ARABIC, COMMON -> true;
      case CYRILLIC -> mark == 0x300 || mark == 0x301 || (mark == 0x308 && letter == 'е');
      default -> false;
    };
  }
}
