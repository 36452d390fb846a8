package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

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
