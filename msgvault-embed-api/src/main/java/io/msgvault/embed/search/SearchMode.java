package io.msgvault.embed.search;

/** Chooses the signals of a search. */
public enum SearchMode {
  /** Ranks messages by meaning: by the cosine similarity of the question and a chunk. */
  VECTOR,
  /** Ranks messages by the words that they contain: by BM25. */
  KEYWORD,
  /** Fuses both rankings, or uses one of them if the other signal cannot answer. */
  HYBRID
}
