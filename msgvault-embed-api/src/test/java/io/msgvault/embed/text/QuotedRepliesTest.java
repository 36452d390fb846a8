package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedRepliesTest {
  @Test
  void removesQuotationWithAttribution() {
    assertEquals(
        """
        Tuesday suits me.

        Bob

        """,
        QuotedReplies.strip(
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
        QuotedReplies.strip(
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
        "Quoting Ann Lee <ann@example.org>:",
        "Ann Lee writes:",
        "In article <1pi9jkINNqe2@gap.example.edu>, ann@example.edu (Ann Lee) writes...",
        "In <1pi9jkINNqe2@gap.example.edu>\nann@example.edu (Ann M.\nLee) writes:",
      })
  void recognizesAttributions(String attribution) {
    assertEquals(
        "Hello,\n\nYes.\n",
        QuotedReplies.strip("Hello,\n\n" + attribution + "\n\n> Tuesday?\nYes.\n"));
  }

  @Test
  void recognizesMarksOfNewsReaders() {
    assertEquals(
        "Agreed.\n",
        QuotedReplies.strip("|> one\n >|> two\nAL> three\n#> four\n:> five\nAgreed.\n"));
  }

  @Test
  void learnsMarkAfterAttribution() {
    String quotation = ": Have you got a cat?\n: I have two.\n";
    assertEquals(
        "\nNo.\n",
        QuotedReplies.strip("Ann Lee (ann@example.org) wrote:\n" + quotation + "\nNo.\n"));
    assertEquals(quotation + "No.\n", QuotedReplies.strip(quotation + "No.\n"));
  }

  @Test
  void removesLoneAttributionOnlyIfCertain() {
    assertEquals("[...]\nNo.\n", QuotedReplies.strip("In <1@x> ann@x (Ann) writes:\n[...]\nNo.\n"));
    String speech = "The rabbi said:\n\nBe kind.\n";
    assertEquals(speech, QuotedReplies.strip(speech));
    String list = "On Monday at 10 we need:\n\n- chairs\n";
    assertEquals(list, QuotedReplies.strip(list));
  }

  @Test
  void keepsTextBetweenAttributionAndQuotation() {
    assertEquals(
        "My words:\n", QuotedReplies.strip("In <1@x> ann@x writes:\nMy words:\n> quoted\n"));
  }

  @Test
  void longLineIsNoAttribution() {
    String paragraph =
        "As I said to ann@example.org, " + "it is late, ".repeat(30) + "she wrote:\n";
    assertEquals(paragraph, QuotedReplies.strip(paragraph + "> quoted\n"));
  }

  @Test
  void keepsSentenceBeforeQuotation() {
    assertEquals(
        "Here is the list:\n\n", QuotedReplies.strip("Here is the list:\n\n> one\n> two\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----Original Message-----\nFrom: Ann\nSubject: Budget\n",
        "-------- Original Message --------\nSubject: Budget\n",
        "-----Ursprüngliche Nachricht-----\nVon: Ann\n",
        "________________________________\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: Budget\n",
        "From: Ann Lee <ann@example.org>\nSent: Monday, April 5, 2021 10:00 AM\nTo: Bob\n",
        "*From:* Ann Lee\n*Sent:* Monday\n",
        "Von: Ann Lee\nGesendet: Montag, 5. April 2021\nAn: Bob\nBetreff: Etat\n",
        "De : Ann Lee\nEnvoyé : lundi 5 avril 2021\nÀ : Bob\n",
        "________________________________\nFrom: Ann\nDate: Monday\nTo: Bob\n",
      })
  void removesAllBelowOriginalHeader(String header) {
    assertEquals(
        "Fine.\nBob\n\n",
        QuotedReplies.strip("Fine.\nBob\n\n" + header + "\nThe budget is ready.\n\nAnn\n"));
  }

  @Test
  void keepsPastedHeader() {
    String announcement =
        "From: the library\nDate: Monday\nSubject: Closing early\n\nWe close at 4.\n";
    assertEquals(announcement, QuotedReplies.strip(announcement));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "> Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------------------- Forwarded by Ann Lee/EXAMPLE on 04/05/2001 ------------",
      })
  void keepsForwardedMessage(String marker) {
    assertEquals(
        "See below.\n" + marker + "\nFrom: Ann\nSent: Monday\n\n> The budget\n",
        QuotedReplies.strip(
            "> old\nSee below.\n" + marker + "\nFrom: Ann\nSent: Monday\n\n> The budget\n"));
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
      assertEquals(text, QuotedReplies.strip(text));
    }
  }
}
