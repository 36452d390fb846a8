/** Stores in memory, a hash embedder, a manual scheduler and a settable clock, for unit tests. */
module io.msgvault.embed.memory {
  requires transitive io.msgvault.embed.api;

  exports io.msgvault.embed.memory;
}
