package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.text.TextPolicy.Step;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TextPolicyTest {
  private static final TextPolicy STANDARD = TextPolicy.standard();

  @Test
  void standardPolicyHasStableId() {
    assertEquals(
        "text-2;steps=html,data-uris,encoded-bytes,tracking-parameters,quoted-replies,signatures,"
            + "white-space;body=500000;tokens=256;characters=1000;overlap=10;chunks=64",
        STANDARD.id());
  }

  @Test
  void idIsIndependentOfLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
      String arabic = STANDARD.id();
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertEquals(arabic, STANDARD.id());
    } finally {
      Locale.setDefault(before);
    }
    assertTrue(STANDARD.id().chars().allMatch(c -> c > ' ' && c < 0x7f), STANDARD.id());
  }

  @Test
  void idContainsEverySetting() {
    Set<String> ids = new HashSet<>();
    ids.add(STANDARD.id());
    for (Step step : Step.values()) {
      assertTrue(ids.add(STANDARD.without(step).id()), step.name());
    }
    assertTrue(ids.add(STANDARD.withMaxBodyCharacters(1).id()));
    assertTrue(ids.add(STANDARD.withChunkTokens(16).id()));
    assertTrue(ids.add(STANDARD.withChunkCharacters(16).id()));
    assertTrue(ids.add(STANDARD.withOverlapPercent(0).id()));
    assertTrue(ids.add(STANDARD.withMaxChunks(1).id()));
  }

  @Property
  void idsAreEqualExactlyIfPoliciesAre(
      @ForAll Set<Step> steps,
      @ForAll Set<Step> otherSteps,
      @ForAll @IntRange(min = 16, max = 18) int size,
      @ForAll @IntRange(min = 16, max = 18) int otherSize) {
    TextPolicy one = new TextPolicy(steps, size, 16, size, 0, size);
    TextPolicy other = new TextPolicy(otherSteps, otherSize, 16, otherSize, 0, otherSize);
    assertEquals(one.equals(other), one.id().equals(other.id()));
  }

  @Test
  void stepsIterateInOrderOfApplication() {
    TextPolicy policy =
        new TextPolicy(
            new HashSet<>(List.of(Step.WHITE_SPACE, Step.HTML, Step.SIGNATURES)), 1, 16, 16, 0, 1);
    assertEquals(
        List.of(Step.HTML, Step.SIGNATURES, Step.WHITE_SPACE), List.copyOf(policy.steps()));
    assertThrows(UnsupportedOperationException.class, () -> policy.steps().clear());
  }

  @Test
  void addsAndRemovesSteps() {
    TextPolicy without = STANDARD.without(Step.HTML);
    assertEquals(EnumSet.complementOf(EnumSet.of(Step.HTML)), without.steps());
    assertEquals(STANDARD, without.with(Step.HTML));
    assertEquals(without, without.without(Step.HTML));
    assertEquals(
        EnumSet.complementOf(EnumSet.of(Step.HTML, Step.SIGNATURES)),
        without.without(Step.SIGNATURES).steps());
    assertNotEquals(STANDARD, without);
  }

  @Test
  void rejectsSettingsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> STANDARD.withMaxBodyCharacters(0));
    assertThrows(IllegalArgumentException.class, () -> STANDARD.withChunkTokens(15));
    assertThrows(IllegalArgumentException.class, () -> STANDARD.withChunkCharacters(15));
    assertThrows(IllegalArgumentException.class, () -> STANDARD.withOverlapPercent(51));
    assertThrows(IllegalArgumentException.class, () -> STANDARD.withOverlapPercent(-1));
    assertThrows(IllegalArgumentException.class, () -> STANDARD.withMaxChunks(0));
  }
}
