package io.msgvault.embed.memory;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.text.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * An embedder without a model, for unit tests: texts that share words get similar vectors. It is
 * deterministic, on every machine and for all time. It needs no file and no network, and embeds
 * hundreds of thousands of texts a second.
 *
 * <p>A word is a run of letters and digits, in lower case. Each occurrence adds or subtracts 1 at a
 * few components that its hash chooses, and the sum is brought to length 1. This is the signed
 * hashing of features after Weinberger et al., <i>Feature Hashing for Large Scale Multitask
 * Learning</i>, 2009. A text without words is hashed as a whole.
 *
 * <p>A word is also what it counts as a token. Words beyond the model's longest input are not seen,
 * as with a real model. There are no prefixes, and both input types give the same vectors.
 */
public final class HashEmbedder implements Embedder {
  /** The number of components that a word changes. */
  private static final int TOUCHED = 4;

  private static final int DEFAULT_DIMENSION = 64;
  private static final int DEFAULT_MAX_TOKENS = 256;

  private final EmbedderModel model;
  private volatile boolean closed;

  /** An embedder of 64 dimensions whose longest input is 256 words. */
  public HashEmbedder() {
    this(DEFAULT_DIMENSION, DEFAULT_MAX_TOKENS);
  }

  /**
   * An embedder of this size.
   *
   * @param dimension the number of components, at least 2
   * @param maxTokens the longest input in words, at least 1
   */
  public HashEmbedder(int dimension, int maxTokens) {
    model = new EmbedderModel("hash-" + dimension, dimension, maxTokens, "", "", true);
  }

  @Override
  public EmbedderModel model() {
    requireOpen();
    return model;
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    requireOpen();
    return texts.stream().map(this::embed).toList();
  }

  private float[] embed(String text) {
    double[] sum = new double[model.dimension()];
    words(text).stream().limit(model.maxTokens()).forEach(word -> add(sum, word.lowered));
    if (isZero(sum)) {
      add(sum, text);
    }
    if (isZero(sum)) {
      sum[0] = 1;
    }
    return normalised(sum);
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    requireOpen();
    return Optional.of(text -> words(text).stream().mapToInt(Word::end).toArray());
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the embedder is closed");
    }
  }

  private record Word(String lowered, int end) {}

  private static List<Word> words(String text) {
    List<Word> words = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && Character.isLetterOrDigit(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      if (end > start) {
        words.add(new Word(text.substring(start, end).toLowerCase(Locale.ROOT), end));
        start = end;
      } else {
        start += Character.charCount(text.codePointAt(start));
      }
    }
    return words;
  }

  private static void add(double[] sum, String feature) {
    long hash = feature.length();
    for (int i = 0; i < feature.length(); i++) {
      hash = mixed(hash ^ feature.charAt(i));
    }
    for (int i = 0; i < TOUCHED; i++) {
      hash = mixed(hash);
      int component = (int) Long.remainderUnsigned(hash >>> 1, sum.length);
      sum[component] += (hash & 1) == 0 ? 1 : -1;
    }
  }

  /** One step of the generator SplitMix64, after Steele, Lea and Flood, 2014. */
  private static long mixed(long state) {
    long z = state + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static boolean isZero(double[] sum) {
    return DoubleStream.of(sum).allMatch(component -> component == 0);
  }

  private static float[] normalised(double[] sum) {
    double length = Math.sqrt(DoubleStream.of(sum).map(component -> component * component).sum());
    float[] vector = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      vector[i] = (float) (sum[i] / length);
    }
    return vector;
  }
}
