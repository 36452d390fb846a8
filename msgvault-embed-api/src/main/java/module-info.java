/**
 * Keeps vectors and words true to an archive of messages, and searches it. Backends and embedders
 * implement the interfaces of its packages {@code store} and {@code embedder}.
 */
module io.msgvault.embed.api {
  requires static transitive org.jspecify;
  requires org.jsoup;
  requires org.slf4j;

  exports io.msgvault.embed;
  exports io.msgvault.embed.archive;
  exports io.msgvault.embed.embedder;
  exports io.msgvault.embed.embedder.support;
  exports io.msgvault.embed.mapping;
  exports io.msgvault.embed.migration;
  exports io.msgvault.embed.model;
  exports io.msgvault.embed.search;
  exports io.msgvault.embed.search.evaluation;
  exports io.msgvault.embed.search.retrieval;
  exports io.msgvault.embed.store;
  exports io.msgvault.embed.store.support;
  exports io.msgvault.embed.text;
}
