package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;

/** Tells how one signal of a search ended. */
public sealed interface SignalState {
  /**
   * The signal answered.
   *
   * @param mayHaveMore whether messages beyond its candidates may match
   */
  record Answered(boolean mayHaveMore) implements SignalState {}

  /** The search did not use the signal. */
  record NotAsked() implements SignalState {}

  /**
   * The signal cannot answer now. The hits are those of the other signal.
   *
   * @param cause the reason and the remedy
   */
  record Unavailable(EmbedException cause) implements SignalState {}
}
