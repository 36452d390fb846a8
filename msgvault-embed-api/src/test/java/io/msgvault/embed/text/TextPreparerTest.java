package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.text.TextPolicy.Step;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPreparerTest {
  private static final TextPolicy STANDARD = TextPolicy.standard();
  private static final TextPolicy NO_STEPS =
      new TextPolicy(Set.of(), STANDARD.maxBodyCharacters(), 256, 1_000, 10, 64);

  private static String prepare(String subject, String text, String html) {
    return new TextPreparer(STANDARD).prepare(subject, text, html);
  }

  @Test
  void preparesReplyAsSubjectAndOwnText() {
    assertEquals(
        """
        Meeting on Tuesday

        Ten is fine. The agenda: https://example.org/agenda?id=4

        Bob""",
        prepare(
            "Re: AW: Meeting on\r\n Tuesday",
            """
            Ten is fine.  The agenda: https://example.org/agenda?id=4&utm_source=mail

            Bob
            --\s
            Bob Ray, Example Ltd.

            On Mon, Apr 5, 2021 at 9:12 AM Ann Lee <ann@example.org> wrote:
            > Does ten suit you?
            """
                .replace("\n", "\r\n"),
            "<p>Ten is fine.</p>"));
  }

  @Test
  void preparesHtmlReplyLikePlainText() {
    String html =
        """
        <html><head><style>p { margin: 0 }</style></head><body><div dir="ltr">Yes, ten works.<div>
        <br></div><div>See the <a href="https://example.org/?utm_source=a">agenda</a>.</div></div>
        <br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Apr 5, 2021 at 9:12 AM
        Ann Lee &lt;<a href="mailto:ann@example.org">ann@example.org</a>&gt; wrote:<br></div>
        <blockquote class="gmail_quote"><div>Does ten suit you?</div><p>Ann</p></blockquote></div>
        </body></html>
        """;
    assertEquals("Meeting\n\nYes, ten works.\n\nSee the agenda.", prepare("Re: Meeting", "", html));
    assertTrue(
        new TextPreparer(STANDARD.without(Step.QUOTED_REPLIES))
            .prepare("Re: Meeting", "", html)
            .endsWith("> Does ten suit you?\n\n> Ann"));
  }

  @Test
  void prefersPlainTextUnlessBlank() {
    assertEquals("s\n\nplain", prepare("s", "plain", "<p>html</p>"));
    assertEquals("s\n\nhtml", prepare("s", " \n\u00a0\u200b", "<p>html</p>"));
  }

  @Test
  void blankMessageIsEmpty() {
    assertEquals("", prepare("", "", ""));
    assertEquals("", prepare(" Re: ", "\u0000\n\u200b", "<p>&nbsp;</p><script>x</script>"));
    assertEquals("", new TextPreparer(NO_STEPS).prepare("\u200b", " ", "\n"));
  }

  @Test
  void subjectOrBodyAlone() {
    assertEquals("Meeting", prepare("Re: Meeting", "", ""));
    assertEquals("At ten.", prepare("Re:", "At ten.\n", ""));
  }

  @Test
  void keepsQuotationWithoutOwnText() {
    assertEquals("s\n\n> All of it.", prepare("s", "> All of it.\n\n-- \nAnn Lee\n", ""));
    assertEquals(
        "s\n\n-----Original Message-----\nFrom: Ann\n\nAll of it.",
        prepare("s", "\n-----Original Message-----\nFrom: Ann\n\nAll of it.", ""));
  }

  @Test
  void keepsQuotationsOfForwardedMessage() {
    String body = "FYI\n\nFrom: Ann\nSent: Monday\nTo: Bob\n\nThe budget is ready.";
    assertEquals("Budget\n\n" + body, prepare("FW: Budget", body, ""));
    assertEquals("Budget\n\nFYI", prepare("RE: Budget", body, ""));
  }

  /** A rule above a quoted header begins a quotation, and no signature. */
  @ParameterizedTest
  @CsvSource({
    "FW: Barn, true",
    "[EXTERN] WG: Barn, true",
    "VS: Barn, true",
    "Re: Barn, false",
    "Barn, false"
  })
  void ruleAboveHeaderIsNoFooter(String subject, boolean forwarded) {
    String quoted =
        "________________________________\nFrom: Ann\nSent: Monday\nTo: Bob\n\nThe barn leaks.";
    String prepared = forwarded ? "Barn\n\nFYI\n\n" + quoted : "Barn\n\nFYI";
    assertEquals(
        subject.startsWith("[") ? "[EXTERN] " + prepared : prepared,
        prepare(subject, "FYI\n\n" + quoted, ""));
    assertTrue(prepare(subject, quoted, "").endsWith(quoted), "no own text");
    assertTrue(prepare(subject, "Sent from my phone\n" + quoted, "").endsWith(quoted));
    assertTrue(prepare(subject, "-- \nBob\n\n" + quoted, "").endsWith(quoted), "only a signature");
  }

  @Test
  void signatureNeverContainsForwardedText() {
    String forwarded = "---------- Forwarded message ---------\nFrom: Ann\n\nThe barn leaks.";
    assertEquals(
        "Barn\n\nFYI\n--\nBob\n\n" + forwarded,
        prepare("Barn", "FYI\n-- \nBob\n\n" + forwarded + "\n-- \nAnn\n", ""));
    assertEquals("Barn\n\n--\nBob\n\n> It leaks.", prepare("Barn", "-- \nBob\n\n> It leaks.", ""));
  }

  @Test
  void judgesPrefixByLanguageOfQuotedHeader() {
    String danish = "Til orientering.\n\nFra: Bo\nSendt: 5. april\nTil: Ann\n\nLaden er utæt.";
    assertEquals("Lade\n\n" + danish, prepare("VS: Lade", danish, ""));
    String finnish =
        "Kiitos!\n\nLähettäjä: Aino\nLähetetty: 5. huhtikuuta\nVastaanottaja: Bo\n\nLato vuotaa.";
    assertEquals("Lato\n\nKiitos!", prepare("VS: Lato", finnish, ""));
    String italian = "Per conoscenza.\n\nDa: Ugo\nInviato: lunedì 5\nA: Ann\n\nIl fienile perde.";
    assertEquals("I: Fienile\n\n" + italian, prepare("I: Fienile", italian, ""));
    assertEquals("Fienile\n\nPer conoscenza.", prepare("Re: Fienile", italian, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '<p>M&uuml;hle &amp; Stra&szlig;e, Cr&egrave;me</p>', 'Mühle & Straße, Crème'",
    "'', '<p>Fahr&shy;rad&#8203;keller, Was<wbr>ser, <b>U</b>hr</p>', 'Fahrradkeller, Wasser, Uhr'",
    "'Fahr\u00adrad\u200bkeller\u2060, \ufeffUhr', '', 'Fahrradkeller, Uhr'",
    "'Mu\u0308hle \u1112\u1161\u11ab か\u3099', '', 'Mühle 한 が'",
    "'', '<p>Mu&#776;hle</p>', 'Mühle'",
  })
  void wordsAreWholeAndInCanonicalForm(String text, String html, String prepared) {
    assertEquals(prepared, prepare("", text, html));
  }

  @Test
  void signatureAloneLeavesTheSubject() {
    assertEquals("Photos", prepare("Photos", "-- \nAnn Lee\n", ""));
  }

  @Test
  void withoutStepsTextIsUnchanged() {
    String body = "a  b data:image/png;base64,AAAA x?utm_source=y\n> q\n-- \nsig <b>";
    assertEquals("s  t\n\n" + body, new TextPreparer(NO_STEPS).prepare("Re: s  t", body, ""));
    assertEquals("<p>a</p>", new TextPreparer(NO_STEPS).prepare("", "", "<p>a</p>"));
  }

  @Test
  void appliesEachStepIndependently() {
    String run = "Zm9vYmFyQmF6MTIz".repeat(5);
    String body =
        "own  text x?utm_source=y data:image/png;base64,AAAA " + run + "\n> quoted\n-- \nsig";
    assertEquals("own text x", prepare("", body, ""));
    assertTrue(without(Step.DATA_URIS, body).contains("data:image"));
    assertTrue(without(Step.ENCODED_BYTES, body).contains(run));
    assertTrue(without(Step.TRACKING_PARAMETERS, body).contains("utm_source"));
    assertTrue(without(Step.QUOTED_REPLIES, body).contains("> quoted"));
    assertTrue(without(Step.SIGNATURES, body).contains("sig"));
    assertTrue(without(Step.WHITE_SPACE, body).contains("own  text"));
  }

  private static String without(Step step, String body) {
    return new TextPreparer(STANDARD.without(step)).prepare("", body, "");
  }

  @Test
  void readsNothingBeyondTheLimit() {
    TextPreparer preparer = new TextPreparer(STANDARD.withMaxBodyCharacters(5));
    assertEquals("12345\n\nabcd", preparer.prepare("1234567", "abcd😀", ""));
    assertEquals("abc", preparer.prepare("", "", "abc<p>d</p>".substring(0, 3) + "  zzz"));
    assertEquals("late", preparer.prepare("", "      late", "late"), "blank as far as it is read");
  }

  @Test
  void replacesLoneSurrogates() {
    assertEquals("\ufffds\n\na\ufffdb😀", prepare("\ude00s", "a\ud83db😀", ""));
    assertFalse(prepare("", "", "&#xD83D; &#55357; x").contains("\ud83d"));
  }

  @Property(tries = 1_000)
  void preparedTextIsWellFormedAndEmptyOrVisible(
      @ForAll(supplier = AnyText.class) String subject,
      @ForAll(supplier = AnyText.class) String text,
      @ForAll(supplier = AnyText.class) String html,
      @ForAll Set<Step> steps) {
    TextPreparer preparer = new TextPreparer(new TextPolicy(steps, 1_000, 16, 16, 0, 1));
    for (String prepared :
        new String[] {preparer.prepare(subject, text, html), preparer.prepare(subject, "", html)}) {
      assertTrue(StandardCharsets.UTF_16BE.newEncoder().canEncode(prepared), prepared);
      assertTrue(prepared.isEmpty() || !WhiteSpace.isBlank(prepared), prepared);
      assertTrue(Normalizer.isNormalized(prepared, Normalizer.Form.NFC), prepared);
      if (steps.contains(Step.WHITE_SPACE)) {
        assertEquals(prepared, WhiteSpace.collapse(prepared));
      }
    }
  }
}
