package io.msgvault.embed.store.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.InvalidVectorException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VectorMathTest {
  private static final float[] EAST = {2, 0, 0};
  private static final float[] NORTH = {0, 3, 0};

  @Test
  void sumsEveryComponentAtAnyDimension() {
    for (int dimension = 0; dimension <= 20; dimension++) {
      float[] counting = new float[dimension];
      double expected = 0;
      for (int i = 0; i < dimension; i++) {
        counting[i] = i + 1;
        expected += (i + 1.0) * (i + 1);
      }
      assertEquals(expected, VectorMath.dot(counting, counting));
      assertEquals(Math.sqrt(expected), VectorMath.norm(counting));
    }
  }

  @Test
  void cosineIsThatOfTheAngleWhateverTheLengths() {
    assertEquals(0, VectorMath.cosine(EAST, NORTH));
    assertEquals(1, VectorMath.cosine(EAST, new float[] {1e-20f, 0, 0}), 1e-9);
    assertEquals(-1, VectorMath.cosine(EAST, new float[] {-1e20f, 0, 0}), 1e-9);
    assertEquals(0.6, VectorMath.cosine(EAST, 2, new float[] {3, 4, 0}, 5), 1e-9);
  }

  @Test
  void cosineStaysInRange() {
    float[] thirds = new float[384];
    Arrays.fill(thirds, 1 / 3f);
    assertTrue(VectorMath.cosine(thirds, thirds) <= 1);
  }

  @Test
  void normalizesIntoACopyOfLengthOne() {
    float[] vector = {3, 4};
    assertArrayEquals(new float[] {0.6f, 0.8f}, VectorMath.normalize(vector), 1e-7f);
    assertArrayEquals(new float[] {3, 4}, vector);
  }

  @Test
  void dimensionsMustAgree() {
    assertThrows(IllegalArgumentException.class, () -> VectorMath.dot(EAST, new float[2]));
  }

  @Test
  void zeroAndInfiniteVectorsHaveNoDirection() {
    assertTrue(VectorMath.hasDirection(EAST));
    assertFalse(VectorMath.hasDirection(new float[3]));
    assertFalse(VectorMath.hasDirection(new float[] {1, Float.NaN}));
    assertFalse(VectorMath.hasDirection(new float[] {1, Float.NEGATIVE_INFINITY}));
  }

  @Test
  void errorNamesOwnerAndTrouble() {
    assertDoesNotThrow(() -> VectorMath.requireValid("message 7", EAST, 3));
    assertEquals(
        "the vector of message 7 is zero: no similarity is defined for it", error(new float[3]));
    assertEquals(
        "the vector of message 7 is not finite: no similarity is defined for it",
        error(new float[] {0, 0, Float.NaN}));
    assertTrue(error(new float[2]).contains("dimension 2, but the generation has 3"));
  }

  private static String error(float[] vector) {
    return assertThrows(
            InvalidVectorException.class, () -> VectorMath.requireValid("message 7", vector, 3))
        .getMessage();
  }
}
