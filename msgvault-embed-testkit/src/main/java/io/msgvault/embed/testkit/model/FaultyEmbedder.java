package io.msgvault.embed.testkit.model;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.text.TokenCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * An embedder that fails on demand, remembers the texts it was sent, and is a {@link HashEmbedder}
 * otherwise.
 */
public final class FaultyEmbedder implements Embedder {
  /** A fault of a call. */
  public enum Fault {
    NONE,
    TRANSIENT,
    REFUSED,
    UNAVAILABLE,
    TOO_FEW,
    TOO_MANY,
    WRONG_DIMENSION,
    NOT_A_NUMBER,
    ALL_ZERO,
    UNEXPECTED
  }

  /** Small batches, so that a handful of messages takes several. */
  private static final int BATCH = 3;

  private static final int DIMENSION = 8;
  private static final int MAX_TOKENS = 16;

  private final HashEmbedder delegate = new HashEmbedder(DIMENSION, MAX_TOKENS);
  private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger calls = new AtomicInteger();
  private volatile List<Fault> faults = List.of();
  private volatile Predicate<String> refused = text -> false;
  private volatile Predicate<String> spoilt = text -> false;
  private volatile Fault spoiltFault = Fault.NONE;
  private volatile Predicate<String> overloading = text -> false;
  private volatile boolean recovering;
  private volatile boolean modelKnown = true;
  private volatile Runnable duringCalls = () -> {};
  private volatile int concurrency = 1;

  /** Creates an embedder that does not fail. */
  public FaultyEmbedder() {}

  /** Fails so in its next calls, one after the other, and works afterwards. */
  public FaultyEmbedder failing(List<Fault> next) {
    calls.set(0);
    faults = List.copyOf(next);
    return this;
  }

  /** Refuses these texts for good. */
  public FaultyEmbedder refusing(Predicate<String> texts) {
    refused = texts;
    return this;
  }

  /** Fails in one way in each call that has one of these texts. */
  public FaultyEmbedder failingOn(Predicate<String> texts, Fault fault) {
    spoilt = texts;
    spoiltFault = fault;
    return this;
  }

  /** Fails for now on these texts, and in the call after each such failure. */
  public FaultyEmbedder overloadedBy(Predicate<String> texts) {
    overloading = texts;
    recovering = false;
    return this;
  }

  /** Fails for now whenever it is asked for its model, until this is called with true. */
  public FaultyEmbedder modelKnown(boolean known) {
    modelKnown = known;
    return this;
  }

  /** Takes so many calls at once. */
  public FaultyEmbedder concurrency(int calls) {
    concurrency = calls;
    return this;
  }

  /** Does this in each call. */
  public FaultyEmbedder duringCalls(Runnable work) {
    duringCalls = work;
    return this;
  }

  /** Every text it was sent. */
  public List<String> sent() {
    return List.copyOf(sent);
  }

  /** Forgets what it was sent. */
  public void clearSent() {
    sent.clear();
  }

  public int calls() {
    return calls.get();
  }

  /** The vector of a text, as it is when nothing goes wrong. */
  public float[] vector(String text) {
    return delegate.embed(List.of(text), InputType.DOCUMENT).get(0);
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    sent.addAll(texts);
    int call = calls.getAndIncrement();
    duringCalls.run();
    if (texts.stream().anyMatch(refused)) {
      throw new RejectedInputException("too odd");
    }
    boolean overloaded = texts.stream().anyMatch(overloading);
    if (overloaded || recovering) {
      recovering = overloaded;
      throw new TransientEmbedderException("not now");
    }
    List<float[]> vectors = new ArrayList<>(delegate.embed(texts, inputType));
    Fault fault = call < faults.size() ? faults.get(call) : Fault.NONE;
    if (texts.stream().anyMatch(spoilt)) {
      fault = spoiltFault;
    }
    switch (fault) {
      case NONE -> {}
      case TRANSIENT -> throw new TransientEmbedderException("not now");
      case REFUSED -> throw new RejectedInputException("too odd");
      case UNAVAILABLE -> throw new EmbedderUnavailableException("no such model");
      case UNEXPECTED -> throw new IllegalArgumentException("a defect of the embedder");
      case TOO_FEW -> vectors.remove(0);
      case TOO_MANY -> vectors.add(vectors.get(0));
      case WRONG_DIMENSION -> vectors.set(0, Arrays.copyOf(vectors.get(0), DIMENSION + 1));
      case NOT_A_NUMBER -> vectors.get(vectors.size() - 1)[0] = Float.NaN;
      case ALL_ZERO -> Arrays.fill(vectors.get(0), 0);
    }
    return vectors;
  }

  /** Hangs until the thread is interrupted. */
  public static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientEmbedderException("interrupted", e);
    }
  }

  @Override
  public EmbedderModel model() {
    if (!modelKnown) {
      throw new TransientEmbedderException("the model is not known yet");
    }
    return delegate.model();
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    return delegate.tokenCounter();
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  @Override
  public void close() {
    delegate.close();
  }
}
