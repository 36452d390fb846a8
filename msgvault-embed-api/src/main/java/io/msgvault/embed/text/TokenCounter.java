package io.msgvault.embed.text;

/** The capability of an embedder to tell how its model cuts a text into tokens. Safe for concurrent use. */
@FunctionalInterface
public interface TokenCounter {
  /**
   * Where the tokens of a text end.
   *
   * @param text a text, without prefix
   * @return for each token, except those that the model adds of its own, the UTF-16 offset just after it, non-decreasing;
   *     empty for a text without tokens
   */
  int[] tokenEnds(String text);
}
