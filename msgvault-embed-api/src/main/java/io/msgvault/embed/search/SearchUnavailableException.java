package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;

/** Reports that a signal or the reranker cannot answer, and why. Nothing was changed. */
public class SearchUnavailableException extends EmbedException {
  private final Reason reason;

  /** Names the missing condition. */
  public enum Reason {
    /** There is no index: none was built, or all were retired. */
    NO_INDEX,
    /** The first index is still being built. */
    FIRST_INDEX_BUILDING,
    /** The active index was built with another model than the searcher's embedder. */
    STALE_INDEX,
    /** The index belongs to another archive than the one that is searched. */
    ARCHIVE_MISMATCH,
    /** The searcher has no word index, or the index was lost and is not made anew yet. */
    NO_KEYWORDS,
    /** The reranker failed, or gave scores that cannot be used. */
    RERANKER_FAILED,
    /** The reranker did not answer in time. */
    RERANKER_LATE
  }

  /**
   * Creates an exception.
   *
   * @param reason the missing condition
   * @param message the condition and the remedy in words
   */
  public SearchUnavailableException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Creates an exception with a cause.
   *
   * @param reason the missing condition
   * @param message the condition and the remedy in words
   * @param cause the error that told of it
   */
  public SearchUnavailableException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * Returns the missing condition.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
