package io.msgvault.embed.search;

import io.msgvault.embed.model.MessageFilter;
import java.util.Objects;

/**
 * Names a question, the signals and messages to search, and the page of hits to return.
 *
 * <p>Start from {@link #of} and change what differs:
 *
 * <pre>{@code
 * SearchRequest request = SearchRequest.of("server room").withMode(SearchMode.KEYWORD).withLimit(20);
 * }</pre>
 *
 * <p>To page through the hits of one search, keep mode, filter and limit, and raise the offset by
 * the limit. If the archive does not change and the index is exact, pages neither repeat a message
 * nor skip one. The last page is short or empty. A keyword or hybrid search ends with the
 * candidates of its signals, see {@link Searcher.Builder#candidates}.
 *
 * @param text the question, not blank; the keyword signal parses it with {@link
 *     io.msgvault.embed.store.KeywordQuery#parse}
 * @param mode the signals that search
 * @param filter the filter that hits match
 * @param offset how many of the best hits to skip, 0 to {@value #MAX_OFFSET}
 * @param limit the maximum number of hits, 1 to {@value #MAX_LIMIT}
 */
public record SearchRequest(
    String text, SearchMode mode, MessageFilter filter, int offset, int limit) {
  /** The maximum of {@link #limit()}. */
  public static final int MAX_LIMIT = 1000;

  /** The maximum of {@link #offset()}. */
  public static final int MAX_OFFSET = 100_000;

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the text is blank, or a number is out of its range
   */
  public SearchRequest {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the text of a search must not be blank");
    }
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(filter, "filter");
    if (offset < 0 || offset > MAX_OFFSET) {
      throw new IllegalArgumentException(
          "offset is " + offset + ", but must be from 0 to " + MAX_OFFSET);
    }
    requireLimit(limit);
  }

  /**
   * Returns a request for the ten best of all messages, by both signals.
   *
   * @param text the question, not blank
   * @return the request
   * @throws IllegalArgumentException if the text is blank
   */
  public static SearchRequest of(String text) {
    return new SearchRequest(text, SearchMode.HYBRID, MessageFilter.ALL, 0, 10);
  }

  /**
   * Returns this request with another mode.
   *
   * @param mode the signals that search
   * @return the changed request
   */
  public SearchRequest withMode(SearchMode mode) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  /**
   * Returns this request with another filter.
   *
   * @param filter the filter that hits match
   * @return the changed request
   */
  public SearchRequest withFilter(MessageFilter filter) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  /**
   * Returns this request with another offset.
   *
   * @param offset how many of the best hits to skip, 0 to {@value #MAX_OFFSET}
   * @return the changed request
   * @throws IllegalArgumentException if the offset is out of range
   */
  public SearchRequest withOffset(int offset) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  /**
   * Returns this request with another limit.
   *
   * @param limit the maximum number of hits, 1 to {@value #MAX_LIMIT}
   * @return the changed request
   * @throws IllegalArgumentException if the limit is out of range
   */
  public SearchRequest withLimit(int limit) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  static int requireLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "limit is " + limit + ", but must be from 1 to " + MAX_LIMIT);
    }
    return limit;
  }
}
