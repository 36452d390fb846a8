/** Embeds a few messages and answers a question. */
module org.example.plain {
  requires io.msgvault.embed.lucene;
  requires io.msgvault.embed.onnx;
  requires io.msgvault.embed.sqlite;
}
