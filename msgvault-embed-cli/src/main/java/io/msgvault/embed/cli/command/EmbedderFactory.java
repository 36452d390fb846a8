package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.http.HttpEmbedder;
import io.msgvault.embed.onnx.OnnxEmbedder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the embedder that the options choose. */
@FunctionalInterface
public interface EmbedderFactory {
  /** The environment variable that holds the key of an endpoint. */
  String API_KEY_VARIABLE = "MSGVAULT_EMBED_API_KEY";

  /** The length of input that the bundled model was trained for. */
  int BUNDLED_MODEL_TOKENS = 256;

  /** Opens a model on this machine, or one at an endpoint. */
  EmbedderFactory DEFAULT =
      options -> {
        if (options.endpoint().isPresent()) {
          return atEndpoint(options.endpoint().get(), options);
        }
        return options.model().isPresent()
            ? fromFolder(Path.of(options.model().get()), options)
            : bundled(options);
      };

  /** Opens an embedder. */
  Embedder open(ModelOptions options);

  private static Embedder bundled(ModelOptions options) {
    return OnnxEmbedder.builder()
        .modelResource("all-minilm-l6-v2-q.onnx")
        .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json")
        .name("all-MiniLM-L6-v2")
        .maxInputTokens(BUNDLED_MODEL_TOKENS)
        .queryPrefix(options.queryPrefix())
        .documentPrefix(options.documentPrefix())
        .build();
  }

  private static Embedder fromFolder(Path folder, ModelOptions options) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "the folder "
              + folder
              + " does not exist: --model must name a folder with model.onnx and tokenizer.json");
    }
    OnnxEmbedder.Builder embedder =
        OnnxEmbedder.builder()
            .model(folder.resolve("model.onnx"))
            .tokenizer(folder.resolve("tokenizer.json"))
            .name(String.valueOf(folder.toAbsolutePath().normalize().getFileName()))
            .queryPrefix(options.queryPrefix())
            .documentPrefix(options.documentPrefix());
    options.pooling().ifPresent(embedder::pooling);
    return embedder.build();
  }

  private static Embedder atEndpoint(String url, ModelOptions options) {
    String model =
        options
            .model()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE,
                        "--endpoint also needs the name of a model there: add --model NAME"));
    HttpEmbedder.Builder embedder;
    try {
      embedder = HttpEmbedder.builder(URI.create(url), model);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--endpoint: " + e.getMessage());
    }
    if (System.getenv(API_KEY_VARIABLE) != null) {
      embedder.keyFromEnvironment(API_KEY_VARIABLE);
    }
    if (options.withoutBase64()) {
      embedder.withoutBase64();
    }
    return embedder
        .queryPrefix(options.queryPrefix())
        .documentPrefix(options.documentPrefix())
        .build();
  }
}
