package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.sqlite.BinaryCodes.Candidate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryCodesTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 63, 100, 256, 384, 768, 1000, 1536, 8192})
  void aRotationKeepsLengthsAndAngles(int dimension) {
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
  void aRotationSpreadsASingleComponentOverAll(int dimension) {
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

  /** One in 160 may be off by more, on the side that matters; the test allows for one in 60. */
  @Property(tries = 20)
  void estimatesAreOffByNoMoreThanTheirMargin(
      @ForAll @IntRange(min = 2, max = 1000) int dimension, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Rotation rotation = new Rotation(dimension);
    BinaryCodes codes = new BinaryCodes(rotation);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      vectors.add(gaussian(dimension, random));
      codes.add(i, BinaryCode.of(vectors.get(i), rotation));
    }
    float[] query = gaussian(dimension, random);

    List<Candidate> all = codes.closest(query, rotation, 600);

    assertEquals(600, all.size());
    long beyond =
        all.stream()
            .filter(
                candidate ->
                    cosine(vectors.get((int) candidate.key()), query)
                        > candidate.estimate() + candidate.margin() + 0.01)
            .count();
    assertTrue(beyond <= 10, beyond + " of 600 beyond their margin");
  }

  @Test
  void candidatesComeByEstimateAndWithoutRemovedRows() {
    SplittableRandom random = new SplittableRandom(5);
    Rotation rotation = new Rotation(64);
    BinaryCodes codes = new BinaryCodes(rotation);
    for (int i = 0; i < 10_000; i++) {
      codes.add(i, BinaryCode.of(gaussian(64, random), rotation));
    }
    float[] query = gaussian(64, random);
    List<Candidate> before = codes.closest(query, rotation, 100);
    for (int row = 0; row < 10_000; row += 2) {
      codes.remove(row);
      codes.remove(row);
    }

    List<Candidate> after = codes.closest(query, rotation, 100);

    assertEquals(5000, codes.size());
    assertTrue(codes.isSparse());
    for (int i = 1; i < after.size(); i++) {
      assertTrue(after.get(i - 1).estimate() >= after.get(i).estimate());
    }
    assertFalse(after.stream().anyMatch(candidate -> candidate.key() % 2 == 0));
    List<Candidate> kept = before.stream().filter(candidate -> candidate.key() % 2 == 1).toList();
    assertEquals(kept, after.subList(0, kept.size()));
  }

  @Test
  void aCodeSurvivesItsBytes() {
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

  static float[] gaussian(int dimension, SplittableRandom random) {
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
