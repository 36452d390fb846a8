package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An embedder without computation: it returns prepared vectors, optionally after a fixed time for
 * each request.
 */
final class CannedEmbedder implements Embedder {
  private static final int VECTORS = 4096;

  private final EmbedderModel model;
  private final float[][] vectors = new float[VECTORS][];
  private final long nanosPerRequest;
  private final int concurrency;

  CannedEmbedder(int dimension) {
    this(dimension, 0, 1);
  }

  CannedEmbedder(int dimension, int millisPerRequest, int concurrency) {
    this.model = new EmbedderModel("free", dimension, Integer.MAX_VALUE, "", "", false);
    this.nanosPerRequest = TimeUnit.MILLISECONDS.toNanos(millisPerRequest);
    this.concurrency = concurrency;
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < VECTORS; i++) {
      vectors[i] = new float[dimension];
      for (int j = 0; j < dimension; j++) {
        vectors[i][j] = (float) random.nextDouble(-1, 1);
      }
    }
  }

  @Override
  public EmbedderModel model() {
    return model;
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    long until = System.nanoTime() + nanosPerRequest;
    List<float[]> answer = new ArrayList<>(texts.size());
    for (String text : texts) {
      answer.add(vectors[Math.floorMod(text.hashCode(), VECTORS)]);
    }
    while (nanosPerRequest > 0 && System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
    return answer;
  }

  @Override
  public int batchSize() {
    return 32;
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  @Override
  public void close() {}
}
