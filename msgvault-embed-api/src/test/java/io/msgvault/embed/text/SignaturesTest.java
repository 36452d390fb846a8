package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {
  @Test
  void removesSignatureWithSeparator() {
    assertEquals(
        "See you.\n\nAnn\n",
        Signatures.strip(
            """
            See you.

            Ann
            --\s
            Ann Lee, Example Ltd.
            +44 20 7946 0000
            """));
    assertEquals("See you.\n", Signatures.strip("See you.\n--\nAnn Lee\n\n"));
  }

  @Test
  void removesFooterBelowSignature() {
    assertEquals(
        "Patch applied.\n",
        Signatures.strip(
            """
            Patch applied.
            --\s
            Ann

            _______________________________________________
            builders mailing list
            https://lists.example.org/builders
            """));
    assertEquals(
        "Patch applied.\n",
        Signatures.strip("Patch applied.\n-- \nAnn\n".concat("line\n".repeat(11)) + "-- \nlist\n"));
  }

  @Test
  void removesAdvertisementsOfMailPrograms() {
    assertEquals("On my way.\n\n", Signatures.strip("On my way.\n\nSent from my iPhone\n"));
    assertEquals("Komme.\n", Signatures.strip("Komme.\n-- \nAnn\nVon meinem iPad gesendet"));
    assertEquals(
        "Sent from my phone, sorry.\nMore later.",
        Signatures.strip("Sent from my phone, sorry.\nMore later."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "builders mailing list\nbuilders@lists.example.org\nhttps://lists.example.org/builders\n",
        "Do You Yahoo!?\nMail has the best protection around\nhttp://mail.yahoo.example\n",
        "To unsubscribe, write to leave@lists.example.org.\n",
        "\n",
      })
  void removesFootersBelowRule(String footer) {
    assertEquals("Applied.\n\n", Signatures.strip("Applied.\n\n" + "_".repeat(40) + "\n" + footer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "________________________\nNext walk\n\nWe meet on 9 May at the old mill.\n",
        "________________________\nNext walk: 9 May, see https://walks.example.org\n",
        "________________________\nMove the mailing list\n\nThe new one is list@example.org.\n",
        "--\nNext walk\n\nWe meet on 9 May at the old mill.\n",
        "====================\nNext walk\n",
        "--------------------\nNext walk\n",
      })
  void keepsSectionsBelowRule(String section) {
    String minutes = "Minutes\n\nThe pump was mended.\n\n" + section;
    assertEquals(minutes, Signatures.strip(minutes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Von meinem Bruder habe ich nichts gehört.",
        "Sent via courier yesterday, did it arrive?",
        "Inviato da Ulm ieri!",
      })
  void keepsSentencesThatBeginLikeAdvertisements(String sentence) {
    assertEquals("Hallo,\n" + sentence, Signatures.strip("Hallo,\n" + sentence));
  }

  @Test
  void ignoresSeparatorBeforeOffset() {
    String text = "FYI\n-- \nAnn\n\nquoted\n-- \nBob\n";
    assertEquals("FYI\n-- \nAnn\n\nquoted\n", Signatures.strip(text, text.indexOf("quoted")));
  }

  @Test
  void ignoresSeparatorFarFromTheEnd() {
    String lines = "Agenda\n-- \n" + "one point\n".repeat(13);
    assertEquals(lines, Signatures.strip(lines));
    String characters = "Agenda\n-- \n" + "one point ".repeat(200);
    assertEquals(characters, Signatures.strip(characters));
  }

  @Test
  void keepsOtherDashes() {
    for (String text : new String[] {"a\n---\nb", "a\n-- b\nc", "a\n__\nb", "a --\nb", "", "\n"}) {
      assertEquals(text, Signatures.strip(text));
    }
  }

  @Test
  void removesBodyThatIsOnlyASignature() {
    assertEquals("", Signatures.strip("-- \nAnn Lee\n"));
  }
}
