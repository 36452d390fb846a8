package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Gives each text a fixed vector near one of some thousand, without a model. */
final class CloudEmbedder implements Embedder {
  private static final int DIMENSION = 64;
  private static final int CENTRES = 4000;

  private final PerturbedVectors cloud;

  CloudEmbedder() {
    SplittableRandom random = new SplittableRandom(5);
    this.cloud =
        new PerturbedVectors(Stream.generate(() -> centre(random)).limit(CENTRES).toList(), 3);
  }

  private static float[] centre(SplittableRandom random) {
    float[] vector = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextDouble(-1, 1);
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  @Override
  public EmbedderModel model() {
    return new EmbedderModel("cloud", DIMENSION, Integer.MAX_VALUE, "", "", true);
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return texts.stream().map(text -> cloud.vector(text.hashCode())).toList();
  }

  @Override
  public int batchSize() {
    return 256;
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public void close() {}
}
