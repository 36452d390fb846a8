package io.msgvault.embed.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * Compares the time of searches of equal recall. Each peer gets the fewest candidates with which it
 * finds {@value #RECALL} of the nearest; ours chooses its own. Then all are timed in turn.
 */
final class TunedSearches {
  private static final double RECALL = 0.99;
  private static final int ROUNDS = 5;
  private static final int LEAST_CANDIDATES = 40;
  private static final int MOST_CANDIDATES = 1000;
  private static final double STEP = 1.19; // the fourth root of 2

  /** What one backend found at its setting, and in what time. */
  record Tuned(double recall, double p50, double p99) {}

  private final PgSchema schema;
  private final VectorQuestions questions;

  TunedSearches(PgSchema schema, VectorQuestions questions) {
    this.schema = schema;
    this.questions = questions;
  }

  /** Returns the times of ours, which comes first, and of its peers. */
  List<Tuned> compare(VectorBackend ours, List<VectorBackend> peers) {
    List<Search> searches = new ArrayList<>();
    searches.add(new Search(ours, OptionalInt.empty()));
    peers.forEach(peer -> searches.add(new Search(peer, OptionalInt.of(tune(peer)))));
    for (int round = 0; round < ROUNDS; round++) {
      for (Search search : searches) {
        search.candidates.ifPresent(schema::candidates);
        search.rounds.add(questions.ask(search.backend));
      }
    }
    searches.forEach(Search::print);
    return searches.stream().map(Search::times).toList();
  }

  private int tune(VectorBackend peer) {
    for (double candidates = LEAST_CANDIDATES; ; candidates *= STEP) {
      int setting = (int) Math.min(candidates, MOST_CANDIDATES);
      schema.candidates(setting);
      if (questions.ask(peer).recall() >= RECALL || setting == MOST_CANDIDATES) {
        return setting;
      }
    }
  }

  /** A backend with its setting and its answers in each round. */
  private static final class Search {
    private final VectorBackend backend;
    private final OptionalInt candidates;
    private final List<VectorQuestions.Answers> rounds = new ArrayList<>();

    Search(VectorBackend backend, OptionalInt candidates) {
      this.backend = backend;
      this.candidates = candidates;
    }

    Tuned times() {
      return new Tuned(
          median(VectorQuestions.Answers::recall),
          median(VectorQuestions.Answers::p50),
          median(VectorQuestions.Answers::p99));
    }

    private double median(ToDoubleFunction<VectorQuestions.Answers> figure) {
      return Measurements.median(rounds.stream().mapToDouble(figure).toArray());
    }

    void print() {
      Tuned times = times();
      System.out.printf(
          "  %-42s %-16s search p50 %7.3f ms, p99 %7.3f ms   recall@10 %.4f%n",
          backend.name(),
          candidates.isEmpty() ? "its own choice" : "ef_search " + candidates.getAsInt(),
          times.p50,
          times.p99,
          times.recall);
    }
  }
}
