package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.msgvault.embed.cli.command.EmbedderFactory;
import io.msgvault.embed.cli.command.ShutdownHook;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with the model of a server. */
class EndpointTest {
  @TempDir private Path folder;
  private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
  private final AtomicInteger encodings = new AtomicInteger();
  private final HttpServer server;

  EndpointTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void startServer() {
    server.createContext("/v1/embeddings", this::handle);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void endpointEmbedsMailAndQueries() throws IOException {
    Path mail = Files.writeString(folder.resolve("in.mbox"), SampleMail.mbox(3));
    assertEquals(ExitCode.OK, run("import", mail.toString()));
    assertTrue(received.isEmpty());
    String[] model = {
      "--endpoint",
      "http://localhost:" + server.getAddress().getPort(),
      "--model",
      "hash",
      "--query-prefix",
      "query: ",
      "--document-prefix",
      "passage: "
    };
    assertEquals(ExitCode.OK, run(concat(model, "embeddings", "build")));
    assertTrue(received.contains("passage: number 1\n\ntext of word1"), received.toString());
    received.clear();
    assertEquals(ExitCode.OK, run(concat(model, "search", "word1")));
    assertTrue(received.contains("query: word1"), received.toString());
    assertFalse(received.stream().anyMatch(text -> text.startsWith("passage: number")));
  }

  @Test
  void noBase64AsksForNumbers() throws IOException {
    Path mail = Files.writeString(folder.resolve("in.mbox"), SampleMail.mbox(3));
    run("import", mail.toString());
    String[] model = {
      "--endpoint", "http://localhost:" + server.getAddress().getPort(), "--model", "hash"
    };
    assertEquals(ExitCode.OK, run(concat(model, "embeddings", "build", "--no-base64")));
    assertEquals(0, encodings.get());
    assertEquals(ExitCode.OK, run(concat(model, "search", "word1")));
    assertTrue(encodings.get() > 0);
  }

  @Test
  void endpointRequiresModel() throws IOException {
    Path mail = Files.writeString(folder.resolve("in.mbox"), SampleMail.mbox(3));
    run("import", mail.toString());
    assertEquals(ExitCode.USAGE, run("embeddings", "build", "--endpoint", "http://localhost:1/v1"));
    assertEquals(
        ExitCode.USAGE, run("embeddings", "build", "--endpoint", "no such thing", "--model", "m"));
  }

  @Test
  void folderWithoutModelIsUsageError() throws IOException {
    Path mail = Files.writeString(folder.resolve("in.mbox"), SampleMail.mbox(3));
    run("import", mail.toString());
    assertEquals(ExitCode.USAGE, run("embeddings", "build", "--model", "no such folder"));
    assertEquals(ExitCode.FAILED, run("embeddings", "build", "--model", folder.toString()));
  }

  private int run(String... arguments) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return new MsgvaultEmbed(
            new Console(nowhere, nowhere, OptionalInt.empty(), OptionalInt.empty()),
            Clock.systemUTC(),
            EmbedderFactory.DEFAULT,
            new ShutdownHook())
        .run(concat(arguments, "--db", folder.resolve("archive.db").toString()));
  }

  private static String[] concat(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private void handle(HttpExchange exchange) throws IOException {
    List<String> texts = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(exchange.getRequestBody())) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME && "encoding_format".equals(json.currentName())) {
          encodings.incrementAndGet();
        } else if (token == JsonToken.VALUE_STRING
            && ("input".equals(json.currentName()) || json.getParsingContext().inArray())) {
          texts.add(json.getText());
        }
      }
    }
    received.addAll(texts);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (HashEmbedder hash = new HashEmbedder();
        JsonGenerator json = new JsonFactory().createGenerator(body)) {
      json.writeStartObject();
      json.writeFieldName("data");
      json.writeStartArray();
      int index = 0;
      for (float[] vector : hash.embed(texts, InputType.DOCUMENT)) {
        json.writeStartObject();
        json.writeNumberField("index", index++);
        json.writeFieldName("embedding");
        json.writeStartArray();
        for (float component : vector) {
          json.writeNumber(component);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.size());
    exchange.getResponseBody().write(body.toByteArray());
    exchange.close();
  }
}
