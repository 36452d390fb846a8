package io.msgvault.embed.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
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

/** Checks that errors and logs hold no texts and no secrets, whatever the server sends. */
class SecrecyTest {
  private static final int DIMENSION = 16;
  private static final String KEY = "sk-Qx7vB2nLw9RtYk4z";
  private static final String HEADER = "Hd5mXc8pVj3sGf6u";
  private static final String QUERY = "Uw2kZq9bTn4xLr7e";
  private static final String TEXT =
      "Dear Anna,\nthe \"doctor\" says that it's harmless: caf\u00e9 at noon?\tYours, Bartholomew";
  private static final List<String> SECRETS =
      List.of(KEY, HEADER, QUERY, "Anna", "doctor", "harmless", "noon", "Bartholomew");

  private final LoopbackServer server = new LoopbackServer(ScriptedReplies.vectors(DIMENSION));
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

  private static void assertNoSecrets(String what, String written) {
    for (String secret : SECRETS) {
      assertFalse(written.contains(secret), () -> what + " tells " + secret + ": " + written);
    }
  }

  private static String trace(Throwable failure) {
    StringWriter written = new StringWriter();
    failure.printStackTrace(new PrintWriter(written));
    return written + failure.toString();
  }

  /** The ways in which servers repeat what they were sent. */
  private static List<String> echoes() {
    String escaped =
        TEXT.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
    String twice = escaped.replace("\\", "\\\\").replace("\"", "\\\"");
    String everything = "Bearer " + KEY + " " + HEADER + " " + QUERY + " ";
    return List.of(
        TEXT + everything,
        ScriptedReplies.error(everything + escaped),
        ScriptedReplies.error(everything + "can't embed '" + twice + "'"),
        ScriptedReplies.error(everything + twice.replace("\u00e9", "\\\\u00e9")),
        ScriptedReplies.error(
            "cut " + KEY.substring(0, 12) + "***" + " " + escaped.substring(3, 70)),
        "<html><body><p>" + TEXT + "</p>" + everything + "</body></html>",
        "{\"detail\":[{\"msg\":\"no\",\"input\":\"" + escaped + everything + "\"}]}",
        "{\"unknown\":[\"" + escaped + everything + "\"]}",
        "{\"error\":{\"message\":\"" + escaped + everything,
        "\"" + escaped + everything + "\"");
  }

  private void assertErrorHidesSecrets(Reply reply) {
    server.setDefaultReply(reply);
    for (String text : List.of(TEXT, "Anna", "Bartholomew", TEXT + TEXT)) {
      assertNoSecrets(
          "an error",
          trace(
              assertThrows(
                  EmbedderException.class,
                  () -> embedder.embed(List.of("x", text), InputType.DOCUMENT))));
    }
  }

  @Test
  void errorsHideServerEchoes() {
    for (String echo : echoes()) {
      for (int status : new int[] {200, 400, 401, 404, 413, 429, 500, 503}) {
        server.setDefaultReply(ScriptedReplies.status(status, echo));
        assertNoSecrets(
            "a " + status,
            trace(
                assertThrows(
                    EmbedderException.class,
                    () -> embedder.embed(List.of("hello", TEXT), InputType.DOCUMENT))));
      }
    }
  }

  @Test
  void errorsHideShortTexts() {
    server.setDefaultReply(
        ScriptedReplies.status(400, ScriptedReplies.error("can't embed Anna, or Bartholomew!")));
    assertNoSecrets(
        "an error",
        trace(
            assertThrows(
                EmbedderException.class,
                () -> embedder.embed(List.of("Anna", "Bartholomew"), InputType.DOCUMENT))));
  }

  @Test
  void redirectErrorsHideSecrets() {
    assertErrorHidesSecrets(
        ScriptedReplies.status(
            307, "", "Location", "http://" + KEY + "@elsewhere/" + KEY + "?" + QUERY));
    assertErrorHidesSecrets(
        ScriptedReplies.status(307, "", "Location", "http://elsewhere/" + HEADER));
    assertErrorHidesSecrets(ScriptedReplies.status(307, "", "Location", "http://[" + KEY));
  }

  @Test
  void connectionErrorsHideSecrets() throws Exception {
    for (String answer :
        List.of(
            KEY + " " + TEXT + "\r\n\r\n",
            "HTTP/1.1 " + KEY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + KEY + " " + HEADER + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: " + KEY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + KEY + "\r\n")) {
      try (RawServer raw = new RawServer(answer);
          HttpEmbedder ofRaw = embedder(raw.uri())) {
        assertNoSecrets(
            "a malformed reply",
            trace(
                assertThrows(
                    EmbedderException.class,
                    () -> ofRaw.embed(List.of("hello", TEXT), InputType.DOCUMENT))));
      }
    }
  }

  @Test
  void configurationErrorsHideSecrets() {
    assertNoSecrets(
        "a malformed header",
        trace(
            assertThrows(
                IllegalArgumentException.class,
                () -> HttpEmbedder.builder(server.uri(), "m").header("X", HEADER + "\n"))));
    assertNoSecrets(
        "a user in the URL",
        trace(
            assertThrows(
                IllegalArgumentException.class,
                () -> HttpEmbedder.builder(URI.create("http://u:" + KEY + "@h/v1"), "m"))));
    for (String bad : List.of(KEY + "\n" + KEY, KEY + "\u00e9", " ")) {
      try (HttpEmbedder badKey =
          HttpEmbedder.builder(server.uri(), "m").dimension(2).key(() -> bad).build()) {
        assertNoSecrets(
            "a malformed key",
            trace(
                assertThrows(
                    EmbedderUnavailableException.class,
                    () -> badKey.embed(List.of("x"), InputType.QUERY))));
      }
    }
  }

  @Test
  void toStringHidesSecrets() {
    assertEquals(
        "HttpEmbedder[http://127.0.0.1:"
            + server.uri().getPort()
            + "/v1/embeddings, m, 16"
            + " dimensions]",
        embedder.toString());
    assertNoSecrets("the model", embedder.model().toString());
  }

  @Test
  void logsHideSecrets() {
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
      assertDoesNotThrow(() -> embedder.embed(List.of(TEXT), InputType.DOCUMENT));
      server.enqueue(ScriptedReplies.status(500, TEXT));
      assertThrows(
          EmbedderException.class, () -> embedder.embed(List.of(TEXT), InputType.DOCUMENT));
    } finally {
      root.removeHandler(handler);
      root.setLevel(before);
    }
    // The server of this test logs the line of each request, which contains the query.
    logged.removeIf(line -> line.contains("/v1/embeddings?api-key="));
    assertNoSecrets("a log", logged.toString());
  }

  @Test
  void messagesAreOneLineAndShort() {
    server.setDefaultReply(
        ScriptedReplies.status(400, "\u0007a\r\nb\u0000\u202ec " + "word ".repeat(10_000)));
    String message =
        assertThrows(EmbedderException.class, () -> embedder.embed(List.of("x"), InputType.QUERY))
            .getMessage();
    assertTrue(message.contains("400: a b c word word"), message);
    assertTrue(message.length() < 400, message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  /** Starts a server that sends one text, which need not be HTTP, and disconnects. */
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
