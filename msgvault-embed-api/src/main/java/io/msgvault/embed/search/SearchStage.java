package io.msgvault.embed.search;

/** Names the parts of a search whose time is measured. */
public enum SearchStage {
  /** An embedder turns the question into a vector. */
  EMBEDDING,
  /** The vector store is searched. */
  VECTORS,
  /** The word index is searched. */
  WORDS,
  /** The scores are fused, and the hits filtered, collapsed and sorted. */
  FUSION,
  /** The reranker scores the head of the hits. */
  RERANKING,
  /** The messages of the page are read, and their passages cut out. */
  PASSAGES
}
