package io.msgvault.embed;

/** What a text is embedded for. Some models want a different prefix for each. */
public enum Purpose {
  /** To be found. */
  DOCUMENT,
  /** To find with. */
  QUERY
}
