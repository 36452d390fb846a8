/** An embedder on a local ONNX model. */
module io.msgvault.embed.onnx {
  requires transitive io.msgvault.embed.api;
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.microsoft.onnxruntime;
  requires java.logging;

  exports io.msgvault.embed.onnx;
}
