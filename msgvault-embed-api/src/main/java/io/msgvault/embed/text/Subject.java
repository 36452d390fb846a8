package io.msgvault.embed.text;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A subject without the prefixes that mail programs add. Tags in brackets before a prefix stay.
 *
 * @param text the subject on one line, without prefixes and without spaces around it
 * @param prefixes the prefixes in lower case, also one that stays because it may be a word
 */
public record Subject(String text, Set<String> prefixes) {
  private static final Set<String> REPLY =
      words(
          "re,ré,réf,aw,antw,antwort,sv,svar,vs,res,resp,rif,odp,odg,ynt,atb,vá,válasz,bls,отв,"
              + "ответ,на,відп,отг,απ,σχετ,תגובה,השב,رد,پاسخ,返信,回复,回覆,答复,答覆,회신,답장,"
              + "trả lời,ตอบกลับ");
  private static final Set<String> FORWARD =
      words(
          "fw,fwd,wg,tr,rv,enc,vb,vl,pd,doorst,tovább,továbbítás,i\u0307lt,ilt,prosl,posr,yml,"
              + "pārs,přeposláno,preposlané,пересл,переадр,пер,препр,πρθ,הועבר,إعادة توجيه,ارجاع,"
              + "転送,转发,轉寄,轉發,전달,chuyển tiếp,ส่งต่อ,videresendt,weitergeleitet,doorgestuurd");

  /** The prefix that answers in Finnish and Estonian, and forwards in Danish and Norwegian. */
  private static final String REPLY_OR_FORWARD = "vs";

  private static final Set<String> REPLY_LABELS = Set.of("lähettäjä", "lähetetty", "saatja");

  /** Words that forward only above a quoted header with one of these labels. */
  private static final Map<String, Set<String>> FORWARD_BY_LABEL =
      Map.of(
          "i", Set.of("da", "inviato"),
          "ed", Set.of("saatja", "saadetud"),
          "fs", Set.of("frá"),
          "ct", Set.of("từ", "người gửi"),
          "trs", Set.of("dari", "pengirim"),
          "pers", Set.of("nuo"));

  /** Words that servers put before a prefix without brackets. */
  private static final Set<String> TAGS = words("external,extern,externe,ext,spam");

  private static final String FORWARDED_ENDING = "(fwd)";
  private static final Pattern PREFIX =
      Pattern.compile(
          "([\\p{L}\\p{M}]+(?: [\\p{L}\\p{M}]+)?) ?[0-9]*(?: ?[\\[(^][^\\])]*[\\])]?)? *");
  private static final int MAX_PREFIX_LENGTH = 24;
  private static final int MAX_TAG_LENGTH = 40;
  private static final int MAX_WRAPPINGS = 8;
  private static final String OPENING = "[({<【〔";
  private static final String CLOSING = "])}>】〕";

  private static Set<String> words(String separatedByCommas) {
    return Arrays.stream(separatedByCommas.split(",", -1)).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Reads a subject.
   *
   * @param line the subject on one line; may be empty
   */
  public static Subject of(String line) {
    return of(line, 0);
  }

  /** Returns whether the subject marks an answer, such as {@code Re:} and {@code AW:} do. */
  public boolean isReply() {
    return !Collections.disjoint(prefixes, REPLY);
  }

  private static Subject of(String line, int depth) {
    Set<String> prefixes = new HashSet<>();
    StringBuilder tags = new StringBuilder();
    int start = skipWhite(line, 0);
    while (true) {
      int at = skipTags(line, start);
      int colon = colon(line, at);
      String prefix = prefixAt(line, at);
      if (!isPrefix(prefix)) {
        if (FORWARD_BY_LABEL.containsKey(prefix)) {
          prefixes.add(prefix);
        }
        return unwrapped(tags + line.substring(start).strip(), prefixes, depth);
      }
      prefixes.add(prefix);
      tags.append(line, start, at);
      start = skipWhite(line, colon + 1);
    }
  }

  /** Reads the marks of older programs, {@code [Fwd: subject]} and {@code subject (fwd)}. */
  private static Subject unwrapped(String text, Set<String> prefixes, int depth) {
    boolean isReply = !Collections.disjoint(prefixes, REPLY);
    String rest = text;
    if (depth == MAX_WRAPPINGS) {
      return new Subject(rest, prefixes);
    }
    if (rest.toLowerCase(Locale.ROOT).endsWith(FORWARDED_ENDING)) {
      rest = rest.substring(0, rest.length() - FORWARDED_ENDING.length()).strip();
    } else if (rest.startsWith("[") && rest.endsWith("]") && FORWARD.contains(prefixAt(rest, 1))) {
      rest = rest.substring(rest.indexOf(':') + 1, rest.length() - 1).strip();
    } else {
      return new Subject(rest, prefixes);
    }
    if (!isReply) {
      prefixes.add("fwd");
    }
    return new Subject(of(rest, depth + 1).text(), prefixes);
  }

  /**
   * Tells whether the subject marks a forwarded message.
   *
   * @param labels the labels of the header that the body quotes, in lower case
   */
  boolean isForwarded(Set<String> labels) {
    return !Collections.disjoint(prefixes, FORWARD)
        || (prefixes.contains(REPLY_OR_FORWARD)
            && !labels.isEmpty()
            && Collections.disjoint(labels, REPLY_LABELS))
        || FORWARD_BY_LABEL.entrySet().stream()
            .anyMatch(
                entry ->
                    prefixes.contains(entry.getKey())
                        && !Collections.disjoint(labels, entry.getValue()));
  }

  private static int skipWhite(String line, int from) {
    int at = from;
    while (at < line.length() && Chars.isWhite(line.charAt(at))) {
      at++;
    }
    return at;
  }

  /**
   * Skips tags such as {@code [EXTERNAL]}, {@code **SPAM**} and {@code EXT:}, and a word such as
   * {@code FYI:} that stands before a forward prefix.
   */
  private static int skipTags(String line, int from) {
    int at = from;
    while (true) {
      int end = tagEnd(line, at);
      if (end <= at) {
        return at;
      }
      at = skipWhite(line, end);
    }
  }

  private static int tagEnd(String line, int start) {
    if (start == line.length()) {
      return -1;
    }
    int bound = Math.min(line.length(), start + MAX_TAG_LENGTH);
    char first = line.charAt(start);
    int bracket = OPENING.indexOf(first);
    if (bracket >= 0) {
      int end = line.indexOf(CLOSING.charAt(bracket), start);
      if (end < 0 || end >= bound) {
        return -1;
      }
      return line.startsWith(":", end + 1) ? end + 2 : end + 1;
    }
    if (first == '*') {
      int word = skipStars(line, start);
      int stars = line.indexOf('*', word);
      return stars > word && stars < bound ? skipStars(line, stars) : -1;
    }
    int colon = colon(line, start);
    String word = prefixAt(line, start);
    boolean isTag =
        colon >= 0
            && (TAGS.contains(word)
                || (!isPrefix(word)
                    && FORWARD.contains(prefixAt(line, skipWhite(line, colon + 1)))));
    return isTag ? colon + 1 : -1;
  }

  private static boolean isPrefix(String word) {
    return REPLY.contains(word) || FORWARD.contains(word);
  }

  private static String prefixAt(String line, int start) {
    int colon = colon(line, start);
    return colon < 0 ? "" : prefix(line.substring(start, colon));
  }

  private static int skipStars(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == '*') {
      at++;
    }
    return at;
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
   * Returns a prefix in lower case, without the count or the tag that some programs append: {@code
   * Re[2]}, {@code Re^2}, {@code Re [list]}.
   */
  private static String prefix(String words) {
    Matcher matcher = PREFIX.matcher(words);
    return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
  }
}
