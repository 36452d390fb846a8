/** An embedder on an OpenAI-compatible endpoint. */
module io.msgvault.embed.http {
  requires transitive io.msgvault.embed.api;
  requires transitive java.net.http;
  requires com.fasterxml.jackson.core;

  exports io.msgvault.embed.http;
}
