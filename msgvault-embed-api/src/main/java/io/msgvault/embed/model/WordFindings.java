package io.msgvault.embed.model;

/**
 * Counts the differences between the live messages in scope and their words. All are zero where
 * there are none.
 *
 * @param missing messages without words
 * @param stale messages whose words are of another revision
 * @param orphans messages with words that are gone, deleted, or out of scope
 */
public record WordFindings(long missing, long stale, long orphans) {
  /** The findings where there are no differences, or no words are kept. */
  public static final WordFindings NONE = new WordFindings(0, 0, 0);
}
