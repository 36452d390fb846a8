package io.msgvault.embed.text;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Recognizes the phrases that mail programs add to bodies, in the languages of most mail.
 *
 * <p>A phrase is one line, or the few lines of an attribution, of bounded length and in lower case.
 */
final class MailPhrases {
  private static final Pattern ARTICLE = Pattern.compile("in (?:article|message|<)");
  private static final Pattern DATED =
      Pattern.compile("(?:on|at|am|le|el|il|op|em|den|dne|w dniu)\\b[^0-9]{0,40}[0-9]");
  private static final List<String> VERBS =
      list(
          "wrote,writes,write,said,says,schrieb,schreibt,geschrieben,a écrit,a ecrit,escribió,"
              + "escribio,escreveu,ha scritto,schreef,skrev,kirjoitti,napsal,napsala,napisał,"
              + "napisała,pisze,пишет,писал,писала,написал,написала,yazdı,写道,寫道");

  private static final List<String> ORIGINAL =
      list(
          "original message,original appointment,ursprüngliche nachricht,originalnachricht,"
              + "message d'origine,message d’origine,message original,mensaje original,"
              + "messaggio originale,mensagem original,oorspronkelijk bericht,"
              + "originalmeddelande,oprindelig meddelelse,opprinnelig melding,"
              + "wiadomość oryginalna,исходное сообщение,原始邮件,原始郵件");
  private static final List<String> FORWARDED =
      list(
          "forwarded message,forwarded by,begin forwarded message,weitergeleitete nachricht,"
              + "anfang der weitergeleiteten nachricht,message transféré,message réexpédié,"
              + "début du message réexpédié,mensaje reenviado,inicio del mensaje reenviado,"
              + "messaggio inoltrato,inizio messaggio inoltrato,mensagem encaminhada,"
              + "doorgestuurd bericht,begin doorgestuurd bericht,vidarebefordrat meddelande,"
              + "пересылаемое сообщение,转发邮件");

  private static final List<String> FROM =
      list("from:,von:,de:,de :,da:,van:,från:,fra:,od:,от:,发件人");
  private static final List<String> SENT =
      list(
          "sent:,gesendet:,envoyé:,envoyé :,enviado:,enviado el:,enviada em:,enviada:,inviato:,"
              + "verzonden:,skickat:,sendt:,wysłano:,отправлено:,发送时间");
  private static final List<String> DATE = list("date:,date :,datum:,fecha:,data:,dato:,дата:,日期");

  private MailPhrases() {}

  private static List<String> list(String commaSeparated) {
    return List.of(commaSeparated.split(","));
  }

  private static boolean any(List<String> phrases, Predicate<String> matches) {
    for (String phrase : phrases) {
      if (matches.test(phrase)) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether the line may be the last one of an attribution. */
  static boolean endsAttribution(String line) {
    return line.endsWith(":") || line.endsWith("：") || line.endsWith("...");
  }

  /** Tells whether the lines up to such a line are an attribution from their first word on. */
  static boolean isAttribution(String lines) {
    return ARTICLE.matcher(lines).lookingAt()
        || (DATED.matcher(lines).lookingAt()
            && (lines.indexOf('@') >= 0 || lines.indexOf('<') >= 0 || any(VERBS, lines::contains)));
  }

  /** Tells whether such a line names an author. Above a quotation it is then an attribution. */
  static boolean namesAuthor(String line) {
    return line.indexOf('@') >= 0 || endsWithVerb(line);
  }

  /** Tells whether an attribution is certain even if no quotation follows. */
  static boolean isUnmistakable(String attribution) {
    return ARTICLE.matcher(attribution).lookingAt()
        || (attribution.indexOf('@') >= 0 && endsWithVerb(attribution));
  }

  private static boolean endsWithVerb(String line) {
    String words = trim(line, "", " :：.");
    return any(VERBS, words::endsWith);
  }

  /** Tells whether the line separates a reply from the message it answers. */
  static boolean isOriginalMarker(String line) {
    return line.startsWith("-") && ORIGINAL.contains(withoutRules(line));
  }

  /** Tells whether the line introduces a forwarded message. */
  static boolean isForwardMarker(String line) {
    String words = withoutRules(line);
    // A rule or a colon tells a marker from a sentence.
    return !line.endsWith(words) && any(FORWARDED, words::startsWith);
  }

  private static String withoutRules(String line) {
    return trim(line, "-_=> ", "-_= :");
  }

  private static String trim(String line, String before, String after) {
    int start = 0;
    int end = line.length();
    while (start < end && before.indexOf(line.charAt(start)) >= 0) {
      start++;
    }
    while (start < end && after.indexOf(line.charAt(end - 1)) >= 0) {
      end--;
    }
    return line.substring(start, end);
  }

  /** Tells whether the line is a horizontal rule. */
  static boolean isRule(String line) {
    return line.length() >= 10 && trim(line, "-_", "").isEmpty();
  }

  /** Tells whether the line is the first of the header that Outlook puts above a quoted message. */
  static boolean isFrom(String line) {
    return startsWithAny(line, FROM);
  }

  /** Tells whether the line is the second of that header. */
  static boolean isSent(String line) {
    return startsWithAny(line, SENT);
  }

  /** Tells whether the line is the second of that header in the versions that draw a rule above. */
  static boolean isDate(String line) {
    return startsWithAny(line, DATE);
  }

  private static boolean startsWithAny(String line, List<String> labels) {
    // Plain text shows bold type by stars.
    String label = line.startsWith("*") ? line.replace("*", "") : line;
    return any(labels, label::startsWith);
  }
}
