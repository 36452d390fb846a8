package io.msgvault.embed.onnx;

import static io.msgvault.embed.embedder.InputType.DOCUMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.text.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Checks rule EM-3, and when threads start and end. */
class LifecycleTest {
  private static final List<String> TEXTS =
      IntStream.range(0, 24).mapToObj(i -> "text " + "word ".repeat(i) + i).toList();

  @Test
  void closedEmbedderRejectsCalls() {
    OnnxEmbedder embedder = TestModels.miniLm().build();
    TokenCounter counter = embedder.tokenCounter().orElseThrow();
    embedder.close();
    assertThrows(IllegalStateException.class, () -> embedder.embed(TEXTS, DOCUMENT));
    assertThrows(IllegalStateException.class, () -> embedder.embed(List.of(), DOCUMENT));
    assertThrows(IllegalStateException.class, embedder::model);
    assertThrows(IllegalStateException.class, embedder::batchSize);
    assertThrows(IllegalStateException.class, embedder::concurrency);
    assertThrows(IllegalStateException.class, embedder::tokenCounter);
    assertThrows(IllegalStateException.class, () -> counter.tokenEnds("word"));
  }

  @Test
  void closeWaitsForPendingCalls() throws Exception {
    for (int round = 0; round < 3; round++) {
      OnnxEmbedder embedder = TestModels.miniLm().threads(2).build();
      TokenCounter counter = embedder.tokenCounter().orElseThrow();
      int callers = 4;
      ExecutorService threads = Executors.newFixedThreadPool(callers);
      CountDownLatch begun = new CountDownLatch(callers);
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        calls.add(
            threads.submit(
                () -> {
                  int done = 0;
                  while (true) {
                    try {
                      assertEquals(TEXTS.size(), embedder.embed(TEXTS, DOCUMENT).size());
                      assertEquals(1, counter.tokenEnds("word").length);
                      if (done++ == 0) {
                        begun.countDown();
                      }
                    } catch (IllegalStateException closed) {
                      return done;
                    }
                  }
                }));
      }
      try {
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        embedder.close();
        for (Future<Integer> call : calls) {
          assertTrue(call.get() > 0);
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void threadsStartWithFirstBatchAndEndWithClose() throws InterruptedException {
    Set<Thread> before = poolThreads();
    OnnxEmbedder embedder = TestModels.miniLm().threads(3).build();
    embedder.embed(List.of("one query"), DOCUMENT);
    assertEquals(before, poolThreads(), "one text needs no thread");
    embedder.embed(TEXTS, DOCUMENT);
    Set<Thread> started = poolThreads();
    started.removeAll(before);
    assertEquals(2, started.size());
    embedder.close();
    for (Thread helper : started) {
      assertTrue(helper.isDaemon());
      helper.join(60_000);
      assertFalse(helper.isAlive());
    }
  }

  @Test
  void singleThreadStartsNoThreads() {
    Set<Thread> before = poolThreads();
    try (OnnxEmbedder embedder = TestModels.miniLm().threads(1).build()) {
      embedder.embed(TEXTS, DOCUMENT);
      assertEquals(before, poolThreads());
      assertEquals(Runtime.getRuntime().availableProcessors(), embedder.concurrency());
    }
    try (OnnxEmbedder embedder = TestModels.miniLm().threads(16).build()) {
      assertEquals(2, embedder.concurrency());
      assertEquals(64, embedder.batchSize());
    }
  }

  private static Set<Thread> poolThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("msgvault-embed-onnx-"))
        .collect(Collectors.toSet());
  }
}
