package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedRepliesTest {
  private static String ownText(String text) {
    return QuotedReplies.in(text).ownText();
  }

  @Test
  void removesQuotationWithAttribution() {
    assertEquals(
        """
        Tuesday suits me.

        Bob

        """,
        ownText(
            """
            Tuesday suits me.

            Bob

            On Mon, Apr 5, 2021 at 10:00 AM Ann Lee <ann@example.org>
            wrote:

            > Shall we meet on Tuesday?
            >
            > > I am away on Monday.
            """));
  }

  @Test
  void keepsTextBetweenQuotations() {
    assertEquals(
        """

        At ten.

        Bring the figures.
        """,
        ownText(
            """
            Ann Lee (ann@example.org) wrote:
            > When?

            At ten.

            > What shall I bring?
            Bring the figures.
            """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "On 2021-04-05 10:00, Ann Lee wrote:",
        "Am 05.04.2021 um 10:00 schrieb Ann Lee <ann@example.org>:",
        "Am Mo., 5. Apr. 2021 um 10:00 Uhr schrieb\nAnn Lee <ann@example.org>:",
        "Le lun. 5 avr. 2021 à 10:00, Ann Lee <ann@example.org> a écrit\u00a0:",
        "El lun, 5 abr 2021 a las 10:00, Ann Lee (<ann@example.org>)\nescribió:",
        "Il giorno lun 5 apr 2021 alle ore 10:00 Ann Lee <ann@example.org> ha scritto:",
        "Op ma 5 apr. 2021 om 10:00 schreef Ann Lee <ann@example.org>:",
        "Em seg., 5 de abr. de 2021 às 10:00, Ann Lee <ann@example.org> escreveu:",
        "Ann Lee <ann@example.org> 于2021年4月5日周一 上午10:00写道：",
        "Dne po 5. 4. 2021 v 10:00 Ann Lee <ann@example.org> napsal(a):",
        "Ann Lee <ann@example.org> ezt írta (időpont: 2021. ápr. 5.):",
        "În data de lun., 5 apr. 2021 la 10:00, Ann Lee a scris:",
        "пн, 5 апр. 2021 г. в 10:00, Ann Lee <ann@example.org>:",
        "Quoting Ann Lee <ann@example.org>:",
        "Ann Lee writes:",
        "In article <1pi9jkINNqe2@gap.example.edu>, ann@example.edu (Ann Lee) writes...",
        "In <1pi9jkINNqe2@gap.example.edu>\nann@example.edu (Ann M.\nLee) writes:",
      })
  void recognizesAttributions(String attribution) {
    assertEquals(
        "Hello,\n\nYes.\n", ownText("Hello,\n\n" + attribution + "\n\n> Tuesday?\nYes.\n"));
  }

  @Test
  void recognizesMarksOfNewsReaders() {
    assertEquals(
        "Agreed.\n",
        ownText("Ann Lee writes:\n|> one\n >|> two\nAL> three\n#> four\n:> five\nAgreed.\n"));
  }

  @Test
  void recognizesInitialsBeforeWrappedLines() {
    assertEquals(
        "Agreed.\n",
        ownText(
            """
            AL> Hello,
            AL> the ferry to the island leaves at ten, and the next one
            AL> only at four.
            Agreed.
            """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SQL> select depth from wells where parish = 'Ulm' order by depth;\nSQL> commit;\n",
        "PS> Get-Well -Parish Ulm\n",
        "RMAN> list backup\n",
        "AB> short\nAB> lines\n",
        "|> Enum.map(&depth/1)\n|> Enum.sum()\n",
      })
  void keepsPromptsAndOperators(String typed) {
    assertEquals("I typed:\n\n" + typed, ownText("I typed:\n\n" + typed));
  }

  @Test
  void learnsMarkAfterAttribution() {
    String quotation = ": Have you got a cat?\n: I have two.\n";
    assertEquals("\nNo.\n", ownText("Ann Lee (ann@example.org) wrote:\n" + quotation + "\nNo.\n"));
    assertEquals(quotation + "No.\n", ownText(quotation + "No.\n"));
  }

  @Test
  void removesLoneAttributionOnlyIfCertain() {
    assertEquals("[...]\nNo.\n", ownText("In <1@x> ann@x (Ann) writes:\n[...]\nNo.\n"));
    String speech = "The rabbi said:\n\nBe kind.\n";
    assertEquals(speech, ownText(speech));
    String list = "On Monday at 10 we need:\n\n- chairs\n";
    assertEquals(list, ownText(list));
  }

  @Test
  void keepsTextBetweenAttributionAndQuotation() {
    assertEquals("My words:\n", ownText("In <1@x> ann@x writes:\nMy words:\n> quoted\n"));
  }

  @Test
  void longLineIsNoAttribution() {
    String paragraph =
        "As I said to ann@example.org, " + "it is late, ".repeat(30) + "she wrote:\n";
    assertEquals(paragraph, ownText(paragraph + "> quoted\n"));
  }

  @Test
  void keepsSentenceBeforeQuotation() {
    assertEquals("Here is the list:\n\n", ownText("Here is the list:\n\n> one\n> two\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----Original Message-----\nFrom: Ann\nSubject: Budget\n",
        "-------- Original Message --------\nSubject: Budget\n",
        "-----Ursprüngliche Nachricht-----\nVon: Ann\n",
        "-----Eredeti üzenet-----\nFeladó: Ann\n",
        "________________________________\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: Budget\n",
        "From: Ann Lee <ann@example.org>\nSent: Monday, April 5, 2021 10:00 AM\nTo: Bob\n",
        "*From:* Ann Lee\n*Sent:* Monday\n",
        "Von: Ann Lee\nGesendet: Montag, 5. April 2021\nAn: Bob\nBetreff: Etat\n",
        "De : Ann Lee\nEnvoyé : lundi 5 avril 2021\nÀ : Bob\n",
        "________________________________\nFrom: Ann\nDate: Monday\nTo: Bob\n",
        "From: Ann Lee\nTo: Bob Ray;\n Cleo Day\nSent: Monday\nSubject: Budget\n",
        // Outlook for Mac
        "From: Ann <ann@example.org>\nDate: Monday, 5 April 2021\nTo: Bob\nSubject: Budget\n",
        "Von: Ann <ann@example.org>\nDatum: 5. April 2021\nAn: Bob\nCc: Cleo\nBetreff: Etat\n",
        "Da: Ann <ann@example.org>\nData: 5 aprile 2021\nA: Bob\nOggetto: Bilancio\n",
        // GMX
        "Gesendet: Montag, 05. April 2021\nVon: \"Ann\" <ann@example.org>\nAn: Bob\nBetreff: Etat\n",
        "Sent: Monday, April 05, 2021\nFrom: \"Ann\" <ann@example.org>\nTo: Bob\nSubject: Budget\n",
        // Outlook in other languages
        "De: Ann\nEnviado el: lunes 5\nPara: Bob\n",
        "De: Ann\nEnviada em: segunda-feira, 5\nPara: Bob\n",
        "Da: Ann\nInviato: lunedì 5\nA: Bob\n",
        "Van: Ann\nVerzonden: maandag 5\nAan: Bob\n",
        "Från: Ann\nSkickat: den 5 april\nTill: Bob\n",
        "Fra: Ann\nSendt: 5. april\nTil: Bob\n",
        "Lähettäjä: Ann\nLähetetty: 5. huhtikuuta\nVastaanottaja: Bob\n",
        "Saatja: Ann\nSaadetud: 5. aprill\nAdressaat: Bob\n",
        "Od: Ann\nWysłano: 5 kwietnia\nDo: Bob\n",
        "Od: Ann\nOdesláno: 5. dubna\nKomu: Bob\n",
        "Od: Ann\nOdoslané: 5. apríla\nKomu: Bob\n",
        "Feladó: Ann\nElküldve: április 5.\nCímzett: Bob\n",
        "De la: Ann\nTrimis: 5 aprilie\nCătre: Bob\n",
        "Kimden: Ann\nGönderildi: 5 Nisan\nKime: Bob\n",
        "От: Ann\nОтправлено: 5 апреля\nКому: Bob\n",
        "Від: Ann\nНадіслано: 5 квітня\nКому: Bob\n",
        "Από: Ann\nΣτάλθηκε: 5 Απριλίου\nΠρος: Bob\n",
        "מאת: Ann\nנשלח: 5\nאל: Bob\n",
        "差出人: Ann\n送信日時: 2021年4月5日\n宛先: Bob\n",
        "发件人： Ann\n发送时间： 2021年4月5日\n收件人： Bob\n",
        "寄件者: Ann\n寄件日期: 2021年4月5日\n收件者: Bob\n",
        "보낸 사람: Ann\n보낸 날짜: 4월 5일\n받는 사람: Bob\n",
        "Từ: Ann\nĐã gửi: 5\nĐến: Bob\n",
        "Dari: Ann\nDikirim: 5 April\nKepada: Bob\n",
      })
  void removesAllBelowOriginalHeader(String header) {
    assertEquals(
        "Fine.\nBob\n\n", ownText("Fine.\nBob\n\n" + header + "\nThe budget is ready.\n\nAnn\n"));
  }

  /** The sender wrote between the lines of a message that has no quotation marks. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hello Ann,\n\nFrom: Ann\nSent: Monday\nTo: Bob\n\nIs it ready?\n\nIt is.\n",
        "Hi Ann\n\n-----Original Message-----\nFrom: Ann\n\nIs it ready?\n\nIt is.\n",
        "Liebe Ann!\n\nVon: Ann\nGesendet: Montag\nAn: Bob\n\nFertig?\n\nJa.\n",
        "My answers are in red.\n\nFrom: Ann\nSent: Monday\nTo: Bob\n\nReady?\nIt is.\n",
        "Siehe unten.\n\nVon: Ann\nGesendet: Montag\nAn: Bob\n\nFertig?\nJa.\n",
        "Thanks.\n\nFrom: Ann\nSent: Monday\nTo: Bob\n\nReady?\n[Bob] It is.\n",
        "Thanks.\n\nFrom: Ann\nSent: Monday\nTo: Bob\n\nReady?\n[Bob Ray] It is.\n",
        "Thanks.\n\nFrom: Ann\nSent: Monday\nTo: Bob\n\nReady?\n[BR] It is.\n",
        "Thanks.\n\nFrom: Ann\nSent: Monday\nTo: Bob Ray\n\nReady?\nBob: It is.\n",
        "Hello Ann,\n\nKind regards,\nBob\n\nFrom: Ann\nSent: Monday\nTo: Bob\n\nReady?\n\nYes.\n",
      })
  void keepsQuotationInWhichTheSenderMayHaveAnswered(String text) {
    assertEquals(text, ownText(text));
  }

  @Test
  void keepsAnswersBelowMarkedQuotation() {
    assertEquals(
        "Hello Ann,\n\n\nIt is.\n",
        ownText("Hello Ann,\n\n-----Original Message-----\n> From: Ann\n> Ready?\n\nIt is.\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: the library\nDate: Monday\nSubject: Closing early\n\nWe close at 4.\n",
        "From: Ulm\nDate: 5 April\nTo: Graz\nLuggage: two bags\n",
        "Sent: 14 parcels\nFrom: Ulm\nTo: Graz\n",
        "Date: 5 April\nPlace: the mill\n",
      })
  void keepsPastedHeader(String lines) {
    assertEquals("Note this.\n\n" + lines, ownText("Note this.\n\n" + lines));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "> Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------------------- Forwarded by Ann Lee/EXAMPLE on 04/05/2001 ------------",
        "---------- Videresendt besked ---------",
        "-------- Välitetty viesti --------",
        "-------- Továbbított üzenet --------",
        "---------- Přeposlaná zpráva ---------",
        "---------- Пересылаемое сообщение ---------",
        "---------- 転送メッセージ ----------",
      })
  void keepsForwardedMessage(String marker) {
    assertEquals(
        "See below.\n" + marker + "\nFrom: Ann\nSent: Monday\n\n> The budget\n",
        ownText("> old\nSee below.\n" + marker + "\nFrom: Ann\nSent: Monday\n\n> The budget\n"));
  }

  @Test
  void keepsTextThatResemblesQuotation() {
    for (String text :
        new String[] {
          "C> dir\nC>dir",
          "-> next\n=> then\n<b> bold",
          "a > b\n1 > 0",
          "# heading\n* item\n| a | b |\n: note",
          "USERS> list",
          "the original message: it is lost",
          "   \n\t\n",
          ""
        }) {
      assertEquals(text, ownText(text));
    }
  }
}
