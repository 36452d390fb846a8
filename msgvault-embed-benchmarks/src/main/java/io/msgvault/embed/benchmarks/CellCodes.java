package io.msgvault.embed.benchmarks;

import io.msgvault.embed.sqlite.internal.codes.BinaryCode;
import io.msgvault.embed.sqlite.internal.codes.CodeMatrix;
import io.msgvault.embed.sqlite.internal.codes.CodeQuery;
import io.msgvault.embed.sqlite.internal.codes.Rotation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Holds codes in the order of their cells, so that differing signs can be counted in some cells
 * only. Not safe for concurrent use.
 */
public final class CellCodes {
  private final Rotation rotation;
  private final CodeMatrix codes;

  /** The first row of each cell, and the row after the last. */
  private final int[] starts;

  private final short[] distances;
  private final short[] groupMinima;

  /**
   * Computes the codes.
   *
   * @param cells the cell of each vector
   * @param cellCount the number of cells
   */
  public CellCodes(int dimension, IntFunction<float[]> vectors, int[] cells, int cellCount) {
    rotation = new Rotation(dimension);
    codes = new CodeMatrix(rotation);
    starts = new int[cellCount + 1];
    for (int cell : cells) {
      starts[cell + 1]++;
    }
    for (int cell = 0; cell < cellCount; cell++) {
      starts[cell + 1] += starts[cell];
    }
    int[] next = starts.clone();
    int[] ordered = new int[cells.length];
    for (int i = 0; i < cells.length; i++) {
      ordered[next[cells[i]]++] = i;
    }
    for (int from = 0; from < ordered.length; from += Rotation.LANES) {
      List<float[]> some = new ArrayList<>();
      for (int i = from; i < Math.min(ordered.length, from + Rotation.LANES); i++) {
        some.add(vectors.apply(ordered[i]));
      }
      for (BinaryCode code : BinaryCode.of(some, rotation)) {
        codes.add(codes.rows(), code);
      }
    }
    int blocks = (codes.rows() + CodeMatrix.BLOCK_ROWS - 1) / CodeMatrix.BLOCK_ROWS;
    distances = new short[blocks * CodeMatrix.BLOCK_ROWS];
    groupMinima = new short[distances.length / CodeMatrix.GROUP_ROWS];
  }

  /** Counts the differing signs in all cells. */
  public void countAll(float[] query) {
    codes.distances(CodeQuery.of(query, rotation), distances, groupMinima, 0, codes.rows());
  }

  /** Counts them in the first {@code limit} of these cells, in whole blocks of codes. */
  public void count(float[] query, int[] cells, int limit) {
    BitSet blocks = new BitSet();
    for (int i = 0; i < limit; i++) {
      int from = starts[cells[i]];
      int to = starts[cells[i] + 1];
      if (from < to) {
        blocks.set(from / CodeMatrix.BLOCK_ROWS, (to - 1) / CodeMatrix.BLOCK_ROWS + 1);
      }
    }
    CodeQuery rotated = CodeQuery.of(query, rotation);
    blocks.stream()
        .map(block -> block * CodeMatrix.BLOCK_ROWS)
        .forEach(
            row ->
                codes.distances(rotated, distances, groupMinima, row, row + CodeMatrix.BLOCK_ROWS));
  }
}
