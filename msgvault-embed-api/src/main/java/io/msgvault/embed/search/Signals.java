package io.msgvault.embed.search;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.search.KeywordSignal.Lookup;
import io.msgvault.embed.search.Rescorer.Scored;
import io.msgvault.embed.search.SearchHit.SignalRank;
import io.msgvault.embed.search.SignalState.Answered;
import io.msgvault.embed.search.SignalState.NotAsked;
import io.msgvault.embed.search.SignalState.Unavailable;
import io.msgvault.embed.store.WordHit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks one signal or both, and ranks what they find. */
final class Signals {
  private final VectorSignal vectors;
  private final KeywordSignal keywords;
  private final CachedCoverage coverage;

  /**
   * What the signals found.
   *
   * @param ranked the candidates, best first
   * @param vector the state of the vector signal
   * @param keyword the state of the keyword signal
   * @param active the generation that answered, if the vector signal did
   * @param question the words of the question, if the keyword signal answered
   */
  record Outcome(
      List<Candidate> ranked,
      SignalState vector,
      SignalState keyword,
      Optional<Generation> active,
      Optional<WordsOfQuestion> question) {}

  Signals(VectorSignal vectors, KeywordSignal keywords, CachedCoverage coverage) {
    this.vectors = vectors;
    this.keywords = keywords;
    this.coverage = coverage;
  }

  /** Ranks by vectors alone. */
  Outcome byVectors(QuestionVectors question, Matches matches, int limit, StageClock clock) {
    return outcome(vectors.nearest(question, matches, limit, List.of(), clock), limit);
  }

  /** Ranks by closeness to a message, without that message. */
  Outcome similarTo(long messageId, Matches matches, int limit, StageClock clock) {
    return outcome(vectors.nearest(messageId, matches, limit, clock), limit);
  }

  private static Outcome outcome(VectorSignal.Answer answer, int limit) {
    List<Candidate> ranked = new ArrayList<>();
    for (Scored scored : answer.hits()) {
      double score = scored.hit().score();
      ranked.add(
          new Candidate(
              scored.hit().messageId(),
              score,
              false,
              Optional.of(new SignalRank(ranked.size() + 1, score)),
              Optional.empty(),
              Optional.of(scored)));
    }
    return new Outcome(
        ranked,
        new Answered(ranked.size() == limit),
        new NotAsked(),
        Optional.of(answer.active()),
        Optional.empty());
  }

  /** Ranks by words alone. */
  Outcome byWords(String question, Matches matches, int limit, StageClock clock) {
    KeywordSignal.Answer answer =
        clock.time(SearchStage.WORDS, () -> keywords.topMatches(question, matches, limit));
    List<Candidate> ranked = new Fusion(Optional.empty(), answer.hits(), Lookup.NOTHING).ranked();
    return new Outcome(
        ranked,
        new NotAsked(),
        new Answered(ranked.size() == limit),
        Optional.empty(),
        Optional.of(answer.question()));
  }

  /**
   * Fuses both rankings. Goes on with one signal if the other cannot answer.
   *
   * @throws EmbedException the vector signal's, if neither can answer
   */
  Outcome byBoth(QuestionVectors question, Matches matches, int limit, StageClock clock) {
    Attempt<KeywordSignal.Answer> byWords =
        Attempt.run(
            () ->
                clock.time(
                    SearchStage.WORDS, () -> keywords.topMatches(question.text(), matches, limit)));
    List<WordHit> hits = byWords.answer().map(KeywordSignal.Answer::hits).orElse(List.of());
    Attempt<VectorSignal.Answer> byVectors =
        Attempt.run(
            () ->
                vectors.nearest(
                    question,
                    matches,
                    limit,
                    hits.stream().map(WordHit::messageId).toList(),
                    clock));
    if (byVectors.failure().isPresent() && byWords.failure().isPresent()) {
      EmbedException failure = byVectors.failure().get();
      failure.addSuppressed(byWords.failure().get());
      throw failure;
    }
    Lookup lookup =
        clock.time(SearchStage.WORDS, () -> lookUp(byVectors.answer(), byWords.answer()));
    return new Outcome(
        clock.time(SearchStage.FUSION, () -> new Fusion(byVectors.answer(), hits, lookup).ranked()),
        byVectors.state(answer -> answer.hits().size() == limit),
        byWords.state(answer -> answer.hits().size() == limit),
        byVectors.answer().map(VectorSignal.Answer::active),
        byWords.answer().map(KeywordSignal.Answer::question));
  }

  /** Looks up what the word index knows of the messages that only the vectors proposed. */
  private Lookup lookUp(
      Optional<VectorSignal.Answer> byVectors, Optional<KeywordSignal.Answer> byWords) {
    if (byVectors.isEmpty() || byWords.isEmpty()) {
      return Lookup.NOTHING;
    }
    Set<Long> ids = new HashSet<>();
    byVectors.get().hits().forEach(scored -> ids.add(scored.hit().messageId()));
    byWords.get().hits().forEach(hit -> ids.remove(hit.messageId()));
    WordsOfQuestion question = byWords.get().question();
    boolean complete =
        coverage.of(question.index(), Optional.of(byVectors.get().active())).complete();
    return KeywordSignal.lookUp(question, ids, complete);
  }

  /** Holds the answer of a signal, or the failure that prevented it. */
  private record Attempt<T>(Optional<T> answer, Optional<EmbedException> failure) {
    static <T> Attempt<T> run(Supplier<T> signal) {
      try {
        return new Attempt<>(Optional.of(signal.get()), Optional.empty());
      } catch (SearchUnavailableException | EmbedderException e) {
        return new Attempt<>(Optional.empty(), Optional.of(e));
      }
    }

    SignalState state(Function<T, Boolean> mayHaveMore) {
      return answer
          .<SignalState>map(value -> new Answered(mayHaveMore.apply(value)))
          .orElseGet(() -> new Unavailable(failure.orElseThrow()));
    }
  }
}
