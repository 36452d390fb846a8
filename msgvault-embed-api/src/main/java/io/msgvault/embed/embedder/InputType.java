package io.msgvault.embed.embedder;

/** What a text is embedded for. Some models want a different prefix for each. */
public enum InputType {
  /** To be found. */
  DOCUMENT,
  /** To find with. */
  QUERY
}
