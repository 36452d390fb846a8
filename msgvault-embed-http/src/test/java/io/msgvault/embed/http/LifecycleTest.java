package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LifecycleTest {
  private static final int DIMENSION = 16;

  private final CountDownLatch release = new CountDownLatch(1);
  private final LoopbackServer server = new LoopbackServer(ScriptedReplies.vectors(DIMENSION));
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    release.countDown();
    threads.shutdownNow();
    server.close();
  }

  private HttpEmbedder.Builder builder() {
    return HttpEmbedder.builder(server.uri(), "m").dimension(DIMENSION);
  }

  @Test
  void closeIsIdempotentAndRejectsCalls() {
    HttpEmbedder embedder = builder().build();
    embedder.close();
    embedder.close();
    assertThrows(IllegalStateException.class, () -> embedder.embed(List.of("x"), InputType.QUERY));
    assertThrows(IllegalStateException.class, () -> embedder.embed(List.of(), InputType.QUERY));
    assertThrows(IllegalStateException.class, embedder::model);
    assertThrows(IllegalStateException.class, embedder::batchSize);
    assertThrows(IllegalStateException.class, embedder::concurrency);
    assertThrows(IllegalStateException.class, embedder::tokenCounter);
    assertEquals(List.of(), server.requests());
  }

  @Test
  void closeAbortsPendingCalls() throws Exception {
    CountDownLatch came = new CountDownLatch(3);
    server.setDefaultReply(
        ScriptedReplies.delayed(came, release, ScriptedReplies.vectors(DIMENSION)));
    HttpEmbedder embedder = builder().build();
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(threads.submit(() -> embedder.embed(List.of("x"), InputType.DOCUMENT)));
    }
    came.await();
    embedder.close();
    for (Future<?> call : calls) {
      assertInstanceOf(
          IllegalStateException.class,
          assertThrows(ExecutionException.class, call::get).getCause());
    }
  }

  @Test
  void closeLeavesHostClientOpen() {
    HttpClient client = HttpClient.newHttpClient();
    builder().httpClient(client).build().close();
    try (HttpEmbedder another = builder().httpClient(client).build()) {
      assertEquals(1, another.embed(List.of("x"), InputType.DOCUMENT).size());
    }
  }

  @Test
  void closeEndsSelectorThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    HttpEmbedder embedder = builder().build();
    embedder.embed(List.of("x"), InputType.DOCUMENT);
    List<Thread> selectors =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread))
            .filter(thread -> thread.getName().endsWith("SelectorManager"))
            .toList();
    assertEquals(1, selectors.size());
    embedder.close();
    // Before Java 21 the thread ends when its client is garbage-collected.
    System.gc();
    selectors.get(0).join(30_000);
    assertFalse(selectors.get(0).isAlive());
    assertThrows(IllegalStateException.class, embedder::model);
  }

  @Test
  void interruptEndsCallAndStaysSet() throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    server.enqueue(ScriptedReplies.delayed(came, release, ScriptedReplies.vectors(DIMENSION)));
    try (HttpEmbedder embedder = builder().build()) {
      FutureTask<Boolean> call =
          new FutureTask<>(
              () -> {
                assertThrows(
                    TransientEmbedderException.class,
                    () -> embedder.embed(List.of("x"), InputType.DOCUMENT));
                return Thread.currentThread().isInterrupted();
              });
      Thread thread = new Thread(call);
      thread.start();
      came.await();
      thread.interrupt();
      assertTrue(call.get());
      assertEquals(1, embedder.embed(List.of("x"), InputType.DOCUMENT).size());
    }
  }

  @Test
  void interruptedThreadGetsNoReply() {
    try (HttpEmbedder embedder = builder().build()) {
      Thread.currentThread().interrupt();
      assertThrows(
          TransientEmbedderException.class, () -> embedder.embed(List.of("x"), InputType.DOCUMENT));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void clientWithShutDownExecutorIsUnavailable() {
    ExecutorService gone = Executors.newSingleThreadExecutor();
    HttpClient client = HttpClient.newBuilder().executor(gone).build();
    gone.shutdownNow();
    try (HttpEmbedder embedder = builder().httpClient(client).build()) {
      assertThrows(
          EmbedderUnavailableException.class,
          () -> embedder.embed(List.of("x"), InputType.DOCUMENT));
    }
  }

  @Test
  void recoveredServerIsUsedAgain() {
    try (HttpEmbedder embedder = builder().build()) {
      server.enqueue(
          (request, exchange) -> exchange.close(),
          ScriptedReplies.truncated(),
          ScriptedReplies.endless());
      for (int i = 0; i < 3; i++) {
        assertThrows(
            TransientEmbedderException.class,
            () -> embedder.embed(List.of("x"), InputType.DOCUMENT));
      }
      assertEquals(1, embedder.embed(List.of("x"), InputType.DOCUMENT).size());
    }
  }
}
