package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void keepsWellFormedText() {
    for (String text : new String[] {"", "abc", "a😀b", "😀"}) {
      assertTrue(Texts.isWellFormed(text), text);
      assertSame(text, Texts.wellFormed(text));
    }
  }

  @Test
  void replacesLoneSurrogates() {
    assertEquals("a\ufffdb", Texts.wellFormed("a\ud83db"));
    assertEquals("\ufffd😀\ufffd", Texts.wellFormed("\ude00😀\ud83d"));
    assertEquals("\ufffd\ufffd", Texts.wellFormed("\ude00\ud83d"));
    assertEquals("\ufffd😀", Texts.wellFormed("\ud83d\ud83d\ude00"));
    assertFalse(Texts.isWellFormed("a\ud83d"));
  }

  @Property(tries = 300)
  void repairedTextCanBeEncodedAndKeepsItsLength(@ForAll(supplier = AnyText.class) String text) {
    String repaired = Texts.wellFormed(text);
    assertEquals(text.length(), repaired.length());
    assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(repaired), repaired);
    assertEquals(text.equals(repaired), Texts.isWellFormed(text));
  }
}
