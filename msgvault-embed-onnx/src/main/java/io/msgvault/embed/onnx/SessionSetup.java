package io.msgvault.embed.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/**
 * Changes the options of the ONNX runtime, for example to run a model on a graphics card:
 *
 * <pre>{@code
 * OnnxEmbedder.builder().setup(options -> options.addCUDA(0))
 * }</pre>
 *
 * <p>An execution provider needs a runtime that was built with it, such as {@code
 * com.microsoft.onnxruntime:onnxruntime_gpu} instead of {@code onnxruntime}. Another provider may
 * round differently, so vectors of both should not be mixed where the last digit matters.
 */
@FunctionalInterface
public interface SessionSetup {
  /**
   * Changes the options before the model is loaded. The threads within a run and between runs are
   * set to 1 before, since the library runs several texts at once.
   *
   * @throws OrtException if the runtime has no such option or provider; the model is not loaded
   */
  void apply(OrtSession.SessionOptions options) throws OrtException;
}
