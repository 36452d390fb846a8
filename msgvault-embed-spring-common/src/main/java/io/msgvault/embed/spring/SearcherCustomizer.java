package io.msgvault.embed.spring;

import io.msgvault.embed.search.Searcher;

/** Sets options of the searcher before it is built. Every bean of this type is called, in order. */
@FunctionalInterface
public interface SearcherCustomizer {
  /** Changes the builder. */
  void customize(Searcher.Builder searcher);
}
