package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.text.Normalizer;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CanonicalFormTest {
  @Test
  void composesAcrossPieces() {
    String words = "Mu\u0308hle im Scho\u0308nbuch ".repeat(1_000);
    assertEquals(Normalizer.normalize(words, Normalizer.Form.NFC), CanonicalForm.of(words));
  }

  @Test
  void keepsTextWithoutMarks() {
    String text = "Mühle, 5 ¾ km";
    assertSame(text, CanonicalForm.of(text));
  }

  /** The marks are out of order, so that the normalizer moves each over all before it. */
  @Test
  void readsLongRunsOfMarks() {
    String marks = "a" + "\u0301\u0323".repeat(250_000);
    assertTimeout(Duration.ofSeconds(20), () -> CanonicalForm.of(marks));
  }

  @Property
  void equalsNormalizer(@ForAll(supplier = AnyText.class) String text) {
    assertEquals(Normalizer.normalize(text, Normalizer.Form.NFC), CanonicalForm.of(text));
  }
}
