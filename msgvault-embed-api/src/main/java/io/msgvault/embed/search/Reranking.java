package io.msgvault.embed.search;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SignalState.Answered;
import io.msgvault.embed.search.SignalState.NotAsked;
import io.msgvault.embed.search.SignalState.Unavailable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets a reranker reorder the head of a ranking. */
final class Reranking {
  private final HitReader reader;
  private final Optional<TimedReranker> reranker;
  private final int depth;

  /**
   * A ranking.
   *
   * @param ranked all candidates, those with a score of the reranker first
   * @param state how the reranker ended
   */
  record Outcome(List<Candidate> ranked, SignalState state) {}

  Reranking(HitReader reader, Optional<TimedReranker> reranker, int depth) {
    this.reader = reader;
    this.reranker = reranker;
    this.depth = depth;
  }

  /** Returns how many candidates the head has; 0 where there is no reranker. */
  int depth() {
    return reranker.isPresent() ? depth : 0;
  }

  /** Reorders the head. If the reranker fails or is late, the ranking stays as it was. */
  Outcome rerank(String text, List<Candidate> ranked, Optional<WordsOfQuestion> question) {
    List<Candidate> head = ranked.subList(0, Math.min(depth, ranked.size()));
    Map<Long, List<Passage>> passages = reader.passages(head, 1, question);
    List<Candidate> withText =
        head.stream()
            .filter(candidate -> !passages.getOrDefault(candidate.messageId(), List.of()).isEmpty())
            .toList();
    if (reranker.isEmpty() || withText.isEmpty()) {
      return new Outcome(ranked, new NotAsked());
    }
    List<String> texts =
        withText.stream()
            .flatMap(candidate -> passages.getOrDefault(candidate.messageId(), List.of()).stream())
            .map(Passage::text)
            .toList();
    try {
      List<Double> scores = reranker.get().score(text, texts);
      return new Outcome(
          reorder(ranked, withText, scores), new Answered(ranked.size() > head.size()));
    } catch (EmbedderException | SearchUnavailableException e) {
      return new Outcome(ranked, new Unavailable(e));
    }
  }

  /** Puts those that have scores before all others, which keep their order. */
  private static List<Candidate> reorder(
      List<Candidate> ranked, List<Candidate> scored, List<Double> scores) {
    List<Candidate> reordered = new ArrayList<>();
    for (int i = 0; i < scored.size(); i++) {
      reordered.add(scored.get(i).withReranked(scores.get(i)));
    }
    reordered.sort(
        Comparator.comparingDouble((Candidate candidate) -> candidate.reranked().orElseThrow())
            .reversed()); // stable, so ties keep their order
    List<Candidate> others = new ArrayList<>(ranked);
    others.removeAll(scored);
    reordered.addAll(others);
    return reordered;
  }
}
