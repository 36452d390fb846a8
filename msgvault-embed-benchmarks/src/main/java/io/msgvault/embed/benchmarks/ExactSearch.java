package io.msgvault.embed.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds the true nearest vectors: it compares each query with each vector. */
final class ExactSearch {
  private static final int BLOCK_SIZE = 10_000;

  private ExactSearch() {}

  private record Neighbour(long id, float similarity) {}

  /** Returns the numbers of the nearest vectors of each query, counted from 1. */
  static List<Set<Long>> nearest(
      LongFunction<float[]> vector, int vectors, List<float[]> queries, int k) {
    List<PriorityQueue<Neighbour>> nearest = new ArrayList<>();
    queries.forEach(
        query ->
            nearest.add(new PriorityQueue<>(Comparator.comparingDouble(Neighbour::similarity))));
    for (int first = 1; first <= vectors; first += BLOCK_SIZE) {
      int from = first;
      float[][] part =
          IntStream.range(from, Math.min(from + BLOCK_SIZE, vectors + 1))
              .parallel()
              .mapToObj(vector::apply)
              .toArray(float[][]::new);
      IntStream.range(0, queries.size())
          .parallel()
          .forEach(i -> offer(part, from, queries.get(i), k, nearest.get(i)));
    }
    return nearest.stream()
        .map(queue -> queue.stream().map(Neighbour::id).collect(Collectors.toSet()))
        .toList();
  }

  private static void offer(
      float[][] part, int from, float[] query, int k, PriorityQueue<Neighbour> nearest) {
    for (int i = 0; i < part.length; i++) {
      float similarity = dot(query, part[i]);
      Neighbour last = nearest.peek();
      if (nearest.size() < k || last == null || similarity > last.similarity()) {
        nearest.add(new Neighbour(from + i, similarity));
        if (nearest.size() > k) {
          nearest.remove();
        }
      }
    }
  }

  static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + s2 + s3;
  }
}
