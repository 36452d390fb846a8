package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;

/** Holds an embedder to calls from several threads, to closing and to interrupts. */
public interface EmbedderConcurrencyRules extends EmbedderContext {
  @Rule("EM-3")
  @Example
  default void concurrentCallsAreIndependent() {
    int rounds = effort().of(5);
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = EmbedderContext.sentences(12);
      List<float[]> expected = embedder.embed(texts, InputType.DOCUMENT);
      List<Expect.ThrowingRunnable> racers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int from = i * 3;
        racers.add(
            () -> {
              for (int round = 0; round < rounds; round++) {
                List<float[]> vectors =
                    embedder.embed(texts.subList(from, from + 3), InputType.DOCUMENT);
                for (int j = 0; j < 3; j++) {
                  EmbedderContext.requireSame(
                      expected.get(from + j),
                      vectors.get(j),
                      "text no. " + (from + j + 1) + " embedded among other calls");
                }
              }
            });
      }
      ConcurrentCalls.runAll(racers);
    }
  }

  @Rule("EM-3")
  @Example
  default void closedEmbedderThrows() {
    try (EmbedderFixture fixture = openFixture();
        Embedder another = fixture.open()) {
      Embedder embedder = fixture.open();
      embedder.embed(List.of("tea"), InputType.DOCUMENT);
      embedder.close();
      embedder.close();
      Expect.thrown(
          IllegalStateException.class,
          "a call of a closed embedder",
          () -> embedder.embed(List.of("tea"), InputType.DOCUMENT));
      EmbedderContext.requireFit(
          another, List.of("tea"), another.embed(List.of("tea"), InputType.DOCUMENT));
    }
  }

  @Rule("EM-3")
  @Example
  default void closeDuringCallsIsClean() {
    int rounds = effort().of(5);
    for (int round = 0; round < rounds; round++) {
      try (EmbedderFixture fixture = openFixture();
          Embedder embedder = fixture.open()) {
        AtomicInteger calls = new AtomicInteger();
        List<String> texts = EmbedderContext.sentences(3);
        Expect.ThrowingRunnable call =
            () -> {
              while (true) {
                try {
                  EmbedderContext.requireFit(
                      embedder, texts, embedder.embed(texts, InputType.DOCUMENT));
                  calls.incrementAndGet();
                } catch (IllegalStateException closed) {
                  return;
                }
              }
            };
        Expect.ThrowingRunnable close =
            () -> {
              while (calls.get() < 2) {
                Thread.onSpinWait();
              }
              embedder.close();
            };
        ConcurrentCalls.runAll(List.of(call, call, close));
      }
    }
  }

  @Rule("EM-3")
  @Example
  default void interruptedCallSucceedsOrFailsTransiently() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = EmbedderContext.sentences(2);
      Expect.ThrowingRunnable call =
          () -> {
            Thread.currentThread().interrupt();
            try {
              EmbedderContext.requireFit(
                  embedder, texts, embedder.embed(texts, InputType.DOCUMENT));
            } catch (TransientEmbedderException e) {
              Expect.that(
                  Thread.currentThread().isInterrupted(),
                  "a call that gave up for an interrupt has cleared it");
            }
          };
      ConcurrentCalls.runWithTimeout(call);
    }
  }
}
