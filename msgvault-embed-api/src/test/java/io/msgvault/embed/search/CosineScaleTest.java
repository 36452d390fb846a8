package io.msgvault.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.store.support.VectorMath;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CosineScaleTest {
  private static final float[] QUESTION = {2, 0, 0};

  @Test
  void meanIsZeroAndPerfectMatchIsOne() {
    CosineScale scale = CosineScale.of(QUESTION, List.of(unit(1, 1, 0), unit(0, 1, 0)));
    assertEquals(Math.sqrt(0.5) / 2, scale.mean(), 1e-6);
    assertEquals(0, scale.relative(scale.mean()), 1e-12);
    assertEquals(1, scale.relative(1), 1e-12);
    assertTrue(scale.relative(0) < 0);
  }

  @Test
  void crowdedVectorsHaveSmallDeviation() {
    SplittableRandom random = new SplittableRandom(1);
    List<float[]> crowded = new ArrayList<>();
    List<float[]> spread = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double x = random.nextDouble(-1, 1);
      double y = random.nextDouble(-1, 1);
      crowded.add(unit(3, x, y));
      spread.add(unit(0.3, x, y));
    }
    assertTrue(
        CosineScale.of(QUESTION, crowded).deviation()
            < CosineScale.of(QUESTION, spread).deviation());
  }

  /** A few vectors say little of how far others spread. */
  @Test
  void usualSpreadCountsWhereVectorsAreFew() {
    double none = CosineScale.of(QUESTION, List.of()).deviation();
    assertEquals(none, CosineScale.UNKNOWN.deviation(), 1e-12);
    CosineScale alike = CosineScale.of(QUESTION, List.of(unit(0, 1, 0), unit(0, 1, 0)));
    assertEquals(none, alike.deviation(), none * 0.05);
    CosineScale same = CosineScale.of(QUESTION, List.of(unit(1, 0, 0)));
    assertTrue(same.mean() < 1 && same.deviation() > 0);
  }

  @Test
  void distanceIsTheRangeAboveTheMean() {
    assertEquals(1, CosineScale.UNKNOWN.distance(), 1e-12);
    assertEquals(1, new CosineScale(-0.1, 0.12).distance(), 1e-12);
    assertEquals(0.9, new CosineScale(0.1, 0.12).distance(), 1e-12);
    assertEquals(0.6, new CosineScale(0.4, 0.15).distance(), 1e-12, "close to everything");
    assertEquals(0.2 / 0.3, new CosineScale(0.8, 0.1 / 3).distance(), 1e-12, "a crowded model");
  }

  private static float[] unit(double... components) {
    float[] vector = new float[components.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) components[i];
    }
    return VectorMath.normalize(vector);
  }
}
