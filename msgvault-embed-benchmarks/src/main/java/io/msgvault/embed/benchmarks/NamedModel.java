package io.msgvault.embed.benchmarks;

import io.msgvault.embed.onnx.OnnxEmbedder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens the model of the folder that {@code BENCH_MODEL} names, or {@link MiniLm}. The folder has
 * {@code model.onnx}, {@code tokenizer.json}, and the settings that are published beside them.
 * {@code BENCH_QUERY_PREFIX} and {@code BENCH_DOCUMENT_PREFIX} name its prefixes.
 */
final class NamedModel {
  private NamedModel() {}

  static OnnxEmbedder open() {
    return setting("BENCH_MODEL").map(Path::of).map(NamedModel::of).orElseGet(MiniLm::open);
  }

  private static OnnxEmbedder of(Path folder) {
    return OnnxEmbedder.builder()
        .model(folder.resolve("model.onnx"))
        .tokenizer(folder.resolve("tokenizer.json"))
        .name(String.valueOf(folder.getFileName()))
        .queryPrefix(setting("BENCH_QUERY_PREFIX").orElse(""))
        .documentPrefix(setting("BENCH_DOCUMENT_PREFIX").orElse(""))
        .build();
  }

  private static Optional<String> setting(String name) {
    return Optional.ofNullable(System.getenv(name));
  }
}
