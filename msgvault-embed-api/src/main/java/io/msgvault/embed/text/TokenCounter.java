package io.msgvault.embed.text;

/**
 * The capability of an embedder to tell how its model cuts a text into tokens, so that chunks fit
 * the model instead of losing their ends silently.
 *
 * <p>An implementation must be as safe for concurrent use as the embedder that offers it, and must
 * give the same answer for the same text.
 */
@FunctionalInterface
public interface TokenCounter {
  /**
   * Returns where each token of a text ends.
   *
   * <p>Special tokens and the prefixes that the embedder adds are not counted, and nothing is cut
   * off however long the text is. A token that stands for no character of the text ends where its
   * predecessor does; tokens that share a character (bytes of one code point) end at the same
   * offset.
   *
   * <p>The {@link Chunker} takes it that a piece of the text that begins and ends at white space
   * has, on its own, no more tokens than it has within the text. A tokenizer that may need a token
   * more at the start of a text must say so by a smaller limit given to the chunker.
   *
   * @param text any text, also an empty one
   * @return for each token the UTF-16 offset after its last character, never decreasing, from 0 to
   *     the length of the text; empty for a text without tokens; the caller owns the array
   */
  int[] tokenEnds(String text);
}
