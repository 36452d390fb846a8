/** An embedder and a reranker on local ONNX models. */
module io.msgvault.embed.onnx {
  requires transitive io.msgvault.embed.api;
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.fasterxml.jackson.core;
  requires transitive com.microsoft.onnxruntime;
  requires java.logging;

  exports io.msgvault.embed.onnx;
}
