package io.msgvault.embed.benchmarks;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.onnx.OnnxEmbedder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares our embedder with LangChain4j's in-process model, for the same file (all-MiniLM-L6-v2,
 * quantised) and texts of mixed length.
 */
final class OnnxBenchmark implements Bench.Benchmark {
  private static final int ROUNDS = 5;
  private static final int MAX_WORDS = 90;
  private static final String[] WORDS =
      ("the a of to and in is it you that was for on are with as they be at one have this from by hot word but what some "
              + "we can out other were all there when up use your how said an each she which do their time if will way "
              + "about many then them write would like so these her long make thing see him two has look more day could "
              + "go come did number sound no most people my over know water than call first who may down side been now "
              + "find transmitter invoice harbour engine committee temperature schedule antenna broadcast insurance")
          .split(" ");

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) {
    List<String> texts = texts(scale.of(2000));
    List<TextSegment> segments = texts.stream().map(TextSegment::from).toList();
    EmbeddingModel theirs = new AllMiniLmL6V2QuantizedEmbeddingModel();
    double[] ratios = new double[ROUNDS];
    double[] ourRates = new double[ROUNDS];
    double lowest = 1;
    try (OnnxEmbedder ours =
        OnnxEmbedder.builder()
            .modelResource("all-minilm-l6-v2-q.onnx")
            .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json")
            .maxInputTokens(256)
            .name("all-MiniLM-L6-v2")
            .build()) {
      for (int round = -1; round < ROUNDS; round++) {
        long began = System.nanoTime();
        List<float[]> our = embed(ours, texts);
        long middle = System.nanoTime();
        List<Embedding> their = theirs.embedAll(segments).content();
        long end = System.nanoTime();
        double ourRate = texts.size() * 1e9 / (middle - began);
        double theirRate = texts.size() * 1e9 / (end - middle);
        System.out.printf(
            "%s: ours %.1f texts/s, LangChain4j %.1f texts/s, ratio %.2f%n",
            round < 0 ? "warm-up" : "round " + (round + 1),
            ourRate,
            theirRate,
            ourRate / theirRate);
        if (round >= 0) {
          ratios[round] = ourRate / theirRate;
          ourRates[round] = ourRate;
        }
        for (int i = 0; i < texts.size(); i++) {
          lowest = Math.min(lowest, cosine(our.get(i), their.get(i).vector()));
        }
      }
    }
    return new BenchmarkResult()
        .put("ratio", Measurements.median(ratios))
        .put("cosine", lowest)
        .put("texts_per_s", Measurements.median(ourRates));
  }

  private static List<float[]> embed(OnnxEmbedder embedder, List<String> texts) {
    List<float[]> vectors = new ArrayList<>(texts.size());
    int batch = embedder.batchSize();
    for (int from = 0; from < texts.size(); from += batch) {
      vectors.addAll(
          embedder.embed(
              texts.subList(from, Math.min(texts.size(), from + batch)), InputType.DOCUMENT));
    }
    return vectors;
  }

  private static List<String> texts(int count) {
    SplittableRandom random = new SplittableRandom(11);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = random.nextInt(3, MAX_WORDS); word > 0; word--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squaresA * squaresB);
  }
}
