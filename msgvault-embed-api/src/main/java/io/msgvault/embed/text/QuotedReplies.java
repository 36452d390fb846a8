package io.msgvault.embed.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Removes what a reply repeats of the message it answers.
 *
 * <p>Works on lines. A line is quoted if it begins with a quotation mark of mail and news: {@code
 * >}, also after the initials of an author ({@code JD> }) or among other marks ({@code |> }, {@code
 * :> }). Other characters mark quotations only where an attribution ("On … X wrote:") stands before
 * the first such line, since they are common at the start of lines. An attribution goes with the
 * quotation that follows it, and stays where none follows. A header of the original message, as
 * Outlook writes it, ends the sender's own text: all below it is quoted. What follows the marker of
 * a forwarded message stays.
 *
 * <p>Only lines short enough to have been written by a mail program are compared with phrases; the
 * phrases are those that common mail programs write in the languages that most mail is written in.
 */
final class QuotedReplies {
  private static final int LONGEST_PHRASE = 300;
  private static final int LONGEST_ATTRIBUTION = 3;

  private static final String QUOTE_MARKS = ">|:}]#%*";
  private static final String LEARNT_MARKS = "|:}]#%!&;~$";

  private static final Pattern ARTICLE = Pattern.compile("in (?:article|message|<).*");
  private static final Pattern DATED =
      Pattern.compile(
          "(?:on|at|am|le|el|il|op|em|den|dne|w dniu|quoting|\\*\\*\\* on)\\b[^0-9]{0,40}[0-9].*");
  private static final List<String> VERBS =
      List.of(
          "wrote",
          "writes",
          "write",
          "said",
          "says",
          "schrieb",
          "schreibt",
          "geschrieben",
          "a écrit",
          "a ecrit",
          "escribió",
          "escribio",
          "escreveu",
          "ha scritto",
          "schreef",
          "skrev",
          "kirjoitti",
          "napsal",
          "napsala",
          "napisał",
          "napisała",
          "pisze",
          "пишет",
          "писал",
          "писала",
          "написал",
          "написала",
          "yazdı",
          "写道",
          "寫道");

  private static final List<String> ORIGINAL_MARKERS =
      List.of(
          "original message",
          "original appointment",
          "ursprüngliche nachricht",
          "originalnachricht",
          "message d'origine",
          "message d’origine",
          "message original",
          "mensaje original",
          "messaggio originale",
          "mensagem original",
          "oorspronkelijk bericht",
          "originalmeddelande",
          "oprindelig meddelelse",
          "opprinnelig melding",
          "wiadomość oryginalna",
          "исходное сообщение",
          "原始邮件",
          "原始郵件");
  private static final List<String> FORWARD_MARKERS =
      List.of(
          "forwarded message",
          "forwarded by",
          "begin forwarded message",
          "weitergeleitete nachricht",
          "anfang der weitergeleiteten nachricht",
          "message transféré",
          "message réexpédié",
          "début du message réexpédié",
          "mensaje reenviado",
          "inicio del mensaje reenviado",
          "messaggio inoltrato",
          "inizio messaggio inoltrato",
          "mensagem encaminhada",
          "doorgestuurd bericht",
          "begin doorgestuurd bericht",
          "vidarebefordrat meddelande",
          "пересылаемое сообщение",
          "转发邮件");

  private static final List<String> FROM =
      List.of("from:", "von:", "de:", "da:", "van:", "från:", "fra:", "od:", "от:", "发件人");
  private static final List<String> SENT =
      List.of(
          "sent:",
          "gesendet:",
          "envoyé",
          "enviado:",
          "enviado el:",
          "enviada em:",
          "enviada:",
          "inviato:",
          "verzonden:",
          "skickat:",
          "sendt:",
          "wysłano:",
          "отправлено:",
          "发送时间");
  private static final List<String> DATE =
      List.of("date:", "datum:", "fecha:", "data:", "dato:", "дата:", "日期");

  private final CharSequence text;
  private final int[] starts;
  private final int count;
  private final BitSet quoted = new BitSet();
  private char learnt;

  private QuotedReplies(CharSequence text) {
    this.text = text;
    int[] found = new int[16];
    int lines = 0;
    for (int start = 0; start <= text.length(); start = Scan.lineEnd(text, start) + 1) {
      if (lines + 1 >= found.length) {
        found = Arrays.copyOf(found, found.length * 2);
      }
      found[lines++] = start;
    }
    found[lines] = text.length() + 1;
    this.starts = found;
    this.count = lines;
  }

  /** Returns the text without its quotations, which may leave nothing. */
  static String strip(CharSequence text) {
    if (Scan.indexOf(text, '>', 0) < 0
        && Scan.indexOf(text, ':', 0) < 0
        && Scan.indexOf(text, "---", 0) < 0) {
      return text.toString();
    }
    QuotedReplies replies = new QuotedReplies(text);
    replies.mark();
    return replies.quoted.isEmpty() ? text.toString() : replies.rest();
  }

  private void mark() {
    int line = 0;
    while (line < count) {
      int next = line + 1;
      if (isQuoted(line)) {
        if (mayBePhrase(line) && isForwardMarker(phrase(line))) {
          return;
        }
        quoted.set(line);
      } else if (mayBePhrase(line)) {
        String phrase = phrase(line);
        if (isForwardMarker(phrase)) {
          return;
        }
        if (isOriginalMarker(phrase) || isOriginalHeader(line, phrase)) {
          quoted.set(ruleBefore(line), count);
          return;
        }
        if (phrase.endsWith(":") || phrase.endsWith("：")) {
          next = markAttribution(line);
        }
      }
      line = next;
    }
  }

  private String rest() {
    StringBuilder out = new StringBuilder(text.length());
    for (int line = quoted.nextClearBit(0); line < count; ) {
      int end = quoted.nextSetBit(line);
      end = end < 0 ? count : end;
      out.append(text, starts[line], Math.min(text.length(), starts[end]));
      line = quoted.nextClearBit(end);
    }
    return out.toString();
  }

  // Quoted lines

  private boolean isQuoted(int line) {
    int at = contentStart(line);
    int end = end(line);
    if (at < end && learnt != 0 && text.charAt(at) == learnt) {
      return true;
    }
    int initials = 0;
    while (at < end && initials < 4 && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z') {
      initials++;
      at++;
    }
    if (initials == 1 || initials > 3) {
      // A prompt of DOS, or a word.
      return false;
    }
    for (int bound = Math.min(end, at + 8); at < bound; at++) {
      char c = text.charAt(at);
      if (c == '>') {
        return true;
      }
      if (initials > 0 || QUOTE_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return false;
  }

  // Attributions

  /**
   * Marks the attribution that ends with a line if a quotation follows, and returns the line to go
   * on with.
   */
  private int markAttribution(int line) {
    int next = nextWithContent(line + 1, 2);
    int start = attributionStart(line);
    if (next < 0 || start < 0) {
      return line + 1;
    }
    if (!isQuoted(next)) {
      char mark = text.charAt(contentStart(next));
      if (LEARNT_MARKS.indexOf(mark) < 0) {
        return line + 1;
      }
      learnt = mark;
    }
    quoted.set(start, next);
    return next;
  }

  private int nextWithContent(int from, int mostBlank) {
    for (int line = from; line < count && line <= from + mostBlank; line++) {
      if (!isBlank(line)) {
        return line;
      }
    }
    return -1;
  }

  /** Returns the first line of the attribution that ends with a line, or -1 if none does. */
  private int attributionStart(int line) {
    String phrase = "";
    for (int start = line; start >= 0 && start > line - LONGEST_ATTRIBUTION; start--) {
      if (isBlank(start) || quoted.get(start)) {
        break;
      }
      phrase = (phrase(start) + " " + phrase).strip();
      if (ARTICLE.matcher(phrase).matches()
          || (DATED.matcher(phrase).matches() && namesAuthor(phrase))) {
        return start;
      }
    }
    String last = phrase(line);
    String beforeColon = last.substring(0, last.length() - 1).strip();
    return last.indexOf('@') >= 0 || VERBS.stream().anyMatch(beforeColon::endsWith) ? line : -1;
  }

  private static boolean namesAuthor(String phrase) {
    return phrase.indexOf('@') >= 0
        || phrase.indexOf('<') >= 0
        || VERBS.stream().anyMatch(phrase::contains);
  }

  // Markers

  private static boolean isOriginalMarker(String phrase) {
    return phrase.startsWith("-") && ORIGINAL_MARKERS.contains(withoutRules(phrase));
  }

  private static boolean isForwardMarker(String phrase) {
    String words = withoutRules(phrase);
    // A rule or a colon sets a marker off from a sentence.
    return !phrase.endsWith(words) && FORWARD_MARKERS.stream().anyMatch(words::startsWith);
  }

  private static String withoutRules(String phrase) {
    int start = 0;
    int end = phrase.length();
    while (start < end && "-_=> ".indexOf(phrase.charAt(start)) >= 0) {
      start++;
    }
    while (start < end && "-_= :".indexOf(phrase.charAt(end - 1)) >= 0) {
      end--;
    }
    return phrase.substring(start, end);
  }

  private boolean isOriginalHeader(int line, String phrase) {
    if (FROM.stream().noneMatch(withoutStars(phrase)::startsWith)) {
      return false;
    }
    int next = nextWithContent(line + 1, 1);
    String following = next < 0 ? "" : withoutStars(phrase(next));
    return SENT.stream().anyMatch(following::startsWith)
        || (DATE.stream().anyMatch(following::startsWith) && ruleBefore(line) < line);
  }

  /** Returns the line of the rule above a line, or that line if there is none. */
  private int ruleBefore(int line) {
    for (int before = line - 1; before >= 0 && before >= line - 2; before--) {
      String phrase = phrase(before);
      if (!phrase.isEmpty()) {
        boolean rule = phrase.length() >= 10 && phrase.chars().allMatch(c -> c == '_' || c == '-');
        return rule ? before : line;
      }
    }
    return line;
  }

  private static String withoutStars(String phrase) {
    return phrase.startsWith("*") ? phrase.replace("*", "") : phrase;
  }

  /** Tells from a few characters whether a line can be a marker, a header or an attribution. */
  private boolean mayBePhrase(int line) {
    int start = contentStart(line);
    int end = contentEnd(line);
    if (start == end || end - start > LONGEST_PHRASE) {
      return false;
    }
    char last = text.charAt(end - 1);
    if (last == ':' || last == '：' || last == '-') {
      return true;
    }
    for (int at = start; at < Math.min(end, start + 10); at++) {
      if (text.charAt(at) == ':') {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns a line in lower case and without spaces around it, or "" if it is too long to compare.
   */
  private String phrase(int line) {
    int start = contentStart(line);
    int end = contentEnd(line);
    return end - start > LONGEST_PHRASE
        ? ""
        : text.subSequence(start, end).toString().replace('\u00a0', ' ').toLowerCase(Locale.ROOT);
  }

  private int contentStart(int line) {
    int at = starts[line];
    int end = end(line);
    while (at < end && Scan.isWhite(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private int contentEnd(int line) {
    int start = starts[line];
    int at = end(line);
    while (at > start && Scan.isWhite(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private boolean isBlank(int line) {
    return contentStart(line) == end(line);
  }

  private int end(int line) {
    return starts[line + 1] - 1;
  }
}
