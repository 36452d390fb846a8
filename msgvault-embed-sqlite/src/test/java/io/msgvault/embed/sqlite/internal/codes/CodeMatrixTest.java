package io.msgvault.embed.sqlite.internal.codes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class CodeMatrixTest {
  @ParameterizedTest
  @ValueSource(ints = {3, 384, 1000})
  void batchMakesTheSameCodes(int dimension) {
    SplittableRandom random = new SplittableRandom(5);
    Rotation rotation = new Rotation(dimension);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 2 * Rotation.LANES + 1; i++) {
      vectors.add(gaussian(dimension, random));
    }
    List<BinaryCode> together = BinaryCode.of(vectors, rotation);
    assertEquals(vectors.size(), together.size());
    for (int i = 0; i < vectors.size(); i++) {
      BinaryCode alone = BinaryCode.of(vectors.get(i), rotation);
      assertArrayEquals(alone.words(), together.get(i).words());
      assertEquals(alone.factor(), together.get(i).factor(), 1e-6F * alone.factor());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 63, 100, 256, 384, 768, 1000, 1536, 8192})
  void rotationKeepsLengthsAndAngles(int dimension) {
    Rotation rotation = new Rotation(dimension);
    SplittableRandom random = new SplittableRandom(1);
    float[] one = gaussian(dimension, random);
    float[] other = gaussian(dimension, random);

    float[] rotatedOne = rotation.apply(one);
    float[] rotatedOther = rotation.apply(other);

    assertEquals(1, dot(rotatedOne, rotatedOne), 1e-4);
    assertEquals(cosine(one, other), dot(rotatedOne, rotatedOther), 1e-4);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 100, 384, 1000})
  void rotationSpreadsOneComponentOverAll(int dimension) {
    Rotation rotation = new Rotation(dimension);
    float[] single = new float[dimension];
    single[dimension - 1] = 1;

    float[] rotated = rotation.apply(single);

    double largest = 0;
    for (float component : rotated) {
      largest = Math.max(largest, Math.abs(component));
    }
    assertTrue(largest < 8 / Math.sqrt(rotated.length), () -> "a component keeps too much");
  }

  /**
   * One estimate in 160 may have a larger error on the side that matters. The errors of one query
   * are not independent, because it is rotated once for all codes. So the test asks many fixed
   * queries, and allows one in 80.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 16, 50, 100, 384, 1000})
  void estimatesAndDistancesKeepTheirBounds(int dimension) {
    SplittableRandom random = new SplittableRandom(dimension);
    Rotation rotation = new Rotation(dimension);
    int queries = 60;
    int rows = 200;
    int under = 0;
    int beyond = 0;
    for (int n = 0; n < queries; n++) {
      float[] target = gaussian(dimension, random);
      CodeQuery query = CodeQuery.of(target, rotation);
      CodeMatrix codes = new CodeMatrix(rotation);
      double[] similarities = new double[rows];
      for (int row = 0; row < rows; row++) {
        float[] vector = gaussian(dimension, random);
        for (int j = 0; j < dimension; j++) {
          vector[j] += target[j] * (row % 5); // from far away to close
        }
        similarities[row] = cosine(vector, target);
        codes.add(row, BinaryCode.of(vector, rotation));
      }
      short[] distances = new short[CodeMatrix.BLOCK_ROWS];
      short[] groups = new short[CodeMatrix.BLOCK_ROWS / CodeMatrix.GROUP_ROWS];
      codes.distances(query, distances, groups, 0, rows);
      for (int row = 0; row < rows; row++) {
        double least = codes.minEstimate(query, row, similarities[row]);
        under += codes.estimate(query, row) < least - 1e-3 ? 1 : 0;
        beyond += distances[row] > codes.maxDistance(similarities[row]) ? 1 : 0;
      }
    }

    int limit = queries * rows / 80;
    String found = under + " estimated too low, " + beyond + " differ in too many bits";
    assertTrue(under <= limit && beyond <= limit, found + ", of " + queries * rows);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 300})
  void distanceIsNumberOfDifferingSigns(int dimension) {
    SplittableRandom random = new SplittableRandom(9);
    Rotation rotation = new Rotation(dimension);
    CodeMatrix codes = new CodeMatrix(rotation);
    List<BinaryCode> added = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      added.add(BinaryCode.of(gaussian(dimension, random), rotation));
      codes.add(i, added.get(i));
    }
    float[] target = gaussian(dimension, random);
    long[] signs = BinaryCode.of(target, rotation).words();
    short[] distances = new short[5 * CodeMatrix.BLOCK_ROWS];
    short[] least = new short[distances.length / CodeMatrix.GROUP_ROWS];

    codes.distances(CodeQuery.of(target, rotation), distances, least, 0, 5000);

    for (int row = 0; row < 5000; row++) {
      assertTrue(least[row / CodeMatrix.GROUP_ROWS] <= distances[row]);
      int differing = 0;
      for (int word = 0; word < signs.length; word++) {
        differing += Long.bitCount(signs[word] ^ added.get(row).words()[word]);
      }
      assertEquals(differing, distances[row]);
    }
  }

  @Test
  void removedRowsAreCountedOnce() {
    SplittableRandom random = new SplittableRandom(5);
    Rotation rotation = new Rotation(64);
    CodeMatrix codes = new CodeMatrix(rotation);
    for (int i = 0; i < 10_000; i++) {
      codes.add(i, BinaryCode.of(gaussian(64, random), rotation));
    }
    assertFalse(codes.isSparse());

    for (int row = 0; row < 10_000; row += 2) {
      codes.remove(row);
      codes.remove(row);
    }

    assertEquals(5000, codes.size());
    assertTrue(codes.isSparse());
    assertEquals(0, codes.nextRemoved(0));
    assertEquals(2, codes.nextRemoved(1));
    assertEquals(-1, codes.nextRemoved(9_999));
  }

  @Test
  void codeIsReadBackFromBytes() {
    Rotation rotation = new Rotation(100);
    BinaryCode code = BinaryCode.of(gaussian(100, new SplittableRandom(3)), rotation);
    ByteBuffer bytes = ByteBuffer.allocate(BinaryCode.bytes(rotation));
    code.write(bytes);
    bytes.flip();

    BinaryCode read = BinaryCode.read(bytes, rotation);

    assertFalse(bytes.hasRemaining());
    assertEquals(code.factor(), read.factor());
    assertEquals(List.of(boxed(code.words())), List.of(boxed(read.words())));
  }

  private static List<Long> boxed(long[] words) {
    return java.util.Arrays.stream(words).boxed().toList();
  }

  public static float[] gaussian(int dimension, SplittableRandom random) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private static double cosine(float[] one, float[] other) {
    return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
  }
}
