package io.msgvault.embed.search;

import io.msgvault.embed.EmbedException;

/** There is no index that could answer. */
public class SearchUnavailableException extends EmbedException {
  private final Reason reason;

  /** Why there is none. */
  public enum Reason {
    /** None was ever built, or all were retired. */
    NO_INDEX,
    /** The first one is being built. */
    FIRST_INDEX_BUILDING,
    /** The serving one was built by another model than the one that embeds the queries. */
    STALE_INDEX
  }

  /** No index can answer, and what to do. */
  public SearchUnavailableException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why there is none. */
  public Reason reason() {
    return reason;
  }
}
