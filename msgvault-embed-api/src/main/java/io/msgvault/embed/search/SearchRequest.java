package io.msgvault.embed.search;

import io.msgvault.embed.MessageFilter;
import java.util.Objects;

/**
 * What to search for.
 *
 * @param text the question, not blank
 * @param filter which messages may be found
 * @param limit the most hits, 1 to {@value #MAX_LIMIT}
 */
public record SearchRequest(String text, MessageFilter filter, int limit) {
  /** The most hits that may be asked for. */
  public static final int MAX_LIMIT = 1000;

  /** Checks the ranges. */
  public SearchRequest {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a search needs a question");
    }
    Objects.requireNonNull(filter, "filter");
    requireLimit(limit);
  }

  /** The ten best of all messages. */
  public static SearchRequest of(String text) {
    return new SearchRequest(text, MessageFilter.ALL, 10);
  }

  /** The same among these messages only. */
  public SearchRequest among(MessageFilter matching) {
    return new SearchRequest(text, matching, limit);
  }

  /** The same with another limit. */
  public SearchRequest limit(int most) {
    return new SearchRequest(text, filter, most);
  }

  static int requireLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a limit must be 1 to " + MAX_LIMIT + ", but is " + limit);
    }
    return limit;
  }
}
