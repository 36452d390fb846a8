package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;

/** Tells how one signal of a search, or its reranker, ended. */
public sealed interface SignalState {
  /**
   * Says that the signal answered.
   *
   * @param mayHaveMore whether messages beyond its candidates may match; for a reranker, whether
   *     there are hits beyond those that it reordered
   */
  record Answered(boolean mayHaveMore) implements SignalState {}

  /** Says that the search did not use the signal. */
  record NotAsked() implements SignalState {}

  /**
   * Says that the signal cannot answer now. The hits are those of the other signal; without a
   * reranker, they keep their order.
   *
   * @param cause the reason and the remedy
   */
  record Unavailable(EmbedException cause) implements SignalState {}
}
