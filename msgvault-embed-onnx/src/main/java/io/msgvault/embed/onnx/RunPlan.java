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

  /** The same for packed texts, where a token takes little more than a look-up. */
  private static final int MAX_PACKED_TOKENS = 4096;

  private RunPlan() {}

  /**
   * Returns the indexes of the texts of each run, the longest texts first, so that the threads
   * finish at about the same time.
   */
  static List<int[]> of(TokenizedText[] tokens, Sharing sharing) {
    int[] longestFirst =
        IntStream.range(0, tokens.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -tokens[i].length()))
            .mapToInt(i -> i)
            .toArray();
    List<int[]> runs = new ArrayList<>();
    int from = 0;
    while (from < longestFirst.length) {
      int longest = tokens[longestFirst[from]].length();
      int to = from + 1;
      while (to < longestFirst.length
          && fits(sharing, to + 1 - from, longest, tokens[longestFirst[to]].length())) {
        to++;
      }
      runs.add(Arrays.copyOfRange(longestFirst, from, to));
      from = to;
    }
    return runs;
  }

  /** Returns whether a text may be the last of a run of {@code texts} texts. */
  private static boolean fits(Sharing sharing, int texts, int longest, int length) {
    return switch (sharing) {
      case NONE -> false;
      case EQUAL_LENGTHS -> length == longest && texts * longest <= MAX_TOKENS_PER_RUN;
      case PADDED -> 2 * length >= longest && texts * longest <= MAX_TOKENS_PER_RUN;
      case PACKED -> texts * longest <= MAX_PACKED_TOKENS;
    };
  }
}
