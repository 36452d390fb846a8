package io.msgvault.embed.search;

import io.msgvault.embed.model.MessageFilter;
import java.util.Objects;

/**
 * What to search for.
 *
 * <p>Pages of one search have the same mode, filter and limit, and offsets that are multiples of
 * the limit. Over an archive that does not change and an index that is exact, they neither repeat a
 * message nor skip one; the last one is short or empty. A keyword or hybrid search ends with its
 * pools, see {@link Searcher.Builder#candidates}.
 *
 * @param text the question, not blank; for keywords, it is read as {@link
 *     io.msgvault.embed.store.KeywordQuery#parse} does
 * @param mode by which signals
 * @param filter which messages may be found
 * @param offset how many of the best hits to leave out, 0 to {@value #MAX_OFFSET}
 * @param limit the most hits, 1 to {@value #MAX_LIMIT}
 */
public record SearchRequest(
    String text, SearchMode mode, MessageFilter filter, int offset, int limit) {
  /** The most hits that may be asked for. */
  public static final int MAX_LIMIT = 1000;

  /** The most hits that may be left out. */
  public static final int MAX_OFFSET = 100_000;

  /** Checks the ranges. */
  public SearchRequest {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a search needs a question");
    }
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(filter, "filter");
    if (offset < 0 || offset > MAX_OFFSET) {
      throw new IllegalArgumentException(
          "an offset must be 0 to " + MAX_OFFSET + ", but is " + offset);
    }
    requireLimit(limit);
  }

  /** The ten best of all messages, by both signals. */
  public static SearchRequest of(String text) {
    return new SearchRequest(text, SearchMode.HYBRID, MessageFilter.ALL, 0, 10);
  }

  /** The same by other signals. */
  public SearchRequest mode(SearchMode mode) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  /** The same among these messages only. */
  public SearchRequest filter(MessageFilter filter) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  /** The same without the best hits. */
  public SearchRequest offset(int offset) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  /** The same with another limit. */
  public SearchRequest limit(int limit) {
    return new SearchRequest(text, mode, filter, offset, limit);
  }

  static int requireLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a limit must be 1 to " + MAX_LIMIT + ", but is " + limit);
    }
    return limit;
  }
}
