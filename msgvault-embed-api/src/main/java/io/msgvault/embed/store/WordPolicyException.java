package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;

/**
 * Reports words that another version of the analysis or another stemmer made. Nothing was changed.
 */
public class WordPolicyException extends StoreException {
  private final String found;
  private final String expected;

  /**
   * Describes both policies, and the remedy.
   *
   * @param location names the directory, the file or the schema, without credentials
   * @param found the policy of the words that are there
   * @param expected the policy of the analyzer that they were opened with
   * @param remedy names the call that removes the words, such as {@code LuceneWordIndex.uninstall}
   */
  public WordPolicyException(String location, String found, String expected, String remedy) {
    super(
        location
            + ": its words have the policy "
            + found
            + ", not "
            + expected
            + ": open it with the analyzer of its policy, or call "
            + remedy
            + " and install it anew");
    this.found = found;
    this.expected = expected;
  }

  /** Returns the policy of the words that are there. */
  public String found() {
    return found;
  }

  /** Returns the policy of the analyzer that they were opened with. */
  public String expected() {
    return expected;
  }
}
