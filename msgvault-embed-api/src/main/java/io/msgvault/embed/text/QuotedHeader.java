package io.msgvault.embed.text;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header of a message that another one quotes, as mail programs write it into the body: lines
 * of a label, a colon and a value.
 *
 * @param end the line after the header
 * @param labels its labels in lower case, which tell its language
 * @param recipients the line of those whom the message was sent to, in lower case
 */
record QuotedHeader(int end, Set<String> labels, String recipients) {
  private enum Field {
    FROM(
        "from,von,de,da,van,från,fra,frá,lähettäjä,saatja,od,feladó,de la,expeditor,kimden,gönderen,"
            + "от,від,από,מאת,من,差出人,送信者,发件人,寄件者,寄件人,보낸 사람,보낸사람,từ,người gửi,dari,"
            + "pengirim,nuo,šalje,pošiljatelj"),
    SENT(
        "sent,gesendet,envoyé,enviado,enviado el,enviado em,enviada,enviada em,inviato,verzonden,"
            + "skickat,sendt,sent dato,lähetetty,saadetud,wysłano,wysłane,odesláno,odoslané,"
            + "elküldve,küldve,trimis,expediat,gönderildi,gönderme tarihi,отправлено,надіслано,"
            + "изпратено,στάλθηκε,αποστολή,נשלח,تم الإرسال,送信日時,送信,发送时间,寄件日期,傳送時間,"
            + "보낸 날짜,đã gửi,ngày gửi,dikirim,terkirim,išsiųsta,nosūtīts,poslano,poslato"),
    DATE(
        "date,datum,fecha,data,dato,päiväys,päivämäärä,pvm,kuupäev,dátum,tarih,дата,ημερομηνία,"
            + "תאריך,التاريخ,日付,日時,日期,날짜,ngày,tanggal"),
    TO(
        "to,an,à,a,para,aan,till,til,vastaanottaja,adressaat,do,komu,címzett,către,catre,kime,alıcı,"
            + "кому,до,προς,אל,إلى,宛先,收件人,收件者,받는 사람,받는사람,đến,tới,kepada,kam,prima,za"),
    SUBJECT(
        "subject,betreff,objet,asunto,assunto,oggetto,onderwerp,ämne,emne,aihe,teema,temat,předmět,"
            + "predmet,tárgy,subiect,konu,тема,относно,θέμα,נושא,الموضوع,件名,主题,主旨,主題,제목,"
            + "chủ đề,perihal,subjek,tema,zadeva,efni"),
    OTHER(
        "cc,bcc,kopie,copie,kopia,kopi,kopio,koopia,kópia,másolat,dw,copia,cópia,bilgi,копия,копія,"
            + "копие,κοιν,עותק,نسخة,抄送,副本,참조,reply-to,reply to,antwort an,répondre à,"
            + "responder a,organization,organisation,importance,priority,attachments,wichtigkeit,"
            + "priorität,anlagen,pièces jointes,importancia,datos adjuntos,allegati,bijlagen,"
            + "bilagor,newsgroups");

    private final String labels;

    Field(String labels) {
      this.labels = labels;
    }
  }

  private static final Map<String, Field> FIELDS = fields();
  private static final int MAX_LABEL_LENGTH = 20;
  private static final int MAX_FIELDS = 10;

  private static Map<String, Field> fields() {
    Map<String, Field> fields = new HashMap<>();
    for (Field field : Field.values()) {
      for (String label : field.labels.split(",", -1)) {
        fields.putIfAbsent(label, field);
      }
    }
    return Map.copyOf(fields);
  }

  /** Returns the header that begins at a line; empty if the line may be the sender's own text. */
  static Optional<QuotedHeader> at(MailLines lines, int first) {
    Field leading = field(lines.phrase(first));
    if (leading != Field.FROM && leading != Field.SENT && leading != Field.DATE) {
      return Optional.empty();
    }
    Reader reader = new Reader(lines);
    reader.read(first);
    return reader.isHeader(leading, lines.ruleBefore(first) < first)
        ? Optional.of(new QuotedHeader(reader.end, Set.copyOf(reader.labels), reader.recipients))
        : Optional.empty();
  }

  private static @Nullable Field field(String phrase) {
    return FIELDS.get(label(phrase));
  }

  /** Returns the words before the colon; empty if they are too many for a label. */
  private static String label(String phrase) {
    // Plain text shows bold type by stars.
    String line = phrase.startsWith("*") ? phrase.replace("*", "") : phrase;
    int bound = Math.min(line.length(), MAX_LABEL_LENGTH);
    for (int at = 0; at < bound; at++) {
      if (line.charAt(at) == ':' || line.charAt(at) == '：') {
        return line.substring(0, at).strip();
      }
    }
    return "";
  }

  private static final class Reader {
    private final MailLines lines;
    private final Set<Field> fields = EnumSet.noneOf(Field.class);
    private final Set<String> labels = new HashSet<>();
    private String recipients = "";
    private boolean hasAddress;
    private boolean hasNumber;
    private int end;

    Reader(MailLines lines) {
      this.lines = lines;
    }

    void read(int first) {
      int line = first;
      for (int count = 0; count < MAX_FIELDS && line >= 0; count++) {
        String phrase = lines.phrase(line);
        Field field = field(phrase);
        if (field == null || (field != Field.OTHER && !fields.add(field))) {
          return;
        }
        labels.add(label(phrase));
        recipients = field == Field.TO ? phrase : recipients;
        hasAddress |= field == Field.FROM && (phrase.indexOf('@') >= 0 || phrase.indexOf('<') >= 0);
        hasNumber |= field != Field.FROM && phrase.chars().anyMatch(Character::isDigit);
        end = line + 1;
        line = next();
      }
    }

    /** Returns the next line with a label, also below one line of a value that was wrapped. */
    private int next() {
      int next = lines.nextWithContent(end, 1);
      boolean isWrapped =
          next == end
              && field(lines.phrase(next)) == null
              && next + 1 < lines.count()
              && field(lines.phrase(next + 1)) != null;
      return isWrapped ? next + 1 : next;
    }

    /**
     * Tells a header from the sender's own lines. Programs that name the date "Date" are believed
     * only if the header is complete, because people write such lines too.
     */
    boolean isHeader(Field leading, boolean isBelowRule) {
      boolean isSent = fields.contains(Field.SENT);
      if (!fields.contains(Field.FROM) || !(isSent || fields.contains(Field.DATE))) {
        return false;
      }
      boolean isComplete =
          hasAddress && hasNumber && fields.containsAll(Set.of(Field.TO, Field.SUBJECT));
      return isBelowRule || isComplete || (isSent && leading == Field.FROM);
    }
  }
}
