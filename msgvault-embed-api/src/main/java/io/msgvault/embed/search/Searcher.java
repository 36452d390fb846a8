package io.msgvault.embed.search;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.ReciprocalRankFusion.Fused;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchHit.SignalRank;
import io.msgvault.embed.search.SignalState.Answered;
import io.msgvault.embed.search.SignalState.NotAsked;
import io.msgvault.embed.search.SignalState.Unavailable;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.text.TextPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Searches an archive by meaning, by words, or by both, in the same way over every backend. Finds
 * only live messages that match the filter.
 *
 * <ul>
 *   <li>A vector search returns as many hits as the limit allows and the index holds.
 *   <li>A keyword search ranks the {@linkplain Builder#candidates candidates} of the message store
 *       by BM25.
 *   <li>A hybrid search takes the candidates of both signals and fuses the two rankings. A keyword
 *       match counts by the fraction of the question's IDF that it covers. So words such as {@code
 *       the} or {@code we} lift no message.
 * </ul>
 *
 * <p>See rules SR-1 to SR-5 in docs/contract.md.
 *
 * <p>Safe for use by many threads. The searcher owns neither the stores nor the embedder: closing
 * them is left to the host.
 */
public final class Searcher {
  private final MessageStore messages;
  private final TextPolicy text;
  private final Passages passages;
  private final VectorSignal vectors;
  private final KeywordSignal keywords;
  private final ReciprocalRankFusion fusion;
  private final int candidates;
  private final CachedCoverage coverage;

  private Searcher(Builder builder) {
    this.messages = builder.messages;
    this.text = builder.text;
    this.passages = new Passages(text);
    this.vectors = new VectorSignal(messages, builder.vectors, builder.embedder, text);
    this.keywords = new KeywordSignal(messages, text.maxBodyCharacters(), builder.subjectBoost);
    this.fusion =
        new ReciprocalRankFusion(builder.rankConstant, builder.vectorWeight, builder.keywordWeight);
    this.candidates = builder.candidates;
    this.coverage = new CachedCoverage(messages, builder.clock, builder.coverageAge);
  }

  /**
   * Starts to build a searcher. All other settings have defaults.
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
   *   <li>the message store does not support keyword search.
   * </ul>
   *
   * <p>If neither signal can answer, the search throws the vector signal's exception.
   *
   * @param request the question and the page of hits
   * @return the hits, and the state of each signal
   * @throws SearchUnavailableException if no index can answer, or the store does not support
   *     keyword search
   * @throws EmbedderException if the embedder fails
   * @throws io.msgvault.embed.model.StoreException if a store fails, also in a hybrid search
   */
  public SearchResult search(SearchRequest request) {
    return switch (request.mode()) {
      case VECTOR -> searchVectors(request);
      case KEYWORD -> searchKeywords(request);
      case HYBRID -> searchBoth(request);
    };
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
    VectorSignal.Answer answer = vectors.nearest(messageId, filter, limit);
    return vectorResult(answer, limit, 0);
  }

  private SearchResult searchVectors(SearchRequest request) {
    int wanted = request.offset() + request.limit();
    VectorSignal.Answer answer = vectors.nearest(request.text(), request.filter(), wanted);
    return vectorResult(answer, wanted, request.offset());
  }

  private SearchResult vectorResult(VectorSignal.Answer answer, int wanted, int offset) {
    List<Fused> ranked = fusion.rankVectors(answer.ranking());
    List<SearchHit> hits =
        hits(
            page(ranked, offset, wanted - offset),
            Optional.of(answer),
            Optional.empty(),
            hit -> score(hit.vector()));
    return new SearchResult(
        hits,
        new Answered(answer.hits().size() == wanted),
        new NotAsked(),
        Optional.of(index(answer)));
  }

  private SearchResult searchKeywords(SearchRequest request) {
    KeywordSignal.Answer answer =
        keywords.topMatches(request.text(), request.filter(), candidateLimit(request));
    List<Fused> ranked = fusion.rankKeywords(answer.hits());
    List<SearchHit> hits =
        hits(
            page(ranked, request.offset(), request.limit()),
            Optional.empty(),
            Optional.of(answer),
            hit -> score(hit.keyword()));
    return new SearchResult(hits, new NotAsked(), new Answered(answer.hasMore()), Optional.empty());
  }

  private SearchResult searchBoth(SearchRequest request) {
    int limit = candidateLimit(request);
    Attempt<VectorSignal.Answer> byVectors =
        Attempt.run(() -> vectors.nearest(request.text(), request.filter(), limit));
    Attempt<KeywordSignal.Answer> byKeywords =
        Attempt.run(() -> keywords.topMatches(request.text(), request.filter(), limit));
    if (byVectors.failure().isPresent() && byKeywords.failure().isPresent()) {
      EmbedException failure = byVectors.failure().get();
      failure.addSuppressed(byKeywords.failure().get());
      throw failure;
    }
    List<Fused> ranked =
        fusion.fuse(
            byVectors.answer().map(VectorSignal.Answer::ranking).orElse(List.of()),
            byKeywords.answer().map(KeywordSignal.Answer::hits).orElse(List.of()));
    List<SearchHit> hits =
        hits(
            page(ranked, request.offset(), request.limit()),
            byVectors.answer(),
            byKeywords.answer(),
            Fused::score);
    return new SearchResult(
        hits,
        byVectors.state(answer -> answer.hits().size() == limit),
        byKeywords.state(KeywordSignal.Answer::hasMore),
        byVectors.answer().map(this::index));
  }

  /** Returns a number that is independent of the offset, so that all pages share one ranking. */
  private int candidateLimit(SearchRequest request) {
    return Math.max(candidates, request.limit());
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

  private static List<Fused> page(List<Fused> ranked, int offset, int limit) {
    return ranked.stream().skip(offset).limit(limit).toList();
  }

  private static double score(Optional<SignalRank> signalRank) {
    return signalRank.map(SignalRank::score).orElseThrow();
  }

  private SearchResult.Index index(VectorSignal.Answer answer) {
    return new SearchResult.Index(answer.active(), coverage.of(answer.active()));
  }

  private List<SearchHit> hits(
      List<Fused> page,
      Optional<VectorSignal.Answer> byVectors,
      Optional<KeywordSignal.Answer> byKeywords,
      Function<Fused, Double> score) {
    Map<Long, Rescorer.Scored> chunks =
        byVectors.map(VectorSignal.Answer::hits).orElse(List.of()).stream()
            .collect(Collectors.toMap(scored -> scored.hit().messageId(), Function.identity()));
    List<SearchHit> hits = new ArrayList<>();
    for (int from = 0; from < page.size(); from += KeywordSignal.PAGE) {
      List<Fused> slice = page.subList(from, Math.min(page.size(), from + KeywordSignal.PAGE));
      Map<Long, Message> contents =
          messages
              .find(slice.stream().map(Fused::messageId).toList(), text.maxBodyCharacters())
              .stream()
              .collect(Collectors.toMap(Message::id, Function.identity()));
      for (Fused hit : slice) {
        hits.add(
            new SearchHit(
                hit.messageId(),
                score.apply(hit),
                hit.vector(),
                hit.keyword(),
                Optional.ofNullable(contents.get(hit.messageId()))
                    .flatMap(message -> passage(message, hit, chunks, byKeywords))));
      }
    }
    return hits;
  }

  /** Returns the passage of the signal that adds more to the score. */
  private Optional<Passage> passage(
      Message message,
      Fused hit,
      Map<Long, Rescorer.Scored> chunks,
      Optional<KeywordSignal.Answer> byKeywords) {
    if (hit.keywordScore() >= hit.vectorScore()) {
      return byKeywords.flatMap(answer -> passages.aroundMatches(message, answer));
    }
    return Optional.ofNullable(chunks.get(message.id()))
        .flatMap(chunk -> passages.ofChunk(message, chunk, byKeywords));
  }

  /** Builds a searcher. Not safe for use by many threads. */
  public static final class Builder {
    private final MessageStore messages;
    private final VectorStore vectors;
    private final Embedder embedder;
    private TextPolicy text = TextPolicy.standard();
    private int candidates = 100;
    private int rankConstant = 60;
    private double vectorWeight = 1;
    private double keywordWeight = 1;
    private double subjectBoost = 2;
    private Clock clock = Clock.systemUTC();
    private Duration coverageAge = Duration.ofSeconds(10);

    private Builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
      this.messages = messages;
      this.vectors = vectors;
      this.embedder = embedder;
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
      this.candidates = (int) requireRange("candidates", candidates, 1, 10_000);
      return this;
    }

    /**
     * Sets the constant k of reciprocal rank fusion. The greater it is, the less the first ranks
     * differ. Default: 60.
     *
     * @param rankConstant the constant, 1 to 10,000
     * @return this builder
     * @throws IllegalArgumentException if the constant is out of range
     */
    public Builder rankConstant(int rankConstant) {
      this.rankConstant = (int) requireRange("rankConstant", rankConstant, 1, 10_000);
      return this;
    }

    /**
     * Sets the weight of a rank by vectors in a hybrid search. Default: 1.
     *
     * @param vectorWeight the weight, 0 to 100
     * @return this builder
     * @throws IllegalArgumentException if the weight is out of range
     */
    public Builder vectorWeight(double vectorWeight) {
      this.vectorWeight = requireRange("vectorWeight", vectorWeight, 0, 100);
      return this;
    }

    /**
     * Sets the weight of a rank by keywords in a hybrid search. Default: 1.
     *
     * @param keywordWeight the weight, 0 to 100
     * @return this builder
     * @throws IllegalArgumentException if the weight is out of range
     */
    public Builder keywordWeight(double keywordWeight) {
      this.keywordWeight = requireRange("keywordWeight", keywordWeight, 0, 100);
      return this;
    }

    /**
     * Sets the weight of a keyword in the subject relative to the body. Default: 2.
     *
     * @param subjectBoost the weight, 1 to 100
     * @return this builder
     * @throws IllegalArgumentException if the weight is out of range
     */
    public Builder subjectBoost(double subjectBoost) {
      this.subjectBoost = requireRange("subjectBoost", subjectBoost, 1, 100);
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

    private static double requireRange(String name, double value, double min, double max) {
      if (!(value >= min && value <= max)) {
        throw new IllegalArgumentException(
            name + " is " + value + ", but must be from " + min + " to " + max);
      }
      return value;
    }
  }
}
