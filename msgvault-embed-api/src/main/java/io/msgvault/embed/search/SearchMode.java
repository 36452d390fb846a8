package io.msgvault.embed.search;

/** By which signals a search finds messages. */
public enum SearchMode {
  /** By what they mean: the cosine similarity of question and passage. */
  VECTOR,
  /** By the words they contain, ranked by BM25. */
  KEYWORD,
  /** By both, fused by their ranks; by one of them where the other can't answer. */
  HYBRID
}
