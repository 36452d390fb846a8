package io.msgvault.embed.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The truth: each query compared with each vector. */
final class Exact {
  private static final int TOGETHER = 10_000;

  private Exact() {}

  private record Near(long id, float similarity) {}

  /** The numbers of the vectors that are nearest to each query, of those from 1 on. */
  static List<Set<Long>> nearest(
      LongFunction<float[]> vector, int vectors, List<float[]> queries, int k) {
    List<PriorityQueue<Near>> nearest = new ArrayList<>();
    queries.forEach(
        query -> nearest.add(new PriorityQueue<>(Comparator.comparingDouble(Near::similarity))));
    for (int first = 1; first <= vectors; first += TOGETHER) {
      int from = first;
      float[][] part =
          IntStream.range(from, Math.min(from + TOGETHER, vectors + 1))
              .parallel()
              .mapToObj(vector::apply)
              .toArray(float[][]::new);
      IntStream.range(0, queries.size())
          .parallel()
          .forEach(i -> offer(part, from, queries.get(i), k, nearest.get(i)));
    }
    return nearest.stream()
        .map(queue -> queue.stream().map(Near::id).collect(Collectors.toSet()))
        .toList();
  }

  private static void offer(
      float[][] part, int from, float[] query, int k, PriorityQueue<Near> nearest) {
    for (int i = 0; i < part.length; i++) {
      float similarity = dot(query, part[i]);
      Near last = nearest.peek();
      if (nearest.size() < k || last == null || similarity > last.similarity()) {
        nearest.add(new Near(from + i, similarity));
        if (nearest.size() > k) {
          nearest.remove();
        }
      }
    }
  }

  static float dot(float[] one, float[] other) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= one.length; i += 4) {
      s0 += one[i] * other[i];
      s1 += one[i + 1] * other[i + 1];
      s2 += one[i + 2] * other[i + 2];
      s3 += one[i + 3] * other[i + 3];
    }
    for (; i < one.length; i++) {
      s0 += one[i] * other[i];
    }
    return s0 + s1 + s2 + s3;
  }
}
