package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;

/** A signal can't answer, for want of an index or of a capability. */
public class SearchUnavailableException extends EmbedException {
  private final Reason reason;

  /** What is wanting. */
  public enum Reason {
    /** No index was ever built, or all were retired. */
    NO_INDEX,
    /** The first index is being built. */
    FIRST_INDEX_BUILDING,
    /** The serving index was built by another model than the one that embeds the queries. */
    STALE_INDEX,
    /** The index was made for another archive than the one that is searched. */
    ARCHIVE_MISMATCH,
    /** The message store does not search keywords. */
    NO_KEYWORDS
  }

  /** What is wanting, and what to do. */
  public SearchUnavailableException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wanting. */
  public Reason reason() {
    return reason;
  }
}
