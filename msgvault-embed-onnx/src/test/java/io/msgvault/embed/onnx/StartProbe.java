package io.msgvault.embed.onnx;

import io.msgvault.embed.embedder.EmbedderUnavailableException;

/** A separate process that starts an embedder twice, and prints how each start ended. */
final class StartProbe {
  private StartProbe() {}

  public static void main(String[] arguments) {
    for (int start = 0; start < 2; start++) {
      try {
        TestModels.miniLm().build().close();
        System.out.println("started");
      } catch (EmbedderUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
