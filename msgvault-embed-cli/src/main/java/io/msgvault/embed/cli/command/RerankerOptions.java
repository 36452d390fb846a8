package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.onnx.OnnxReranker;
import io.msgvault.embed.search.Reranker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option for a model that reorders the best hits. */
final class RerankerOptions {
  @Option(
      names = "--reranker",
      paramLabel = "DIR",
      description =
          "Let a cross-encoder reorder the best hits: a folder with its model.onnx and"
              + " tokenizer.json.")
  private Optional<Path> folder = Optional.empty();

  /** Opens the reranker, if one is wanted. */
  Optional<Reranker> open() {
    return folder.map(RerankerOptions::open);
  }

  private static Reranker open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "the folder "
              + folder
              + " does not exist: --reranker must name a folder with model.onnx and"
              + " tokenizer.json");
    }
    return OnnxReranker.builder()
        .model(folder.resolve("model.onnx"))
        .tokenizer(folder.resolve("tokenizer.json"))
        .build();
  }
}
