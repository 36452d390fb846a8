package io.msgvault.embed.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedderException;
import io.msgvault.embed.EmbedderUnavailableException;
import io.msgvault.embed.Purpose;
import io.msgvault.embed.http.LoopbackServer.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever a server does with what it was sent, errors and logs hold neither texts nor secrets. */
class SecrecyTest {
  private static final int DIMENSION = 16;
  private static final String KEY = "sk-Qx7vB2nLw9RtYk4z";
  private static final String HEADER = "Hd5mXc8pVj3sGf6u";
  private static final String QUERY = "Uw2kZq9bTn4xLr7e";
  private static final String TEXT =
      "Dear Anna,\nthe \"doctor\" says that it's harmless: caf\u00e9 at noon?\tYours, Bartholomew";
  private static final List<String> SECRETS =
      List.of(KEY, HEADER, QUERY, "Anna", "doctor", "harmless", "noon", "Bartholomew");

  private final LoopbackServer server = new LoopbackServer(Replies.vectors(DIMENSION));
  private final HttpEmbedder embedder = embedder(server.uri());

  private static HttpEmbedder embedder(URI base) {
    return HttpEmbedder.builder(URI.create(base + "/embeddings?api-key=" + QUERY), "m")
        .dimension(DIMENSION)
        .key(() -> KEY)
        .header("X-Api-Key", HEADER)
        .build();
  }

  @AfterEach
  void stop() {
    embedder.close();
    server.close();
  }

  private static void assertSilent(String what, String written) {
    for (String secret : SECRETS) {
      assertFalse(written.contains(secret), () -> what + " tells " + secret + ": " + written);
    }
  }

  private static String trace(Throwable failure) {
    StringWriter written = new StringWriter();
    failure.printStackTrace(new PrintWriter(written));
    return written + failure.toString();
  }

  /** What servers make of what they were sent. */
  private static List<String> echoes() {
    String escaped =
        TEXT.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
    String twice = escaped.replace("\\", "\\\\").replace("\"", "\\\"");
    String everything = "Bearer " + KEY + " " + HEADER + " " + QUERY + " ";
    return List.of(
        TEXT + everything,
        Replies.error(everything + escaped),
        Replies.error(everything + "can't embed '" + twice + "'"),
        Replies.error(everything + twice.replace("\u00e9", "\\\\u00e9")),
        Replies.error("cut " + KEY.substring(0, 12) + "***" + " " + escaped.substring(3, 70)),
        "<html><body><p>" + TEXT + "</p>" + everything + "</body></html>",
        "{\"detail\":[{\"msg\":\"no\",\"input\":\"" + escaped + everything + "\"}]}",
        "{\"unknown\":[\"" + escaped + everything + "\"]}",
        "{\"error\":{\"message\":\"" + escaped + everything,
        "\"" + escaped + everything + "\"");
  }

  private void assertSilentAbout(Reply reply) {
    server.always(reply);
    for (String text : List.of(TEXT, "Anna", "Bartholomew", TEXT + TEXT)) {
      assertSilent(
          "an error",
          trace(
              assertThrows(
                  EmbedderException.class,
                  () -> embedder.embed(List.of("x", text), Purpose.DOCUMENT))));
    }
  }

  @Test
  void errorsRepeatNothingOfWhatAServerRepeats() {
    for (String echo : echoes()) {
      for (int status : new int[] {200, 400, 401, 404, 413, 429, 500, 503}) {
        server.always(Replies.status(status, echo));
        assertSilent(
            "a " + status,
            trace(
                assertThrows(
                    EmbedderException.class,
                    () -> embedder.embed(List.of("hello", TEXT), Purpose.DOCUMENT))));
      }
    }
  }

  @Test
  void errorsRepeatNoShortTextAsAWhole() {
    server.always(Replies.status(400, Replies.error("can't embed Anna, or Bartholomew!")));
    assertSilent(
        "an error",
        trace(
            assertThrows(
                EmbedderException.class,
                () -> embedder.embed(List.of("Anna", "Bartholomew"), Purpose.DOCUMENT))));
  }

  @Test
  void errorsOfRedirectsRepeatNothing() {
    assertSilentAbout(
        Replies.status(307, "", "Location", "http://" + KEY + "@elsewhere/" + KEY + "?" + QUERY));
    assertSilentAbout(Replies.status(307, "", "Location", "http://elsewhere/" + HEADER));
    assertSilentAbout(Replies.status(307, "", "Location", "http://[" + KEY));
  }

  @Test
  void errorsOfConnectionsRepeatNothing() throws Exception {
    for (String answer :
        List.of(
            KEY + " " + TEXT + "\r\n\r\n",
            "HTTP/1.1 " + KEY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + KEY + " " + HEADER + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: " + KEY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + KEY + "\r\n")) {
      try (RawServer raw = new RawServer(answer);
          HttpEmbedder ofRaw = embedder(raw.uri())) {
        assertSilent(
            "a broken answer",
            trace(
                assertThrows(
                    EmbedderException.class,
                    () -> ofRaw.embed(List.of("hello", TEXT), Purpose.DOCUMENT))));
      }
    }
  }

  @Test
  void errorsOfTheSetUpRepeatNothing() {
    assertSilent(
        "a malformed header",
        trace(
            assertThrows(
                IllegalArgumentException.class,
                () -> HttpEmbedder.builder(server.uri(), "m").header("X", HEADER + "\n"))));
    assertSilent(
        "a user in the URL",
        trace(
            assertThrows(
                IllegalArgumentException.class,
                () -> HttpEmbedder.builder(URI.create("http://u:" + KEY + "@h/v1"), "m"))));
    for (String bad : List.of(KEY + "\n" + KEY, KEY + "\u00e9", " ")) {
      try (HttpEmbedder badKey =
          HttpEmbedder.builder(server.uri(), "m").dimension(2).key(() -> bad).build()) {
        assertSilent(
            "a malformed key",
            trace(
                assertThrows(
                    EmbedderUnavailableException.class,
                    () -> badKey.embed(List.of("x"), Purpose.QUERY))));
      }
    }
  }

  @Test
  void whatIsShownOfAnEmbedderRepeatsNothing() {
    assertEquals(
        "HttpEmbedder[http://127.0.0.1:"
            + server.uri().getPort()
            + "/v1/embeddings, m, 16"
            + " dimensions]",
        embedder.toString());
    assertSilent("the model", embedder.model().toString());
  }

  @Test
  void logsHoldNothing() {
    List<String> logged = Collections.synchronizedList(new ArrayList<>());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record.getMessage() + Arrays.deepToString(record.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = Logger.getLogger("");
    Level before = root.getLevel();
    root.setLevel(Level.ALL);
    root.addHandler(handler);
    try {
      assertDoesNotThrow(() -> embedder.embed(List.of(TEXT), Purpose.DOCUMENT));
      server.next(Replies.status(500, TEXT));
      assertThrows(EmbedderException.class, () -> embedder.embed(List.of(TEXT), Purpose.DOCUMENT));
    } finally {
      root.removeHandler(handler);
      root.setLevel(before);
    }
    // The test's own server logs each request's line, and with it the query.
    logged.removeIf(line -> line.contains("/v1/embeddings?api-key="));
    assertSilent("a log", logged.toString());
  }

  @Test
  void messagesAreOneLineAndShort() {
    server.always(Replies.status(400, "\u0007a\r\nb\u0000\u202ec " + "word ".repeat(10_000)));
    String message =
        assertThrows(EmbedderException.class, () -> embedder.embed(List.of("x"), Purpose.QUERY))
            .getMessage();
    assertTrue(message.contains("400: a b c word word"), message);
    assertTrue(message.length() < 400, message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  /** A server that says one thing, be it HTTP or not, and hangs up. */
  private static final class RawServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    RawServer(String answer) throws IOException {
      FutureTask<Void> service =
          new FutureTask<>(
              () -> {
                try (Socket client = socket.accept()) {
                  client.getOutputStream().write(answer.getBytes(UTF_8));
                  client.shutdownOutput();
                  client.getInputStream().readAllBytes();
                }
                return null;
              });
      new Thread(service).start();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
