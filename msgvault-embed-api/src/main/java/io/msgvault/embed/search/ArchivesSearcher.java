package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Searches several archives at once, such as a helpdesk's tickets and their comments, and merges
 * their hits. Each hit says which archive it is from, because ids belong to one archive.
 *
 * <pre>{@code
 * ArchivesSearcher helpdesk =
 *     ArchivesSearcher.builder().archive("tickets", tickets).archive("comments", comments).build();
 * helpdesk
 *     .search(SearchRequest.of("printer smells of smoke"))
 *     .hits()
 *     .forEach(found -> open(found.archive(), found.hit().messageId()));
 * }</pre>
 *
 * <p>Hits are merged by their scores, which mean the same in every archive: see {@link
 * SearchHit#score}. So the searchers should have the same model, and the same reranker if any.
 * Where each of them reranked, the scores of the reranker come first. Hits of equal score come in
 * the order of the archives. A request may sort the hits by date instead, as in one archive.
 *
 * <p>A filter applies in each archive. One on something that an archive does not map matches
 * nothing there. A collapsed search collapses the conversations of each archive by itself.
 *
 * <p>See rule SR-11 in docs/contract.md.
 *
 * <p>Safe for use by many threads. It owns none of the searchers' stores and embedders.
 */
public final class ArchivesSearcher {
  private static final Comparator<Found> BY_SCORE =
      Comparator.comparingDouble((Found found) -> found.candidate.score()).reversed();

  private static final Comparator<Found> BY_RERANKED =
      Comparator.comparingDouble(
              (Found found) -> found.candidate.reranked().orElse(Double.NEGATIVE_INFINITY))
          .reversed()
          .thenComparing(BY_SCORE);

  /** A candidate of one archive. */
  private record Found(String archive, Candidate candidate) {}

  private final Map<String, Searcher> searchers;

  private ArchivesSearcher(Builder builder) {
    searchers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.searchers));
    if (searchers.isEmpty()) {
      throw new IllegalArgumentException("name at least one archive to search");
    }
  }

  /** Returns a builder without archives. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Finds the messages of all archives that match a question best.
   *
   * <p>Each archive is asked for its ranking up to the end of the page, one archive after the
   * other. So a page costs more the further behind it is. The question is embedded once for each
   * model. Texts are read for the hits of the page only.
   *
   * <p>An archive that cannot answer is left out, and the result says why. If none can, the search
   * throws the exception of the first, with those of the others suppressed.
   *
   * @param request the question and the page of hits
   * @return the hits, and the result or the failure of each archive
   * @throws EmbedException if no archive can answer
   */
  public ArchivesResult search(SearchRequest request) {
    QuestionVectors question = new QuestionVectors(request.text());
    Map<String, Searcher.Ranking> rankings = new LinkedHashMap<>();
    Map<String, EmbedException> failures = new LinkedHashMap<>();
    searchers.forEach(
        (archive, searcher) ->
            attempt(archive, failures, () -> searcher.rank(request, question))
                .ifPresent(ranking -> rankings.put(archive, ranking)));
    while (!rankings.isEmpty()) {
      List<Found> page =
          merge(rankings, request).stream().skip(request.offset()).limit(request.limit()).toList();
      Map<String, SearchResult> answers = new LinkedHashMap<>();
      rankings.forEach(
          (archive, ranking) ->
              attempt(archive, failures, () -> page(archive, ranking, page))
                  .ifPresent(answer -> answers.put(archive, answer)));
      if (answers.keySet().equals(rankings.keySet())) {
        return new ArchivesResult(hits(page, answers), answers, failures);
      }
      rankings.keySet().retainAll(answers.keySet()); // the page has room for hits of the others
    }
    throw first(failures);
  }

  /** Returns what an archive answers; notes its failure if it cannot. */
  private static <T> Optional<T> attempt(
      String archive, Map<String, EmbedException> failures, Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (EmbedException e) {
      failures.put(archive, e);
      return Optional.empty();
    }
  }

  /** Merges the rankings. The sort is stable, so hits of one archive keep their order. */
  private static List<Found> merge(Map<String, Searcher.Ranking> rankings, SearchRequest request) {
    List<Found> all = new ArrayList<>();
    rankings.forEach(
        (archive, ranking) ->
            ranking.candidates().forEach(candidate -> all.add(new Found(archive, candidate))));
    if (request.sort() != SearchRequest.Sort.RELEVANCE) {
      all.sort(
          Comparator.comparing(Found::candidate, Arrangement.byDate(request.sort()))
              .thenComparing(BY_SCORE));
    } else {
      boolean reranked =
          rankings.values().stream()
              .allMatch(ranking -> ranking.reranker() instanceof SignalState.Answered);
      all.sort(reranked ? BY_RERANKED : BY_SCORE);
    }
    return all;
  }

  private SearchResult page(String archive, Searcher.Ranking ranking, List<Found> page) {
    List<Candidate> own =
        page.stream().filter(found -> found.archive.equals(archive)).map(Found::candidate).toList();
    return Objects.requireNonNull(searchers.get(archive)).page(ranking, own);
  }

  /** Returns the hits of all answers in the order of the page. */
  private static List<ArchivesResult.Hit> hits(
      List<Found> page, Map<String, SearchResult> answers) {
    Map<String, Iterator<SearchHit>> next = new HashMap<>();
    answers.forEach((archive, answer) -> next.put(archive, answer.hits().iterator()));
    return page.stream()
        .map(Found::archive)
        .map(
            archive ->
                new ArchivesResult.Hit(archive, Objects.requireNonNull(next.get(archive)).next()))
        .toList();
  }

  private static EmbedException first(Map<String, EmbedException> failures) {
    List<EmbedException> all = List.copyOf(failures.values());
    EmbedException first = all.get(0);
    all.stream().skip(1).filter(other -> other != first).forEach(first::addSuppressed);
    return first;
  }

  /** Collects archives. Not safe for use by many threads. */
  public static final class Builder {
    private final Map<String, Searcher> searchers = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds an archive.
     *
     * @param name the name that its hits carry
     * @param searcher the searcher over it
     * @throws IllegalArgumentException if the name is given already
     */
    public Builder archive(String name, Searcher searcher) {
      if (searchers.putIfAbsent(name, Objects.requireNonNull(searcher, "searcher")) != null) {
        throw new IllegalArgumentException("two archives are called " + name + ": rename one");
      }
      return this;
    }

    /**
     * Returns the searcher.
     *
     * @throws IllegalArgumentException if no archive was added
     */
    public ArchivesSearcher build() {
      return new ArchivesSearcher(this);
    }
  }
}
