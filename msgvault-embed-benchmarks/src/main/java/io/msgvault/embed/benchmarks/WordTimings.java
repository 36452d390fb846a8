package io.msgvault.embed.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;

/** Measures several ways to search, which get each of {@link WordQuestions} in turn. */
final class WordTimings {
  private static final int QUESTIONS = 20;
  private static final int ROUNDS = 5;

  private final Map<String, Map<WordQuestions, double[]>> millis = new LinkedHashMap<>();

  /** Asks all questions in several rounds, after one round of warm-up, and prints the medians. */
  static WordTimings measure(ZipfMail mail, Map<String, ToIntFunction<String>> searches) {
    WordTimings timings = new WordTimings();
    Random random = new Random(1);
    List<Map.Entry<String, ToIntFunction<String>>> inTurn = new ArrayList<>(searches.entrySet());
    searches.keySet().forEach(way -> timings.millis.put(way, new EnumMap<>(WordQuestions.class)));
    for (WordQuestions kind : WordQuestions.values()) {
      List<String> questions = kind.questions(mail, QUESTIONS);
      timings.millis.values().forEach(kinds -> kinds.put(kind, new double[ROUNDS * QUESTIONS]));
      for (int round = -1; round < ROUNDS; round++) {
        for (int i = 0; i < QUESTIONS; i++) {
          Collections.shuffle(inTurn, random); // so that none always follows the same other one
          for (Map.Entry<String, ToIntFunction<String>> search : inTurn) {
            long began = System.nanoTime();
            int found = search.getValue().applyAsInt(questions.get(i));
            double took = (System.nanoTime() - began) / 1e6;
            if (found < 0) {
              throw new IllegalStateException(search.getKey() + " found " + found + " messages");
            }
            if (round >= 0) {
              timings.of(search.getKey(), kind)[round * QUESTIONS + i] = took;
            }
          }
        }
      }
    }
    timings.print();
    return timings;
  }

  private double[] of(String way, WordQuestions kind) {
    Map<WordQuestions, double[]> kinds = millis.get(way);
    double[] times = kinds == null ? null : kinds.get(kind);
    if (times == null) {
      throw new IllegalArgumentException(way + " was not measured");
    }
    return times;
  }

  private void print() {
    System.out.printf("%n%-34s", "p50 and p99 in ms");
    for (WordQuestions kind : WordQuestions.values()) {
      System.out.printf("%18s", kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    System.out.println();
    for (String way : millis.keySet()) {
      System.out.printf("%-34s", way);
      for (WordQuestions kind : WordQuestions.values()) {
        double[] times = of(way, kind);
        System.out.printf(
            Locale.ROOT,
            "%10.2f %7.2f",
            Measurements.median(times),
            Measurements.percentile(99, times));
      }
      System.out.println();
    }
  }

  /** Returns a percentile over the questions of all kinds. */
  double percentile(String way, double percent) {
    double[] all =
        Arrays.stream(WordQuestions.values())
            .flatMapToDouble(kind -> Arrays.stream(of(way, kind)))
            .toArray();
    return Measurements.percentile(percent, all);
  }

  /** Returns the greatest ratio of the medians of one kind. */
  double worstRatio(String way, String peer) {
    return Arrays.stream(WordQuestions.values())
        .mapToDouble(
            kind -> Measurements.median(of(way, kind)) / Measurements.median(of(peer, kind)))
        .max()
        .orElseThrow();
  }
}
