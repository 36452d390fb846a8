package io.msgvault.embed.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Assigns texts to runs of a model. */
final class RunPlan {
  /** The maximum number of tokens in a run of several texts; larger runs are no faster. */
  private static final int MAX_TOKENS_PER_RUN = 512;

  private RunPlan() {}

  /**
   * Returns the indexes of the texts of each run, the longest texts first, so that the threads
   * finish at about the same time.
   */
  static List<int[]> of(TokenizedText[] tokens, boolean singleTextRuns) {
    int[] longestFirst =
        IntStream.range(0, tokens.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -tokens[i].length()))
            .mapToInt(i -> i)
            .toArray();
    List<int[]> runs = new ArrayList<>();
    int from = 0;
    while (from < longestFirst.length) {
      int width = tokens[longestFirst[from]].length();
      int to = from + 1;
      while (!singleTextRuns
          && to < longestFirst.length
          && (to + 1 - from) * width <= MAX_TOKENS_PER_RUN
          && 2 * tokens[longestFirst[to]].length() >= width) {
        to++;
      }
      runs.add(Arrays.copyOfRange(longestFirst, from, to));
      from = to;
    }
    return runs;
  }
}
