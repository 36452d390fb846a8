package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;

/** What became of one signal of a search. */
public sealed interface SignalState {
  /**
   * It answered.
   *
   * @param mayHaveMore whether it may know of more messages than it was asked for
   */
  record Answered(boolean mayHaveMore) implements SignalState {}

  /** The search did not ask for it. */
  record NotAsked() implements SignalState {}

  /**
   * It can't answer now; the hits are those of the other.
   *
   * @param cause why, and what to do
   */
  record Unavailable(EmbedException cause) implements SignalState {}
}
