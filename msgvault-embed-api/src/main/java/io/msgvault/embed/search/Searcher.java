package io.msgvault.embed.search;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.Signals.Outcome;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.text.TextPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Searches an archive by meaning, by words, or by both, in the same way over every backend. Finds
 * only live messages that match the filter.
 *
 * <ul>
 *   <li>A vector search returns as many hits as the limit allows and the index holds.
 *   <li>A keyword search returns the best {@linkplain Builder#candidates candidates} of the word
 *       index. A word of four letters or more that is in no message stands for the words that begin
 *       like it.
 *   <li>A hybrid search takes the candidates of both signals, looks the scores of all of them up in
 *       both, and ranks them by a weighted sum. A message that has no vectors yet, or no words, is
 *       ranked by what its other score lets expect.
 * </ul>
 *
 * <p>See rules SR-1 to SR-10 in docs/contract.md. An {@link ArchivesSearcher} searches several
 * archives.
 *
 * <p>Safe for use by many threads. The searcher owns neither the stores nor the embedders: closing
 * them is left to the host.
 */
public final class Searcher {
  private static final double NO_MIN_SCORE = Double.NEGATIVE_INFINITY;

  private final MessageStore messages;
  private final Signals signals;
  private final HitReader reader;
  private final Reranking reranking;
  private final Arrangement arrangement;
  private final int candidates;
  private final CachedCoverage coverage;

  private Searcher(Builder builder) {
    messages = builder.messages;
    candidates = builder.candidates;
    coverage = new CachedCoverage(messages, builder.vectors, builder.clock, builder.coverageAge);
    reader = new HitReader(messages, builder.text);
    reranking =
        new Reranking(
            reader,
            builder.reranker.map(of -> new TimedReranker(of, builder.rerankWithin)),
            builder.rerankCandidates);
    arrangement = new Arrangement(messages);
    signals =
        new Signals(
            new VectorSignal(
                messages,
                builder.vectors,
                new Embedders(builder.embedders, builder.text),
                builder.clock),
            new KeywordSignal(messages, builder.words),
            coverage);
  }

  /**
   * Starts to build a searcher. All other settings have defaults. Without a {@linkplain
   * Builder#words word index} it searches by vectors alone.
   *
   * @param messages the store of the messages to search
   * @param vectors the store of their vectors
   * @param embedder the embedder of the questions, with the model of the index
   * @return a builder
   */
  public static Builder builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
    return new Builder(messages, vectors, embedder);
  }

  /**
   * Finds the messages that match a question best.
   *
   * <p>In a hybrid search, a signal that cannot answer is left out, and the result says why (SR-3):
   *
   * <ul>
   *   <li>there is no index yet;
   *   <li>the index was built with another model, or for another archive;
   *   <li>the embedder fails;
   *   <li>the searcher has no word index, or the word index was lost.
   * </ul>
   *
   * <p>If neither signal can answer, the search throws the vector signal's exception.
   *
   * @param request the question and the page of hits
   * @return the hits, and the state of each signal
   * @throws SearchUnavailableException if no index can answer
   * @throws EmbedderException if the embedder fails
   * @throws io.msgvault.embed.model.StoreException if a store fails, also in a hybrid search
   */
  public SearchResult search(SearchRequest request) {
    return withoutLostWords(
        () -> {
          Ranking ranking = attempt(request, new QuestionVectors(request.text()));
          return page(ranking, ranking.candidates().stream().skip(request.offset()).toList());
        });
  }

  /**
   * The ranking of a search, up to the end of the page.
   *
   * @param candidates best first
   */
  record Ranking(
      SearchRequest request,
      List<Candidate> candidates,
      Outcome outcome,
      SignalState reranker,
      StageClock clock) {}

  /** Ranks up to the end of the page, in the order that all pages share. */
  Ranking rank(SearchRequest request, QuestionVectors question) {
    return withoutLostWords(() -> attempt(request, question));
  }

  /** Reads what a result shows of these candidates of a ranking. */
  SearchResult page(Ranking ranking, List<Candidate> page) {
    return result(
        ranking.outcome, page, ranking.reranker, ranking.request.passages(), ranking.clock);
  }

  /** Tries again if the words were lost during the search, and so leaves them out. */
  private static <T> T withoutLostWords(Supplier<T> search) {
    try {
      return search.get();
    } catch (NotInstalledException
        | BrokenIndexException
        | WordPolicyException
        | NewerSchemaException e) {
      return search.get();
    }
  }

  private Ranking attempt(SearchRequest request, QuestionVectors question) {
    StageClock clock = new StageClock();
    Matches matches = new Matches(messages, request.filter());
    int pool = Math.max(candidates, request.limit()); // all pages share one ranking
    Outcome outcome =
        switch (request.mode()) {
          case VECTOR -> signals.byVectors(question, matches, vectorPool(request, pool), clock);
          case KEYWORD -> signals.byWords(question.text(), matches, pool, clock);
          case HYBRID -> signals.byBoth(question, matches, pool, clock);
        };
    List<Candidate> good =
        outcome.ranked().stream()
            .filter(candidate -> candidate.score() >= request.minScore().orElse(NO_MIN_SCORE))
            .toList();
    Reranking.Outcome reranked =
        reranking.depth() > 0 && request.sort() == SearchRequest.Sort.RELEVANCE
            ? clock.time(
                SearchStage.RERANKING,
                () -> reranking.rerank(request.text(), good, outcome.question()))
            : new Reranking.Outcome(good, new SignalState.NotAsked());
    List<Candidate> arranged =
        clock.time(SearchStage.FUSION, () -> arrangement.arrange(reranked.ranked(), request));
    List<Candidate> upToEnd = arranged.stream().limit(request.offset() + request.limit()).toList();
    return new Ranking(request, upToEnd, outcome, reranked.state(), clock);
  }

  /** A plain vector search goes on to the end of the index; any other has a pool for all pages. */
  private int vectorPool(SearchRequest request, int pool) {
    return Arrangement.needsAll(request)
        ? pool
        : Math.max(request.offset() + request.limit(), reranking.depth());
  }

  /**
   * Finds the messages that come closest in meaning to a message of the index. That message itself
   * is left out.
   *
   * @param messageId the message's id
   * @param filter the filter that hits match
   * @param limit the maximum number of hits, 1 to {@value SearchRequest#MAX_LIMIT}
   * @return the hits; none if the message is not in the index
   * @throws SearchUnavailableException if no index can answer
   * @throws io.msgvault.embed.model.StoreException if a store fails
   * @throws IllegalArgumentException if the limit is out of range
   */
  public SearchResult similarTo(long messageId, MessageFilter filter, int limit) {
    SearchRequest.requireLimit(limit);
    StageClock clock = new StageClock();
    Outcome outcome = signals.similarTo(messageId, new Matches(messages, filter), limit, clock);
    return result(outcome, outcome.ranked(), new SignalState.NotAsked(), 1, clock);
  }

  private SearchResult result(
      Outcome outcome, List<Candidate> page, SignalState reranker, int passages, StageClock clock) {
    Map<Long, List<Passage>> texts =
        clock.time(SearchStage.PASSAGES, () -> reader.passages(page, passages, outcome.question()));
    List<SearchHit> hits = new ArrayList<>();
    for (Candidate candidate : page) {
      hits.add(
          new SearchHit(
              candidate.messageId(),
              candidate.score(),
              candidate.vector(),
              candidate.keyword(),
              candidate.reranked(),
              candidate.others(),
              texts.getOrDefault(candidate.messageId(), List.of())));
    }
    return SearchResult.builder(hits)
        .vector(outcome.vector())
        .keyword(outcome.keyword())
        .reranker(reranker)
        .index(outcome.active().map(active -> new SearchResult.Index(active, coverage.of(active))))
        .words(outcome.question().map(question -> coverage.of(question.index(), outcome.active())))
        .times(clock.times())
        .build();
  }

  /** Builds a searcher. Not safe for use by many threads. */
  public static final class Builder {
    private final MessageStore messages;
    private final VectorStore vectors;
    private final List<Embedder> embedders = new ArrayList<>();
    private Optional<WordIndex> words = Optional.empty();
    private Optional<Reranker> reranker = Optional.empty();
    private int rerankCandidates = 50;
    private Duration rerankWithin = Duration.ofSeconds(2);
    private TextPolicy text = TextPolicy.standard();
    private int candidates = 100;
    private Clock clock = Clock.systemUTC();
    private Duration coverageAge = Duration.ofSeconds(10);

    private Builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
      this.messages = messages;
      this.vectors = vectors;
      this.embedders.add(embedder);
    }

    /**
     * Sets the index that finds messages by their words. Without one, keyword search is
     * unavailable, and a hybrid search goes by vectors.
     *
     * @param words the index, which the job keeps
     * @return this builder
     */
    public Builder words(WordIndex words) {
      this.words = Optional.of(words);
      return this;
    }

    /**
     * Adds an embedder for another generation, to search all the time while the model changes. The
     * embedder whose model is that of the active generation embeds the question. Embedders are
     * asked for their models in the order they were added, and only until one fits.
     *
     * @param embedder the embedder, with the model of the next or of the former index
     * @return this builder
     */
    public Builder alsoEmbedder(Embedder embedder) {
      this.embedders.add(embedder);
      return this;
    }

    /**
     * Sets a reranker, which reorders the head of each result by the best passages. If it fails or
     * is late, the hits stay as they were, and {@link SearchResult#reranker} says why. Default:
     * none.
     *
     * @param reranker the reranker; the searcher does not close it
     * @return this builder
     */
    public Builder reranker(Reranker reranker) {
      this.reranker = Optional.of(reranker);
      return this;
    }

    /**
     * Sets how many of the best hits the {@linkplain #reranker reranker} reorders. Default: 50.
     *
     * @param rerankCandidates the number of hits, 1 to 1,000
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder rerankCandidates(int rerankCandidates) {
      this.rerankCandidates = requireRange("rerankCandidates", rerankCandidates, 1_000);
      return this;
    }

    /**
     * Sets how long a search waits for the {@linkplain #reranker reranker}. Default: 2 seconds.
     *
     * @param rerankWithin the time, above 0
     * @return this builder
     * @throws IllegalArgumentException if the time is not above 0
     */
    public Builder rerankWithin(Duration rerankWithin) {
      if (rerankWithin.isNegative() || rerankWithin.isZero()) {
        throw new IllegalArgumentException(
            "rerankWithin is " + rerankWithin + ", but must be above 0");
      }
      this.rerankWithin = rerankWithin;
      return this;
    }

    /**
     * Sets the text policy of the job, which passages need. Default: {@link TextPolicy#standard}.
     *
     * @param text the policy
     * @return this builder
     */
    public Builder text(TextPolicy text) {
      this.text = text;
      return this;
    }

    /**
     * Sets how many messages each signal proposes for a keyword or hybrid search. A request with a
     * greater limit gets as many candidates as its limit. The search finds nothing beyond the
     * candidates; {@link SignalState.Answered#mayHaveMore} tells whether there may be more.
     * Default: 100.
     *
     * @param candidates the number of messages, 1 to 10,000
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder candidates(int candidates) {
      this.candidates = requireRange("candidates", candidates, 10_000);
      return this;
    }

    /**
     * Sets the clock for {@link #coverageAge}. Default: the system's.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Sets how old the coverage in a result may be. Counting takes longer than searching, so it is
     * not done for each search. Default: 10 seconds.
     *
     * @param coverageAge the maximum age
     * @return this builder
     */
    public Builder coverageAge(Duration coverageAge) {
      this.coverageAge = coverageAge;
      return this;
    }

    /**
     * Builds the searcher. Asks neither the stores nor the embedder for anything.
     *
     * @return the searcher
     */
    public Searcher build() {
      return new Searcher(this);
    }

    private static int requireRange(String name, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(
            name + " is " + value + ", but must be from 1 to " + max);
      }
      return value;
    }
  }
}
