package io.msgvault.embed.cli;

import io.msgvault.embed.Embedder;
import io.msgvault.embed.onnx.OnnxEmbedder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the embedder that the options name. */
@FunctionalInterface
interface Embedders {
  /** A model on this machine; the one that comes with the command if none is named. */
  Embedders LOCAL = folder -> folder.map(Embedders::inFolder).orElseGet(Embedders::bundled);

  /**
   * Opens an embedder.
   *
   * @param model the folder of a model, if one is named
   */
  Embedder open(Optional<Path> model);

  private static Embedder bundled() {
    return OnnxEmbedder.builder()
        .modelResource("all-minilm-l6-v2-q.onnx")
        .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json")
        .name("all-MiniLM-L6-v2-q")
        .build();
  }

  private static Embedder inFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "there is no folder "
              + folder
              + ": --model names one with model.onnx and tokenizer.json");
    }
    return OnnxEmbedder.builder()
        .model(folder.resolve("model.onnx"))
        .tokenizer(folder.resolve("tokenizer.json"))
        .name(String.valueOf(folder.toAbsolutePath().normalize().getFileName()))
        .build();
  }
}
