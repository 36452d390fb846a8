package io.msgvault.embed.search;

import io.msgvault.embed.model.MessageFilter;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Names a question, the signals and messages to search, and the page of hits to return.
 *
 * <p>Start from {@link #of} and change what differs:
 *
 * <pre>{@code
 * SearchRequest request = SearchRequest.of("server room").withMode(SearchMode.KEYWORD).withLimit(20);
 * }</pre>
 *
 * <p>To page through the hits of one search, change the offset alone, and raise it by the limit. If
 * the archive does not change and the index is exact, pages neither repeat a message nor skip one.
 * The last page is short or empty. A search ends with the candidates of its signals, see {@link
 * Searcher.Builder#candidates}. Only a vector search that is neither collapsed nor sorted by date
 * goes on to the end of the index.
 *
 * <p>Requests are immutable and equal by value.
 */
public final class SearchRequest {
  /** The maximum of {@link #limit()}. */
  public static final int MAX_LIMIT = 1000;

  /** The maximum of {@link #offset()}. */
  public static final int MAX_OFFSET = 100_000;

  /** The maximum of {@link #passages()}. */
  public static final int MAX_PASSAGES = 20;

  /** Orders the hits of a search. */
  public enum Sort {
    /** The best come first. */
    RELEVANCE,
    /** Of all candidates, the latest come first, and those without a time last. */
    NEWEST,
    /** Of all candidates, the earliest come first, and those without a time last. */
    OLDEST
  }

  private final String text;
  private final SearchMode mode;
  private final MessageFilter filter;
  private final int offset;
  private final int limit;
  private final OptionalDouble minScore;
  private final Sort sort;
  private final boolean collapsed;
  private final int passages;

  private SearchRequest(Changes changes) {
    text = changes.text;
    mode = Objects.requireNonNull(changes.mode, "mode");
    filter = Objects.requireNonNull(changes.filter, "filter");
    offset = requireRange("offset", changes.offset, 0, MAX_OFFSET);
    limit = requireLimit(changes.limit);
    minScore = changes.minScore;
    sort = Objects.requireNonNull(changes.sort, "sort");
    collapsed = changes.collapsed;
    passages = requireRange("passages", changes.passages, 0, MAX_PASSAGES);
    if (text.isBlank()) {
      throw new IllegalArgumentException("the text of a search must not be blank");
    }
    if (Double.isNaN(minScore.orElse(0))) {
      throw new IllegalArgumentException("the least score is not a number");
    }
  }

  /**
   * Returns a request for the ten best of all messages, by both signals.
   *
   * @param text the question, not blank. The keyword signal reads it with {@link
   *     io.msgvault.embed.store.WordQuery#parse}
   * @throws IllegalArgumentException if the text is blank
   */
  public static SearchRequest of(String text) {
    return new SearchRequest(new Changes(text));
  }

  /**
   * Reads a request from what a user typed, with dates in UTC. See {@link #parse(String, ZoneId)}.
   *
   * @throws SearchSyntaxException if a filter cannot be read, or there is nothing but filters
   */
  public static SearchRequest parse(String typed) {
    return parse(typed, ZoneOffset.UTC);
  }

  /**
   * Reads a request from what a user typed: a question, and filters in the usual words.
   *
   * <pre>{@code
   * from:anna@example.org label:work -label:spam before:2026-01-01 "server room" hot
   * }</pre>
   *
   * <p>The filters are {@code from:}, {@code to:}, {@code cc:}, {@code bcc:}, {@code recipients:}
   * or {@code with:}, {@code subject:}, {@code label:}, {@code source:}, {@code type:}, {@code
   * has:attachment}, {@code conversation:}, {@code before:}, {@code after:}, {@code larger:} and
   * {@code smaller:}. A minus before a filter leaves out what matches it. Of several values of one
   * filter, a message needs one; of several filters, it needs all. {@code subject:}, dates and
   * sizes take one value. A value with spaces stands in double quotes.
   *
   * <ul>
   *   <li>People are given by their whole address, or by {@code @example.org} for a domain. A name
   *       without {@code @} is a whole address too, as archives of chats have them. To find people
   *       by a part of their name, search for it as a word.
   *   <li>Times are {@code 2026}, {@code 2026-01}, {@code 2026-01-31} or {@code
   *       2026-01-31T12:00:00Z}. {@code after:} includes the time, {@code before:} does not.
   *   <li>Sizes are bytes, or a number with {@code k}, {@code M} or {@code G}. Both bounds are
   *       included.
   * </ul>
   *
   * <p>All else is the question, quotation marks included, which make phrases. Other words with a
   * colon, such as {@code http://x}, {@code 10:30} or {@code note: x}, are text, and so is a filter
   * in quotation marks.
   *
   * @param typed any text
   * @param zone the time zone of dates
   * @throws SearchSyntaxException if a filter cannot be read, or there is nothing but filters
   */
  public static SearchRequest parse(String typed, ZoneId zone) {
    return new RequestParser(typed, zone).parse();
  }

  /** Returns this request with another question, not blank. */
  public SearchRequest withText(String text) {
    Changes changes = changes();
    changes.text = text;
    return new SearchRequest(changes);
  }

  /** Returns this request with other signals. */
  public SearchRequest withMode(SearchMode mode) {
    Changes changes = changes();
    changes.mode = mode;
    return new SearchRequest(changes);
  }

  /** Returns this request with another filter, which all hits match. */
  public SearchRequest withFilter(MessageFilter filter) {
    Changes changes = changes();
    changes.filter = filter;
    return new SearchRequest(changes);
  }

  /**
   * Returns this request with another offset: how many of the first hits to skip.
   *
   * @param offset 0 to {@value #MAX_OFFSET}
   * @throws IllegalArgumentException if the offset is out of range
   */
  public SearchRequest withOffset(int offset) {
    Changes changes = changes();
    changes.offset = offset;
    return new SearchRequest(changes);
  }

  /**
   * Returns this request with another maximum number of hits.
   *
   * @param limit 1 to {@value #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public SearchRequest withLimit(int limit) {
    Changes changes = changes();
    changes.limit = limit;
    return new SearchRequest(changes);
  }

  /**
   * Returns this request without the hits below a score. {@link SearchHit#score} says what scores
   * mean in each mode.
   *
   * @throws IllegalArgumentException if the score is not a number
   */
  public SearchRequest withMinScore(double minScore) {
    Changes changes = changes();
    changes.minScore = OptionalDouble.of(minScore);
    return new SearchRequest(changes);
  }

  /** Returns this request in another order. */
  public SearchRequest withSort(Sort sort) {
    Changes changes = changes();
    changes.sort = sort;
    return new SearchRequest(changes);
  }

  /**
   * Returns this request with one hit for each conversation, the best of it, or with all hits. A
   * message without a conversation is one by itself. To see a whole conversation, search again with
   * {@link MessageFilter.Builder#conversations}.
   */
  public SearchRequest withCollapsed(boolean collapsed) {
    Changes changes = changes();
    changes.collapsed = collapsed;
    return new SearchRequest(changes);
  }

  /**
   * Returns this request with another maximum number of passages of each hit. A request without
   * passages reads no texts. Default: 1.
   *
   * @param passages 0 to {@value #MAX_PASSAGES}
   * @throws IllegalArgumentException if the number is out of range
   */
  public SearchRequest withPassages(int passages) {
    Changes changes = changes();
    changes.passages = passages;
    return new SearchRequest(changes);
  }

  /** Returns the question, not blank. */
  public String text() {
    return text;
  }

  /** Returns the signals that search. */
  public SearchMode mode() {
    return mode;
  }

  /** Returns the filter that hits match. */
  public MessageFilter filter() {
    return filter;
  }

  /** Returns how many of the first hits to skip. */
  public int offset() {
    return offset;
  }

  /** Returns the maximum number of hits. */
  public int limit() {
    return limit;
  }

  /** Returns the least score of a hit, if there is one. */
  public OptionalDouble minScore() {
    return minScore;
  }

  /** Returns the order of the hits. */
  public Sort sort() {
    return sort;
  }

  /** Returns whether there is one hit for each conversation. */
  public boolean collapsed() {
    return collapsed;
  }

  /** Returns the maximum number of passages of each hit. */
  public int passages() {
    return passages;
  }

  static int requireLimit(int limit) {
    return requireRange("limit", limit, 1, MAX_LIMIT);
  }

  private static int requireRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + ", but must be from " + min + " to " + max);
    }
    return value;
  }

  private Changes changes() {
    Changes changes = new Changes(text);
    changes.mode = mode;
    changes.filter = filter;
    changes.offset = offset;
    changes.limit = limit;
    changes.minScore = minScore;
    changes.sort = sort;
    changes.collapsed = collapsed;
    changes.passages = passages;
    return changes;
  }

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("text", text);
    components.put("mode", mode);
    components.put("filter", filter);
    components.put("offset", offset);
    components.put("limit", limit);
    components.put("minScore", minScore);
    components.put("sort", sort);
    components.put("collapsed", collapsed);
    components.put("passages", passages);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SearchRequest that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "SearchRequest" + components();
  }

  /** Holds the values of the next request. */
  private static final class Changes {
    private String text;
    private SearchMode mode = SearchMode.HYBRID;
    private MessageFilter filter = MessageFilter.ALL;
    private int offset;
    private int limit = 10;
    private OptionalDouble minScore = OptionalDouble.empty();
    private Sort sort = Sort.RELEVANCE;
    private boolean collapsed;
    private int passages = 1;

    private Changes(String text) {
      this.text = text;
    }
  }
}
