package io.msgvault.embed.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server may close a connection that was kept open just as the next request goes out on it. */
@Timeout(60)
class KeptConnectionTest {
  private static final int DIMENSION = 2;
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile("content-length: ([0-9]+)", Pattern.CASE_INSENSITIVE);

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  KeptConnectionTest() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    listener.close();
    threads.shutdownNow();
  }

  /** Handles one connection. */
  private interface Handler {
    void handle(Socket connection) throws Exception;
  }

  private HttpEmbedder embedder(Handler handler) {
    threads.execute(() -> accept(handler));
    URI uri = URI.create("http://localhost:" + listener.getLocalPort());
    return HttpEmbedder.builder(uri, "m").dimension(DIMENSION).build();
  }

  /** Accepts connections until the listener is closed. */
  private void accept(Handler handler) {
    while (true) {
      try {
        Socket connection = listener.accept();
        connections.incrementAndGet();
        threads.execute(() -> handle(connection, handler));
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Handles a connection and closes it. An error closes it, too. */
  private static void handle(Socket accepted, Handler handler) {
    try (Socket connection = accepted) {
      handler.handle(connection);
    } catch (Exception e) {
      assertTrue(accepted.isClosed(), e::toString);
    }
  }

  /** Reads a request; returns its body, which is empty at the end of the connection. */
  private String read(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    Matcher length = CONTENT_LENGTH.matcher(head);
    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    requests.incrementAndGet();
    return new String(body, US_ASCII);
  }

  private static void answer(Socket connection) throws IOException {
    String body = "{\"data\":[{\"index\":0,\"embedding\":[0.6,0.8]}]}";
    String reply =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    connection.getOutputStream().write(reply.getBytes(US_ASCII));
    connection.getOutputStream().flush();
  }

  private static void embed(HttpEmbedder embedder) {
    assertEquals(1, embedder.embed(List.of("x"), InputType.QUERY).size());
  }

  @Test
  void requestOnClosedConnectionGoesOutAgain() {
    // Closed when the second request comes: nothing is more certain to fail.
    try (HttpEmbedder embedder =
        embedder(
            connection -> {
              read(connection);
              answer(connection);
              read(connection);
            })) {
      for (int i = 0; i < 50; i++) {
        embed(embedder);
      }
      assertEquals(50, connections.get());
      assertEquals(99, requests.get());
    }
  }

  @Test
  void connectionClosedRightAfterAnswerIsNoFailure() {
    try (HttpEmbedder embedder =
        embedder(
            connection -> {
              read(connection);
              answer(connection);
            })) {
      for (int i = 0; i < 200; i++) {
        embed(embedder);
      }
    }
  }

  /** Several connections are kept, and the server closes all of them. */
  @Test
  void requestGoesOutUntilConnectionIsNew() throws Exception {
    CountDownLatch all = new CountDownLatch(4);
    try (HttpEmbedder embedder =
        embedder(
            connection -> {
              boolean kept = all.getCount() > 0;
              read(connection);
              all.countDown();
              all.await();
              answer(connection);
              while (!read(connection).isEmpty() && !kept) {
                answer(connection);
              }
            })) {
      for (int round = 0; round < 2; round++) {
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          calls.add(threads.submit(() -> embed(embedder)));
        }
        for (Future<?> call : calls) {
          call.get();
        }
      }
      embed(embedder);
      assertTrue(connections.get() >= 5, connections + " connections");
    }
  }

  @Test
  void newConnectionThatIsClosedIsTransientFailure() {
    try (HttpEmbedder embedder = embedder(this::read)) {
      assertThrows(TransientEmbedderException.class, () -> embed(embedder));
      assertEquals(1, requests.get());
    }
  }

  @Test
  void serverThatClosesAllConnectionsIsTransientFailure() {
    try (HttpEmbedder embedder =
        embedder(
            connection -> {
              read(connection);
              if (connections.get() == 1) {
                answer(connection);
                read(connection);
              }
            })) {
      embed(embedder);
      assertThrows(TransientEmbedderException.class, () -> embed(embedder));
      assertEquals(3, requests.get());
    }
  }

  /** A text ends each worker of the server that gets it, while other workers answer other texts. */
  @Test
  void textThatEndsConnectionsGoesOutFewTimes() throws Exception {
    AtomicInteger deadly = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    try (HttpEmbedder embedder =
        embedder(
            connection -> {
              for (String body = read(connection); !body.isEmpty(); body = read(connection)) {
                if (body.contains("deadly")) {
                  deadly.incrementAndGet();
                  return;
                }
                answer(connection);
              }
            })) {
      List<Future<?>> others = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        others.add(
            threads.submit(
                () -> {
                  while (!done.get()) {
                    embed(embedder);
                  }
                }));
      }
      for (int i = 0; i < 10; i++) {
        assertThrows(
            TransientEmbedderException.class,
            () -> embedder.embed(List.of("deadly"), InputType.DOCUMENT));
      }
      done.set(true);
      for (Future<?> other : others) {
        other.get();
      }
      assertTrue(deadly.get() <= 10 * 5, deadly + " times");
    }
  }
}
