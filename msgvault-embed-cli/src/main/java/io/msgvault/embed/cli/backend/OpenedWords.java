package io.msgvault.embed.cli.backend;

import io.msgvault.embed.store.WordIndex;
import java.util.Optional;

/**
 * Holds the words of an archive, as far as they can be used.
 *
 * @param index the words; empty if they can't be used
 * @param note what is wrong with them, or was before they were made anew; empty if nothing is
 */
public record OpenedWords(Optional<WordIndex> index, Optional<String> note) {
  /** No words, of which nothing is wrong. */
  public static final OpenedWords NONE = new OpenedWords(Optional.empty(), Optional.empty());

  static OpenedWords of(WordIndex index) {
    return new OpenedWords(Optional.of(index), Optional.empty());
  }

  static OpenedWords unusable(String note) {
    return new OpenedWords(Optional.empty(), Optional.of(note));
  }
}
