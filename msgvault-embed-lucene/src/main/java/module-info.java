/** A word index in a local Lucene directory, and stemmers of many languages. */
module io.msgvault.embed.lucene {
  requires transitive io.msgvault.embed.api;
  // Lucene unmaps its files by it, on Java before 21.
  requires jdk.unsupported;
  requires org.apache.lucene.analysis.common;
  requires org.apache.lucene.core;

  exports io.msgvault.embed.lucene;
}
