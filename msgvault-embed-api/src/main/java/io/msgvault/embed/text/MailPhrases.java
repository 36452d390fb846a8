package io.msgvault.embed.text;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Recognizes the phrases that mail programs and their users add to bodies, in the languages of most
 * mail.
 *
 * <p>A phrase is one line, or the few lines of an attribution, of bounded length and in lower case.
 */
final class MailPhrases {
  private static final Pattern ARTICLE = Pattern.compile("in (?:article|message|<)");
  private static final Pattern DATED =
      Pattern.compile(
          "(?:on|at|am|le|el|il|op|em|den|dne|dňa|în data|pe|pada|vào|в|у|στις|ב|w dniu)\\b"
              + "[^0-9]{0,40}[0-9]",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final List<String> VERBS =
      list(
          "wrote,writes,write,said,says,schrieb,schreibt,geschrieben,a écrit,a ecrit,escribió,"
              + "escribio,escreveu,ha scritto,schreef,skrev,skrifaði,kirjoitti,kirjutas,napsal,"
              + "napsala,napsal(a),napísal,napísala,napísal(a),napisał,napisała,napisał(a),pisze,"
              + "napisao,je napisao,piše,ezt írta,írta,a scris,yazdı,пишет,писал,писала,написал,"
              + "написала,написал(а),пише,написав,написа,έγραψε,כתב,כתבה,كتب,"
              + "のメール,は書きました,写道,寫道,님이 작성,đã viết,menulis");

  private static final List<String> ORIGINAL =
      list(
          "original message,original appointment,ursprüngliche nachricht,originalnachricht,"
              + "original-nachricht,message d'origine,message d’origine,message original,"
              + "mensaje original,messaggio originale,mensagem original,oorspronkelijk bericht,"
              + "originalmeddelande,ursprungligt meddelande,oprindelig meddelelse,"
              + "opprinnelig melding,alkuperäinen viesti,algne kiri,wiadomość oryginalna,"
              + "oryginalna wiadomość,původní zpráva,pôvodná správa,eredeti üzenet,mesaj original,"
              + "mesajul original,orijinal mesaj,özgün ileti,исходное сообщение,"
              + "оригинальное сообщение,оригінальне повідомлення,αρχικό μήνυμα,הודעה מקורית,"
              + "元のメッセージ,原始邮件,原始郵件,원본 메시지,thư gốc,tin nhắn gốc,pesan asli");
  private static final List<String> FORWARDED =
      list(
          "forwarded message,forwarded by,begin forwarded message,weitergeleitete nachricht,"
              + "anfang der weitergeleiteten nachricht,message transféré,message réexpédié,"
              + "début du message réexpédié,début du message transféré,mensaje reenviado,"
              + "inicio del mensaje reenviado,messaggio inoltrato,inizio messaggio inoltrato,"
              + "mensagem encaminhada,início da mensagem encaminhada,início da mensagem reencaminhada,"
              + "doorgestuurd bericht,begin doorgestuurd bericht,vidarebefordrat meddelande,"
              + "vidarebefordrat brev,videresendt besked,videresendt meddelelse,videresendt melding,"
              + "videresendt e-post,start på videresendt besked,start på videresendt melding,"
              + "välitetty viesti,edelleenlähetetty viesti,wiadomość przekazana,"
              + "przekazana wiadomość,wiadomość przesłana dalej,přeposlaná zpráva,"
              + "preposlaná správa,továbbított üzenet,mesaj redirecționat,mesaj transmis,"
              + "yönlendirilmiş ileti,iletilen mesaj,yönlendirilen mesaj,пересылаемое сообщение,"
              + "пересланное сообщение,начало переадресованного сообщения,переслане повідомлення,"
              + "προωθημένο μήνυμα,הודעה שהועברה,رسالة معاد توجيهها,転送メッセージ,"
              + "転送されたメッセージ,转发邮件,转发的邮件,轉寄的郵件,轉寄郵件,전달된 메시지,"
              + "thư đã chuyển tiếp,thư được chuyển tiếp,tin nhắn được chuyển tiếp,"
              + "pesan terusan,pesan yang diteruskan");

  private static final Pattern GREETING =
      Pattern.compile(
          "(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|hallo|liebe|lieber|moin|"
              + "servus|guten (?:morgen|tag|abend)|sehr geehrte|sehr geehrter|bonjour|bonsoir|salut|"
              + "cher|chère|hola|buenos días|buenas tardes|estimado|estimada|querido|querida|olá|"
              + "oi|bom dia|boa tarde|boa noite|caro|cara|prezado|prezada|ciao|buongiorno|buonasera|"
              + "salve|gentile|egregio|beste|geachte|dag|goedemorgen|hej|hei|kära|kære|kjære|"
              + "god morgon|moi|terve|tere|cześć|dzień dobry|ahoj|dobrý den|dobrý deň|szia|kedves|"
              + "bună|bună ziua|dragă|stimate|merhaba|sayın|selam|привет|здравствуйте|"
              + "добрый день|вітаю|добрий день|γεια|καλημέρα|αγαπητέ|αγαπητή|שלום|مرحبا|"
              + "chào|kính gửi|halo|yth)\\b[^.!?:,\\n]*[!,]?",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern CLOSING =
      Pattern.compile(
          "(?:(?:kind|best|warm|many|with (?:kind|best)) )?(?:regards|wishes|greetings)|best|cheers|"
              + "sincerely|yours(?: \\w+)?|(?:mit |viele |liebe |beste |herzliche |freundliche |"
              + "freundlichen |schöne )*(?:grüße|grüßen|gruß|gruss|grüsse|grüssen)|mfg|lg|vg|"
              + "(?:bien )?cordialement|amicalement|(?:un )?(?:saludo|saludos)(?: cordiales)?|"
              + "atentamente|atenciosamente|abraços?|cumprimentos|cordiali saluti|saluti|"
              + "(?:met )?(?:vriendelijke )?groeten?|mvh|(?:vänliga |med vänliga )?hälsningar|"
              + "(?:med )?(?:venlig |vennlig |venlige )?hilsen|(?:ystävällisin )?terveisin|pozdrawiam|"
              + "s pozdravem|s pozdravom|pozdrav|üdvözlettel|üdv|cu stimă|saygılarımla|с уважением|"
              + "з повагою|με εκτίμηση|בברכה",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final int MAX_NAME_LENGTH = 40;

  private static final String RULES = "-_=\u2010";
  private static final int MAX_GREETING_WORDS = 5;

  private static final Pattern BELOW =
      Pattern.compile(
          "\\b(?:below|beneath|inline|in-line|interleaved|in the text|between the lines|in red|in blue|in green|unten|untenstehend|s\\.u\\.|"
              + "in rot|in blau|in grün|ci-dessous|plus bas|dans le texte|en rouge|en bleu|en vert|abajo|"
              + "a continuación|en el texto|en rojo|en azul|abaixo|a seguir|no texto|em vermelho|em azul|sotto|"
              + "di seguito|nel testo|in rosso|in blu|hieronder|onderstaand|onderstaande|in de tekst|in het rood|nedan|"
              + "nedanstående|nedenfor|herunder|nedenstående|alempana|oheisesta|allpool|poniżej|"
              + "níže|nižšie|alább|lentebb|mai jos|aşağıda|aşağıdaki|ниже|нижче|παρακάτω|להלן|"
              + "למטה|أدناه|bên dưới|dưới đây|di bawah)\\b|以下|下記|下方|如下|下面|見下|见下|아래",
          Pattern.UNICODE_CHARACTER_CLASS);

  private MailPhrases() {}

  private static List<String> list(String commaSeparated) {
    return List.of(commaSeparated.split(",", -1));
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
    return isRuled(line) && ORIGINAL.contains(withoutRules(line));
  }

  private static boolean isRuled(String line) {
    return !line.isEmpty() && RULES.indexOf(line.charAt(0)) >= 0;
  }

  /** Tells whether the line introduces a forwarded message. */
  static boolean isForwardMarker(String line) {
    String words = withoutRules(line);
    // A rule or a colon tells a marker from a sentence.
    return !line.endsWith(words) && any(FORWARDED, words::startsWith);
  }

  private static String withoutRules(String line) {
    return trim(line, RULES + "> ", RULES + " :：");
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

  /**
   * Tells whether a text is only a greeting and a name, as "Hello Ann, kind regards, Bob" is, so
   * that the sender must have written elsewhere.
   */
  static boolean saysNothing(String text) {
    List<String> lines = text.lines().filter(line -> !line.isEmpty()).toList();
    return isOpening(lines.get(0))
        && (lines.size() == 1
            || (lines.size() <= 4
                && CLOSING.matcher(trim(lines.get(1), "", " ,.!")).matches()
                && lines.stream().skip(2).allMatch(line -> line.length() <= MAX_NAME_LENGTH)));
  }

  /** Tells whether the line only begins a text that must go on elsewhere, as "Hello Ann," does. */
  private static boolean isOpening(String line) {
    return line.endsWith(",")
        || line.endsWith(":")
        || (GREETING.matcher(line).matches() && line.split(" ", -1).length <= MAX_GREETING_WORDS);
  }

  /** Tells whether the text refers to words further down, as "my answers are below" does. */
  static boolean pointsBelow(String text) {
    return BELOW.matcher(text).find();
  }
}
