package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.onnx.OnnxEmbedder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Provides all-MiniLM-L6-v2, quantised, the model of the quality benchmarks. */
final class MiniLm {
  private MiniLm() {}

  static OnnxEmbedder open() {
    return OnnxEmbedder.builder()
        .modelResource("all-minilm-l6-v2-q.onnx")
        .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json")
        .maxInputTokens(256)
        .name("all-MiniLM-L6-v2")
        .build();
  }

  /** Embeds any number of texts, in batches of similar length, which need little padding. */
  static List<float[]> embed(OnnxEmbedder embedder, List<String> texts, InputType inputType) {
    int[] byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> texts.get(i).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < byLength.length; from += embedder.batchSize()) {
      int to = Math.min(byLength.length, from + embedder.batchSize());
      List<String> batch = new ArrayList<>();
      for (int i = from; i < to; i++) {
        batch.add(texts.get(byLength[i]));
      }
      List<float[]> embedded = embedder.embed(batch, inputType);
      for (int i = from; i < to; i++) {
        vectors[byLength[i]] = embedded.get(i - from);
      }
    }
    return List.of(vectors);
  }
}
