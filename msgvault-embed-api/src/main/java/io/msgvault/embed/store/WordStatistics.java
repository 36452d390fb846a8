package io.msgvault.embed.store;

import io.msgvault.embed.store.WordQuery.Term;
import java.util.Map;

/**
 * Holds the figures that rank messages by words, from one snapshot.
 *
 * @param messages the messages that have a term
 * @param meanLength the mean of their lengths, in terms as {@link WordField#weight} counts them; 0
 *     where there are none
 * @param frequencies for each term that was asked for, how many messages it counts as being in
 *     (WI-8); 0 for a term that occurs in no message
 */
public record WordStatistics(long messages, double meanLength, Map<Term, Long> frequencies) {
  /** Copies the map. */
  public WordStatistics {
    frequencies = Map.copyOf(frequencies);
  }
}
