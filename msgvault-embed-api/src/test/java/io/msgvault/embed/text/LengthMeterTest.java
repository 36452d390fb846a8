package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LengthMeterTest {
  @Test
  void measuresCharactersToTheEnd() {
    LengthMeter meter = LengthMeter.ofCharacters(10);
    assertEquals(7, meter.reach(3, 4));
    assertEquals(10, meter.reach(3, 7));
    assertEquals(10, meter.reach(3, Integer.MAX_VALUE));
    assertEquals(4, meter.length(3, 7));
  }

  @Test
  void measuresTokensByTheirEnds() {
    LengthMeter meter = LengthMeter.ofTokens(10, new int[] {2, 3, 6, 8});
    assertEquals(3, meter.reach(0, 2));
    assertEquals(6, meter.reach(2, 2));
    assertEquals(6, meter.reach(1, 3));
    assertEquals(10, meter.reach(2, 3));
    assertEquals(10, meter.reach(8, 1));
    assertEquals(3, meter.length(0, 6));
    assertEquals(1, meter.length(2, 5));
    assertEquals(0, meter.length(8, 10));
  }

  @Test
  void keepsTokensOfOneCharacterTogether() {
    LengthMeter meter = LengthMeter.ofTokens(5, new int[] {1, 3, 3, 3, 3, 5});
    assertEquals(1, meter.reach(0, 4));
    assertEquals(3, meter.reach(0, 5));
    assertEquals(1, meter.reach(1, 3));
    assertEquals(3, meter.reach(1, 4));
    assertEquals(5, meter.length(0, 3));
    assertEquals(1, meter.length(3, 5));
  }
}
