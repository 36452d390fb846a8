/** Indexes of vectors and words on an OpenSearch cluster. */
module io.msgvault.embed.opensearch {
  requires transitive io.msgvault.embed.api;
  requires transitive java.net.http;
  requires com.fasterxml.jackson.core;

  exports io.msgvault.embed.opensearch;
}
