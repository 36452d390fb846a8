package io.msgvault.embed.store;

/**
 * Bounds one page of a scan, so that a page of huge bodies stays small in memory.
 *
 * <p>A store counts characters in the unit that its database counts fastest: UTF-16 units, code
 * points or UTF-8 bytes. Any of them will do, since the budget bounds memory and nothing else.
 *
 * @param messages the maximum number of messages of a page, at least 1
 * @param characters the maximum number of characters of a page over subject, text and HTML, at
 *     least 1; a message that exceeds it still comes, alone
 * @param bodyCharacters the cap on the text and on the HTML of each message, in code points, at
 *     least 1: the database cuts the rest
 */
public record ScanLimits(int messages, long characters, int bodyCharacters) {
  /** Checks the ranges. */
  public ScanLimits {
    if (messages < 1 || characters < 1 || bodyCharacters < 1) {
      throw new IllegalArgumentException(
          "scan limits must be at least 1, but are "
              + messages
              + ", "
              + characters
              + ", "
              + bodyCharacters);
    }
  }
}
