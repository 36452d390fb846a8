package io.msgvault.embed.sqlite.internal.codes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.sqlite.internal.codes.CodeScan.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CodeScanTest {
  private static final int DIMENSION = 320;
  private static final int ROWS = 5000;
  private static final double ANY = Double.NEGATIVE_INFINITY;

  private final SplittableRandom random = new SplittableRandom(11);
  private final Rotation rotation = new Rotation(DIMENSION);
  private final CodeMatrix codes = new CodeMatrix(rotation);
  private final float[] query = CodeMatrixTest.gaussian(DIMENSION, random);

  CodeScanTest() {
    for (int row = 0; row < ROWS; row++) {
      codes.add(row, BinaryCode.of(CodeMatrixTest.gaussian(DIMENSION, random), rotation));
    }
  }

  @Test
  void ringsReturnEachRowOnceBestFirst() {
    CodeScan scan = scan();
    int near = scan.distanceOf(500);
    List<Candidate> inner = scan.next(near, ANY);
    assertTrue(scan.covers(near));
    assertFalse(scan.covers(near + 1));
    List<Candidate> outer = scan.next(codes.bits(), ANY);

    assertTrue(inner.size() >= 500 && inner.size() < 1000, inner.size() + " are near");
    assertTrue(mean(inner) > mean(outer), "those with more signs in common are closer");
    List<Candidate> all = new ArrayList<>(inner);
    all.addAll(outer);
    assertEquals(
        IntStream.range(0, ROWS).boxed().toList(),
        all.stream().map(Candidate::row).sorted().toList());
    for (int i = 1; i < outer.size(); i++) {
      assertTrue(outer.get(i - 1).estimate() >= outer.get(i).estimate());
    }
  }

  @Test
  void rowsRuledOutByEstimateAreLeftOut() {
    List<Candidate> all = scan().next(codes.bits(), ANY);
    CodeScan scan = scan();

    List<Candidate> close = scan.next(codes.bits(), 0.2);

    assertTrue(close.size() < ROWS / 5, close.size() + " are close");
    assertEquals(all.stream().filter(candidate -> scan.mayReach(candidate, 0.2)).toList(), close);
  }

  @Test
  void removedRowsAreLeftOutOfLaterScans() {
    CodeScan begun = scan();
    for (int row = 0; row < ROWS; row += 2) {
      codes.remove(row);
    }

    List<Candidate> left = scan().next(codes.bits(), ANY);
    assertEquals(ROWS / 2, left.size());
    assertTrue(left.stream().allMatch(candidate -> candidate.row() % 2 == 1));
    assertEquals(ROWS, begun.next(codes.bits(), ANY).size());
  }

  @Test
  void rowsOfOtherKeysAreLeftOut() {
    CodeScan scan = scan();
    scan.keepOnly(LongStream.range(-5, ROWS + 5).filter(key -> key % 10 == 3).toArray());

    int near = scan.distanceOf(50);
    List<Candidate> inner = scan.next(near, ANY);
    assertTrue(inner.size() >= 50 && inner.size() < 150, inner.size() + " are near");
    List<Candidate> all = new ArrayList<>(inner);
    all.addAll(scan.next(codes.bits(), ANY));

    assertEquals(
        IntStream.range(0, ROWS).filter(row -> row % 10 == 3).boxed().toList(),
        all.stream().map(Candidate::row).sorted().toList());
  }

  private CodeScan scan() {
    return new CodeScan(
        codes, CodeQuery.of(query, rotation), new ReentrantLock(), ScanHelpers.NONE);
  }

  private static double mean(List<Candidate> candidates) {
    return candidates.stream().mapToDouble(Candidate::estimate).average().orElseThrow();
  }
}
