package io.msgvault.embed.text;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Holds a text in lower case and in NFKC, without invisible characters, and the place of each of
 * its characters in the original. Canonically equal and compatible texts are equal here: {@code ﬁ}
 * is {@code fi}, and a full-width {@code Ａ} is {@code a}.
 */
final class NormalizedText {
  /** Bounds the characters that are normalized together, so that the time is linear. */
  private static final int MAX_CLUSTER = 32;

  /** The letter that shares its upper case with another one, and so is not folded through it. */
  private static final int DOTLESS_I = 'ı';

  private static final int[] SAME = {};

  private final String chars;

  /** {@link #SAME} where each character stands at its place in the original. */
  private final int[] starts;

  private final int[] ends;

  private NormalizedText(String chars, int[] starts, int[] ends) {
    this.chars = chars;
    this.starts = starts;
    this.ends = ends;
  }

  static NormalizedText of(CharSequence text) {
    return Folding.isAscii(text)
        ? new NormalizedText(text.toString().toLowerCase(Locale.ROOT), SAME, SAME)
        : new Builder(text).build();
  }

  int length() {
    return chars.length();
  }

  int codePointAt(int at) {
    return chars.codePointAt(at);
  }

  String substring(int start, int end) {
    return chars.substring(start, end);
  }

  /** Returns where the character at {@code at} begins in the original. */
  int start(int at) {
    return starts == SAME ? at : starts[at];
  }

  /** Returns where the character before {@code end} ends in the original. */
  int end(int end) {
    return ends == SAME ? end : ends[end - 1];
  }

  static boolean isMark(int c) {
    if (c < 0x300) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /**
   * Returns whether a character takes no room and has no meaning for search: soft hyphens,
   * zero-width and directional characters, variation selectors, fillers.
   */
  private static boolean isInvisible(int c) {
    return c >= 0xAD
        && (Character.getType(c) == Character.FORMAT
            || (c >= 0xFE00 && c <= 0xFE0F)
            || (c >= 0xE0100 && c <= 0xE01EF)
            || (c >= 0x180B && c <= 0x180D)
            || c == 0x34F
            || c == 0x115F
            || c == 0x1160
            || c == 0x17B4
            || c == 0x17B5
            || c == 0x3164
            || c == 0xFFA0);
  }

  /** Normalizes a text piece by piece. */
  private static final class Builder {
    private final CharSequence text;
    private final StringBuilder chars;
    private int[] starts;
    private int[] ends;

    Builder(CharSequence text) {
      this.text = text;
      chars = new StringBuilder(text.length());
      starts = new int[text.length()];
      ends = new int[text.length()];
    }

    NormalizedText build() {
      int at = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        boolean alone = at + 1 == text.length() || text.charAt(at + 1) < 0x80;
        if (c < 0x80 && alone) {
          append(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c, at, at + 1);
          at++;
        } else {
          at = appendCluster(at);
        }
      }
      return new NormalizedText(chars.toString(), starts, ends);
    }

    /** Appends a character with the marks that follow it. Returns where the next one begins. */
    private int appendCluster(int from) {
      StringBuilder cluster = new StringBuilder();
      int at = from;
      int start = from;
      int end = from;
      while (at < text.length() && at - from < MAX_CLUSTER) {
        int c = Character.codePointAt(text, at);
        int next = at + Character.charCount(c);
        if (!isInvisible(c)) {
          if (cluster.length() == 0) {
            start = at;
          } else if (!continuesCluster(c)) {
            break;
          }
          cluster.appendCodePoint(c);
          end = next;
        }
        at = next;
      }
      String normalized =
          isStable(cluster)
              ? cluster.toString()
              : Normalizer.normalize(cluster, Normalizer.Form.NFKC);
      for (int i = 0; i < normalized.length(); ) {
        int c = normalized.codePointAt(i);
        append(lower(c), start, end);
        i += Character.charCount(c);
      }
      return at;
    }

    private void append(int c, int start, int end) {
      int from = chars.length();
      chars.appendCodePoint(c);
      if (chars.length() > starts.length) {
        int room = chars.length() + chars.length() / 2 + 16;
        starts = Arrays.copyOf(starts, room);
        ends = Arrays.copyOf(ends, room);
      }
      for (int i = from; i < chars.length(); i++) {
        starts[i] = start;
        ends[i] = end;
      }
    }
  }

  /** Returns whether a character is written onto the one before it. */
  private static boolean continuesCluster(int c) {
    return isMark(c) || (c >= 0x1161 && c <= 0x11FF) || c == 0xFF9E || c == 0xFF9F;
  }

  /** Returns whether normalization would change nothing, which is quick to see for most letters. */
  private static boolean isStable(CharSequence cluster) {
    if (cluster.length() != 1) {
      return false;
    }
    char c = cluster.charAt(0);
    return c < 0xA0
        || (c >= 0xC0 && c <= 0x131)
        || (c >= 0x391 && c <= 0x3C9)
        || (c >= 0x400 && c <= 0x45F)
        || (c >= 0x3041 && c <= 0x3096)
        || (c >= 0x30A1 && c <= 0x30FA)
        || (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0xAC00 && c <= 0xD7A3);
  }

  /**
   * Returns the lower case of the upper case, so that the two forms of sigma, for example, are one.
   */
  private static int lower(int c) {
    return c == DOTLESS_I ? c : Character.toLowerCase(Character.toUpperCase(c));
  }
}
