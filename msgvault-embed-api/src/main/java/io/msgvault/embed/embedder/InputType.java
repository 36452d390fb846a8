package io.msgvault.embed.embedder;

/** The use of a vector. Some models expect another prefix for each. */
public enum InputType {
  /** A text of the archive, to be found. */
  DOCUMENT,
  /** A question, to find documents with. */
  QUERY
}
