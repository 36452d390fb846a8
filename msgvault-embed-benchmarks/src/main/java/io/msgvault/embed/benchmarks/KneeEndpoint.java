package io.msgvault.embed.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * An endpoint for embeddings, on loopback, whose throughput grows with the texts that are under way
 * up to a number, and no further: each 32 texts of a request take one of its slots for 50 ms.
 */
final class KneeEndpoint implements AutoCloseable {
  static final int SLOTS = 16;
  static final int DIMENSION = 64;
  private static final int TEXTS_OF_A_SLOT = 32;
  private static final int MILLIS = 50;

  private final Semaphore slots = new Semaphore(SLOTS, /* fair= */ true);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String vector;
  private final HttpServer server;

  KneeEndpoint() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(0, 1);
    vector = Base64.getEncoder().encodeToString(bytes.array());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      int texts = texts(exchange.getRequestBody().readAllBytes());
      work((texts + TEXTS_OF_A_SLOT - 1) / TEXTS_OF_A_SLOT);
      StringBuilder reply = new StringBuilder("{\"data\":[");
      for (int i = 0; i < texts; i++) {
        reply.append(i == 0 ? "" : ",").append("{\"index\":").append(i);
        reply.append(",\"embedding\":\"").append(vector).append("\"}");
      }
      byte[] body = reply.append("]}").toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static int texts(byte[] request) throws IOException {
    int texts = 0;
    try (JsonParser json = new JsonFactory().createParser(request)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING && json.currentName() == null) {
          texts++;
        }
      }
    }
    return texts;
  }

  private void work(int needed) throws IOException {
    try {
      slots.acquire(needed);
      try {
        Thread.sleep(MILLIS);
      } finally {
        slots.release(needed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
