package io.msgvault.embed.text;

/**
 * Tells where a model cuts a text into tokens.
 *
 * <p>An embedder that can do so lets chunks fit its model. Otherwise a model may silently drop the
 * end of a chunk.
 *
 * <p>An implementation must be as safe for concurrent use as the embedder that offers it. It must
 * give the same answer for the same text.
 */
@FunctionalInterface
public interface TokenCounter {
  /**
   * Returns where each token of a text ends.
   *
   * <ul>
   *   <li>Special tokens and the prefixes that the embedder adds are not counted.
   *   <li>Nothing is cut off, however long the text is.
   *   <li>A token that stands for no character of the text ends where its predecessor does.
   *   <li>Tokens that share a character (bytes of one code point) end at the same offset.
   * </ul>
   *
   * <p>The {@link Chunker} assumes that a piece between white space has no more tokens on its own
   * than within the text. If a tokenizer may need one token more at the start of a text, give the
   * chunker a smaller limit.
   *
   * @param text any text, also an empty one
   * @return for each token the UTF-16 offset after its last character, never decreasing, from 0 to
   *     the length of the text. Empty for a text without tokens. The caller owns the array
   */
  int[] tokenEnds(String text);
}
