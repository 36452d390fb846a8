package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WhiteSpaceTest {
  @Test
  void runsOfSpacesBecomeOneSpace() {
    assertEquals("a b c", WhiteSpace.collapse("  a \t\u00a0 b\u3000c \t"));
  }

  @Test
  void everySpaceBecomesAPlainSpace() {
    assertEquals("a b c\nd", WhiteSpace.collapse("a\tb\u00a0c\rd"));
  }

  @Test
  void keepsLinesWithoutSpacesAround() {
    assertEquals("a\nb\nc", WhiteSpace.collapse("\n a  \n  b\f\tc\u2028"));
  }

  @Test
  void keepsAtMostOneBlankLine() {
    assertEquals("a\n\nb\n\nc", WhiteSpace.collapse("a\n\nb\n \n\t\n\n c\n\n"));
  }

  @Test
  void removesControlAndInvisibleCharacters() {
    assertEquals(
        "password", WhiteSpace.collapse("\ufeffpa\u0000ss\u200bw\u00ador\u0007\u202ed\u2060"));
  }

  @Test
  void keepsJoinersInWordsAndEmoji() {
    String persian = "می\u200cخواهم";
    String family = "👩\u200d👧";
    assertEquals(persian + " " + family, WhiteSpace.collapse(persian + " " + family));
    assertEquals("a b", WhiteSpace.collapse("a\u200c \u200c\u00a0\u200db\u200d"));
  }

  @Test
  void keepsCleanText() {
    String clean = "Dear all,\n\nsee you on Monday.\nAnn";
    assertEquals(clean, WhiteSpace.collapse(clean));
  }

  @Test
  void blankTextHasNoVisibleCharacter() {
    assertTrue(WhiteSpace.isBlank(""));
    assertTrue(WhiteSpace.isBlank(" \n\t\u00a0\u200b\u200d\u0000\u3000\u00ad"));
    assertFalse(WhiteSpace.isBlank(" \u200b.\n"));
  }

  @Property
  void collapseIsIdempotent(@ForAll(supplier = AnyText.class) String text) {
    String once = WhiteSpace.collapse(text);
    assertEquals(once, WhiteSpace.collapse(once));
  }
}
