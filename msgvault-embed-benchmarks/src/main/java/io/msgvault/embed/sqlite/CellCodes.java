package io.msgvault.embed.sqlite;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Codes in the order of the cells that their vectors are in, so that the signs that differ can be
 * counted in some cells alone. Used by one thread.
 */
public final class CellCodes {
  private final Rotation rotation;
  private final BinaryCodes codes;

  /** The first row of each cell, and the row after the last. */
  private final int[] starts;

  private final short[] distances;
  private final short[] least;

  /**
   * Makes the codes.
   *
   * @param cells the cell of each vector
   * @param number how many cells there are
   */
  public CellCodes(int dimension, IntFunction<float[]> vectors, int[] cells, int number) {
    rotation = new Rotation(dimension);
    codes = new BinaryCodes(rotation);
    starts = new int[number + 1];
    for (int cell : cells) {
      starts[cell + 1]++;
    }
    for (int cell = 0; cell < number; cell++) {
      starts[cell + 1] += starts[cell];
    }
    int[] next = starts.clone();
    int[] ordered = new int[cells.length];
    for (int i = 0; i < cells.length; i++) {
      ordered[next[cells[i]]++] = i;
    }
    for (int from = 0; from < ordered.length; from += Rotation.ABREAST) {
      List<float[]> some = new ArrayList<>();
      for (int i = from; i < Math.min(ordered.length, from + Rotation.ABREAST); i++) {
        some.add(vectors.apply(ordered[i]));
      }
      for (BinaryCode code : BinaryCode.of(some, rotation)) {
        codes.add(codes.rows(), code);
      }
    }
    int blocks = (codes.rows() + BinaryCodes.BLOCK - 1) / BinaryCodes.BLOCK;
    distances = new short[blocks * BinaryCodes.BLOCK];
    least = new short[distances.length / BinaryCodes.GROUP];
  }

  /** Counts the signs that differ from the query's in all cells. */
  public void countAll(float[] query) {
    codes.distances(CodeQuery.of(query, rotation), distances, least, 0, codes.rows());
  }

  /** Counts them in the first so many of these cells: in the blocks of codes that have any. */
  public void count(float[] query, int[] cells, int first) {
    BitSet blocks = new BitSet();
    for (int i = 0; i < first; i++) {
      int from = starts[cells[i]];
      int to = starts[cells[i] + 1];
      if (from < to) {
        blocks.set(from / BinaryCodes.BLOCK, (to - 1) / BinaryCodes.BLOCK + 1);
      }
    }
    CodeQuery rotated = CodeQuery.of(query, rotation);
    blocks.stream()
        .map(block -> block * BinaryCodes.BLOCK)
        .forEach(row -> codes.distances(rotated, distances, least, row, row + BinaryCodes.BLOCK));
  }
}
