package io.msgvault.embed.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StampTest {
  @Test
  void outcomesHaveTheCodesThatAreStored() {
    assertEquals("EMBEDDED", new Stamp.Embedded().code());
    assertEquals("BLANK", new Stamp.Blank().code());
    assertEquals("REJECTED", new Stamp.Rejected("too long").code());
  }

  @Test
  void reasonIsCutButNeverInsideASurrogatePair() {
    String reason = "x".repeat(Stamp.Rejected.MAX_REASON - 1) + "\ud83d\ude00";
    assertEquals("x".repeat(Stamp.Rejected.MAX_REASON - 1), new Stamp.Rejected(reason).reason());
  }

  @Test
  void watermarkAdvancesUpwardsAndFallsInTheNextEpoch() {
    assertEquals(new Watermark(9, 2), new Watermark(4, 2).advance(9));
    assertThrows(IllegalArgumentException.class, () -> new Watermark(4, 2).advance(3));
    assertEquals(new Watermark(3, 3), new Watermark(8, 2).lower(4));
    assertEquals(new Watermark(2, 3), new Watermark(2, 2).lower(4));
  }
}
