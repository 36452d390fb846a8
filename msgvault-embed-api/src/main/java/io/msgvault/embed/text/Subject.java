package io.msgvault.embed.text;

import java.util.Locale;
import java.util.Set;

/**
 * A subject without the prefixes that mail programs add.
 *
 * @param text the subject on one line, without prefixes and without spaces around it
 * @param forwarded whether a prefix marks a forwarded message
 */
record Subject(String text, boolean forwarded) {
  private static final Set<String> REPLY =
      Set.of("re aw antw antwort sv vs res rif odp ynt atb 回复 回覆 答复 答覆".split(" "));
  private static final Set<String> FORWARD =
      Set.of("fw fwd wg tr rv enc vb vl pd doorst 转发 轉寄".split(" "));

  private static final int MAX_PREFIX_LENGTH = 12;

  static Subject of(String line) {
    boolean forwarded = false;
    int start = 0;
    while (true) {
      while (start < line.length() && Chars.isWhite(line.charAt(start))) {
        start++;
      }
      int colon = colon(line, start);
      if (colon < 0) {
        return new Subject(line.substring(start).strip(), forwarded);
      }
      String prefix = prefix(line.substring(start, colon));
      if (FORWARD.contains(prefix)) {
        forwarded = true;
      } else if (!REPLY.contains(prefix)) {
        return new Subject(line.substring(start).strip(), forwarded);
      }
      start = colon + 1;
    }
  }

  private static int colon(String line, int from) {
    int bound = Math.min(line.length(), from + MAX_PREFIX_LENGTH);
    for (int at = from; at < bound; at++) {
      if (line.charAt(at) == ':' || line.charAt(at) == '：') {
        return at;
      }
    }
    return -1;
  }

  /**
   * Returns a prefix without the count of some programs: {@code Re[2]}, {@code Re(2)}, {@code
   * Re^2}.
   */
  private static String prefix(String words) {
    int end = 0;
    while (end < words.length() && Character.isLetter(words.charAt(end))) {
      end++;
    }
    for (int at = end; at < words.length(); at++) {
      if ("[]()^0123456789 ".indexOf(words.charAt(at)) < 0) {
        return "";
      }
    }
    return words.substring(0, end).toLowerCase(Locale.ROOT);
  }
}
