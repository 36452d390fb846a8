package io.msgvault.embed.testkit;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.text.TokenCounter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Embedders that are broken in one way each. */
final class EmbedderMutants {
  private EmbedderMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.embedder(
            "EM-1",
            "texts are sorted by length, and their vectors stay so",
            embedding(
                (real, texts, inputType) ->
                    real.embed(
                        texts.stream().sorted(Comparator.comparing(String::length)).toList(),
                        inputType))),
        Mutant.embedder(
            "EM-1",
            "more texts than a batch holds are dropped",
            embedding(
                (real, texts, inputType) ->
                    real.embed(
                        texts.subList(0, Math.min(texts.size(), real.batchSize())), inputType))),
        Mutant.embedder(
            "EM-1",
            "vectors are not of the length that the model declares",
            embedding(
                (real, texts, inputType) -> {
                  List<float[]> vectors = real.embed(texts, inputType);
                  vectors.forEach(vector -> scale(vector, 2));
                  return vectors;
                })),
        Mutant.embedder(
            "EM-1",
            "equal texts share one array",
            embedding(
                (real, texts, inputType) -> {
                  Map<String, float[]> known = new HashMap<>();
                  return texts.stream()
                      .map(
                          text ->
                              known.computeIfAbsent(
                                  text, t -> real.embed(List.of(t), inputType).get(0)))
                      .toList();
                })),
        Mutant.embedder(
            "EM-1",
            "a text longer than half the declared limit is cut silently",
            embedding(
                (real, texts, inputType) ->
                    real.embed(texts.stream().map(EmbedderMutants::cut).toList(), inputType))),
        Mutant.embedder("EM-1", "tokens end beyond the text", EmbedderMutants::miscounting),
        Mutant.embedder(
            "EM-2",
            "a text is padded with what its neighbours need",
            embedding(
                (real, texts, inputType) -> {
                  List<float[]> vectors = new ArrayList<>(real.embed(texts, inputType));
                  List<float[]> mixed = new ArrayList<>();
                  for (float[] vector : vectors) {
                    float[] copy = vector.clone();
                    for (float[] neighbour : vectors) {
                      for (int i = 0; i < copy.length; i++) {
                        copy[i] += 0.05f * neighbour[i];
                      }
                    }
                    scale(copy, 1 / length(copy));
                    mixed.add(copy);
                  }
                  return mixed;
                })),
        Mutant.embedder("EM-3", "all calls share one buffer", SharedBuffer::new),
        Mutant.embedder(
            "EM-3",
            "a closed embedder goes on",
            embedder ->
                new ForwardingEmbedder(embedder) {
                  @Override
                  public void close() {
                    // The session stays open.
                  }
                }),
        Mutant.embedder(
            "EM-4",
            "a refusal looks like a failure that may pass",
            embedding(
                (real, texts, inputType) -> {
                  try {
                    return real.embed(texts, inputType);
                  } catch (RejectedInputException e) {
                    throw new TransientEmbedderException("try again", e);
                  }
                })),
        Mutant.embedder(
            "EM-4",
            "a wrong set-up looks like a refusal",
            embedding(
                (real, texts, inputType) -> {
                  try {
                    return real.embed(texts, inputType);
                  } catch (EmbedderUnavailableException e) {
                    throw new RejectedInputException("unknown model", e);
                  }
                })),
        Mutant.embedder(
            "EM-4",
            "an error holds the text",
            embedding(
                (real, texts, inputType) -> {
                  try {
                    return real.embed(texts, inputType);
                  } catch (RejectedInputException e) {
                    throw new RejectedInputException("can't embed " + texts, e);
                  }
                })),
        Mutant.embedder(
            "EM-4", "one refused text makes all that follow fail", StuckAfterRefusal::new),
        Mutant.embedder(
            "EM-4",
            "a busy server gives no vectors and no error",
            embedding(
                (real, texts, inputType) -> {
                  try {
                    return real.embed(texts, inputType);
                  } catch (TransientEmbedderException e) {
                    return List.of();
                  }
                })));
  }

  private interface Embedding {
    List<float[]> embed(Embedder real, List<String> texts, InputType inputType);
  }

  private static UnaryOperator<Embedder> embedding(Embedding embedding) {
    return embedder ->
        new ForwardingEmbedder(embedder) {
          @Override
          public List<float[]> embed(List<String> texts, InputType inputType) {
            return embedding.embed(super.embedder, texts, inputType);
          }
        };
  }

  private static void scale(float[] vector, double by) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] * by);
    }
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }

  private static String cut(String text) {
    return text.length() > 500 ? text.substring(0, 500) : text;
  }

  private static Embedder miscounting(Embedder embedder) {
    return new ForwardingEmbedder(embedder) {
      @Override
      public Optional<TokenCounter> tokenCounter() {
        return super.tokenCounter()
            .map(
                counter ->
                    text -> {
                      int[] ends = counter.tokenEnds(text);
                      for (int i = 0; i < ends.length; i++) {
                        ends[i]++;
                      }
                      return ends;
                    });
      }
    };
  }

  /** What a call has read is overwritten by the next. */
  private static final class SharedBuffer extends ForwardingEmbedder {
    private final Rendezvous meeting = new Rendezvous();
    private volatile List<String> buffer = List.of();

    SharedBuffer(Embedder embedder) {
      super(embedder);
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      buffer = texts;
      meeting.await();
      List<String> read = buffer;
      return super.embed(read.size() == texts.size() ? read : texts, inputType);
    }
  }

  private static final class StuckAfterRefusal extends ForwardingEmbedder {
    private boolean stuck;

    StuckAfterRefusal(Embedder embedder) {
      super(embedder);
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      if (stuck) {
        throw new RejectedInputException("refused");
      }
      try {
        return super.embed(texts, inputType);
      } catch (RejectedInputException e) {
        stuck = true;
        throw e;
      }
    }
  }

  /** An embedder that passes each call to another embedder; override a method to change it. */
  private static class ForwardingEmbedder implements Embedder {
    final Embedder embedder;

    ForwardingEmbedder(Embedder embedder) {
      this.embedder = embedder;
    }

    @Override
    public EmbedderModel model() {
      return embedder.model();
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      return embedder.embed(texts, inputType);
    }

    @Override
    public Optional<TokenCounter> tokenCounter() {
      return embedder.tokenCounter();
    }

    @Override
    public int batchSize() {
      return embedder.batchSize();
    }

    @Override
    public void close() {
      embedder.close();
    }
  }
}
