package io.msgvault.embed.search;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.WordCoverage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds the hits of a search, the state of its signals, and the indexes that answered. A {@link
 * Searcher} makes it. Immutable.
 */
public final class SearchResult {
  private final List<SearchHit> hits;
  private final SignalState vector;
  private final SignalState keyword;
  private final SignalState reranker;
  private final Optional<Index> index;
  private final Optional<WordCoverage> words;
  private final Map<SearchStage, Duration> times;

  private SearchResult(Builder builder) {
    hits = List.copyOf(builder.hits);
    vector = builder.vector;
    keyword = builder.keyword;
    reranker = builder.reranker;
    index = builder.index;
    words = builder.words;
    times = Map.copyOf(builder.times);
  }

  /**
   * Returns a builder of a result with these hits, of which no signal was asked. A host's test may
   * stand in for a searcher with it.
   */
  public static Builder builder(List<SearchHit> hits) {
    return new Builder(hits);
  }

  /** Returns the hits of the page, in the order of the request. */
  public List<SearchHit> hits() {
    return hits;
  }

  /** Returns the state of the vector signal. */
  public SignalState vector() {
    return vector;
  }

  /** Returns the state of the keyword signal. */
  public SignalState keyword() {
    return keyword;
  }

  /**
   * Returns the state of the reranker. If it is unavailable, the hits are in the order that they
   * have without it.
   */
  public SignalState reranker() {
    return reranker;
  }

  /** Returns the index that answered; empty if the vector signal did not answer. */
  public Optional<Index> index() {
    return index;
  }

  /**
   * Returns how complete the word index was when that was last counted, see {@link
   * Searcher.Builder#coverageAge}; empty if the keyword signal did not answer. While it is not
   * complete, some messages are not found by their words, or by those of an earlier text.
   */
  public Optional<WordCoverage> words() {
    return words;
  }

  /** Returns how long each stage took that was reached. */
  public Map<SearchStage, Duration> times() {
    return times;
  }

  @Override
  public String toString() {
    return "SearchResult{hits="
        + hits
        + ", vector="
        + vector
        + ", keyword="
        + keyword
        + ", reranker="
        + reranker
        + ", index="
        + index
        + ", words="
        + words
        + "}";
  }

  /**
   * Names the index that answered.
   *
   * @param generation the active generation
   * @param coverage how much of the archive the generation covered when that was last counted, see
   *     {@link Searcher.Builder#coverageAge}
   */
  public record Index(Generation generation, Coverage coverage) {}

  /** Collects the parts of a result. */
  public static final class Builder {
    private final List<SearchHit> hits;
    private SignalState vector = new SignalState.NotAsked();
    private SignalState keyword = new SignalState.NotAsked();
    private SignalState reranker = new SignalState.NotAsked();
    private Optional<Index> index = Optional.empty();
    private Optional<WordCoverage> words = Optional.empty();
    private Map<SearchStage, Duration> times = Map.of();

    private Builder(List<SearchHit> hits) {
      this.hits = hits;
    }

    /** Sets the state of the vector signal. */
    public Builder vector(SignalState vector) {
      this.vector = vector;
      return this;
    }

    /** Sets the state of the keyword signal. */
    public Builder keyword(SignalState keyword) {
      this.keyword = keyword;
      return this;
    }

    /** Sets the state of the reranker. */
    public Builder reranker(SignalState reranker) {
      this.reranker = reranker;
      return this;
    }

    /** Sets the index that answered. */
    public Builder index(Optional<Index> index) {
      this.index = index;
      return this;
    }

    /** Sets how complete the word index is. */
    public Builder words(Optional<WordCoverage> words) {
      this.words = words;
      return this;
    }

    /** Sets how long each stage took. */
    public Builder times(Map<SearchStage, Duration> times) {
      this.times = times;
      return this;
    }

    /** Returns the result. */
    public SearchResult build() {
      return new SearchResult(this);
    }
  }
}
