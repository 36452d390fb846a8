/** An embedder on a local ONNX model. */
module io.msgvault.embed.onnx {
  requires transitive io.msgvault.embed.api;
  requires ai.djl.tokenizers;
  requires com.microsoft.onnxruntime;

  exports io.msgvault.embed.onnx;
}
