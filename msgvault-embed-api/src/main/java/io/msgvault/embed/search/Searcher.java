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
import io.msgvault.embed.store.VectorHit;
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
 * Searches an archive by meaning, by words, or by both, the same way over every backend. Only live
 * messages that match the filter are found.
 *
 * <p>A vector search has as many hits as the limit allows and the index holds. A keyword search
 * ranks, by BM25, what the store proposes. A hybrid search asks both for their best, each for a
 * {@linkplain Builder#candidates pool} of messages, and fuses the two rankings; a keyword match
 * counts there by the part of the question's weight that its words have, so that sharing {@code
 * the} or {@code we} lifts nothing. It has as many hits as the limit allows and the two have found.
 *
 * <ul>
 *   <li><b>SR-1</b> The same archive gives the same hits, in the same order, over every backend.
 *   <li><b>SR-2</b> The pages of a search over an archive that does not change neither repeat a
 *       message nor skip one.
 *   <li><b>SR-3</b> In a hybrid search, a signal that can't answer is left out, and the result says
 *       so.
 *   <li><b>SR-4</b> An index of another archive answers nothing.
 * </ul>
 *
 * <p>Safe for use by many threads. It owns neither the stores nor the embedder.
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

  /** Starts to wire a searcher; everything else has a default. */
  public static Builder builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
    return new Builder(messages, vectors, embedder);
  }

  /**
   * Finds the messages that answer a question best.
   *
   * <p>In a hybrid search, a signal that can't answer is left out, and the result says why: there
   * is no index yet, or it was built by another model or for another archive; the embedder fails;
   * the store does not search keywords. If neither can answer, the search fails as a vector search
   * would.
   *
   * @throws SearchUnavailableException if there is no index that could answer, or the store does
   *     not search keywords
   * @throws EmbedderException if the question can't be embedded
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
   * Finds the messages that come closest in meaning to a message of the index, which itself is left
   * out.
   *
   * @param messageId the message; no hits if it is not in the index
   * @param filter what the hits match
   * @param limit the most hits, 1 to {@value SearchRequest#MAX_LIMIT}
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
    List<Fused> ranked = fusion.rankVectors(answer.hits());
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
        keywords.topMatches(request.text(), request.filter(), candidates(request));
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
    int pool = candidates(request);
    Attempt<VectorSignal.Answer> byVectors =
        Attempt.run(() -> vectors.nearest(request.text(), request.filter(), pool));
    Attempt<KeywordSignal.Answer> byKeywords =
        Attempt.run(() -> keywords.topMatches(request.text(), request.filter(), pool));
    if (byVectors.failure().isPresent() && byKeywords.failure().isPresent()) {
      EmbedException failure = byVectors.failure().get();
      failure.addSuppressed(byKeywords.failure().get());
      throw failure;
    }
    List<Fused> ranked =
        fusion.fuse(
            byVectors.answer().map(VectorSignal.Answer::hits).orElse(List.of()),
            byKeywords.answer().map(KeywordSignal.Answer::hits).orElse(List.of()));
    List<SearchHit> hits =
        hits(
            page(ranked, request.offset(), request.limit()),
            byVectors.answer(),
            byKeywords.answer(),
            Fused::score);
    return new SearchResult(
        hits,
        byVectors.state(answer -> answer.hits().size() == pool),
        byKeywords.state(KeywordSignal.Answer::hasMore),
        byVectors.answer().map(this::index));
  }

  /** It does not depend on the offset, so that all pages are of the same ranking. */
  private int candidates(SearchRequest request) {
    return Math.max(candidates, request.limit());
  }

  /** An answer, or why there is none. */
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
          .<SignalState>map(given -> new Answered(mayHaveMore.apply(given)))
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
    Map<Long, VectorHit> chunks =
        byVectors
            .filter(answer -> answer.active().fingerprint().text().equals(text.id()))
            .map(
                answer ->
                    answer.hits().stream()
                        .collect(Collectors.toMap(VectorHit::messageId, Function.identity())))
            .orElse(Map.of());
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

  /** Of the signal that counted for more. */
  private Optional<Passage> passage(
      Message message,
      Fused hit,
      Map<Long, VectorHit> chunks,
      Optional<KeywordSignal.Answer> byKeywords) {
    if (hit.keywordScore() >= hit.vectorScore()) {
      return byKeywords.flatMap(answer -> passages.aroundMatches(message, answer));
    }
    return Optional.ofNullable(chunks.get(message.id()))
        .flatMap(chunk -> passages.ofChunk(message, chunk, byKeywords));
  }

  /** Wires a searcher. Not safe for use by many threads. */
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
     * The text policy of the job, needed to show passages. Default: {@link TextPolicy#standard}.
     */
    public Builder text(TextPolicy text) {
      this.text = text;
      return this;
    }

    /**
     * How many messages each signal proposes for a keyword or hybrid search, 1 to 10,000; at least
     * the limit of the request. A search finds nothing beyond; the result says where there may be
     * more. Default: 100.
     */
    public Builder candidates(int candidates) {
      this.candidates = (int) requireRange("candidates", candidates, 1, 10_000);
      return this;
    }

    /**
     * The constant k of reciprocal rank fusion, 1 to 10,000: the greater, the less the first ranks
     * differ. Default: 60.
     */
    public Builder rankConstant(int rankConstant) {
      this.rankConstant = (int) requireRange("rankConstant", rankConstant, 1, 10_000);
      return this;
    }

    /** What a rank by vectors counts in a hybrid search, 0 to 100. Default: 1. */
    public Builder vectorWeight(double vectorWeight) {
      this.vectorWeight = requireRange("vectorWeight", vectorWeight, 0, 100);
      return this;
    }

    /** What a rank by keywords counts in a hybrid search, 0 to 100. Default: 1. */
    public Builder keywordWeight(double keywordWeight) {
      this.keywordWeight = requireRange("keywordWeight", keywordWeight, 0, 100);
      return this;
    }

    /** As how many a keyword in the subject counts, 1 to 100. Default: 2. */
    public Builder subjectBoost(double subjectBoost) {
      this.subjectBoost = requireRange("subjectBoost", subjectBoost, 1, 100);
      return this;
    }

    /** The clock for {@link #coverageAge}. Default: the system's. */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * How old the coverage in a result may be: counting takes longer than searching, so it is not
     * done for each search. Default: 10 seconds.
     */
    public Builder coverageAge(Duration coverageAge) {
      this.coverageAge = coverageAge;
      return this;
    }

    /** The searcher. */
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
