/** Stores in memory, a hash embedder, a manual scheduler and a settable clock, for unit tests. */
@SuppressWarnings("module") // The kit is built after this module.
module io.msgvault.embed.memory {
  requires transitive io.msgvault.embed.api;

  exports io.msgvault.embed.memory;
  exports io.msgvault.embed.memory.internal to
      io.msgvault.embed.testkit;
}
