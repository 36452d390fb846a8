package io.msgvault.embed.http;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.http.LoopbackServer.Reply;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** Replies that servers send, both correct and malformed ones. */
public final class ScriptedReplies {
  private ScriptedReplies() {}

  /** Returns the vector of a text from a correct server. */
  public static float[] vector(String text, int dimension) {
    try (HashEmbedder embedder = new HashEmbedder(dimension, 1_000_000)) {
      return embedder.embed(List.of(text), InputType.DOCUMENT).get(0);
    }
  }

  /** Sends vectors in base64 if that was requested, otherwise as numbers. */
  public static Reply vectors(int dimension) {
    return vectors(text -> vector(text, dimension));
  }

  /** Sends the given vectors in the requested encoding. */
  public static Reply vectors(Function<String, float[]> model) {
    return (request, exchange) -> json(list(items(request, model))).send(request, exchange);
  }

  /** Always sends numbers. */
  public static Reply numbers(Function<String, float[]> model) {
    return items(
        model, items -> items, vector -> Arrays.toString(vector).replace(" ", "\n          "));
  }

  /** Sends a changed list: out of order, or with missing or repeated items. */
  public static Reply rearranged(int dimension, UnaryOperator<List<String>> change) {
    return items(text -> vector(text, dimension), change, ScriptedReplies::base64);
  }

  /** Sends the items in reverse order, which their index allows. */
  public static Reply reversed(int dimension) {
    return rearranged(
        dimension,
        items -> {
          List<String> reversed = new ArrayList<>(items);
          Collections.reverse(reversed);
          return reversed;
        });
  }

  private static Reply items(
      Function<String, float[]> model,
      UnaryOperator<List<String>> change,
      Function<float[], String> encoding) {
    return (request, exchange) -> {
      List<String> items = new ArrayList<>();
      for (String text : request.texts()) {
        items.add(item(items.size(), encoding.apply(model.apply(text))));
      }
      json(list(change.apply(items))).send(request, exchange);
    };
  }

  private static List<String> items(SentRequest request, Function<String, float[]> model) {
    boolean base64 = request.encoding().equals(Optional.of("base64"));
    List<String> items = new ArrayList<>();
    for (String text : request.texts()) {
      float[] vector = model.apply(text);
      items.add(item(items.size(), base64 ? base64(vector) : Arrays.toString(vector)));
    }
    return items;
  }

  /** Returns an item of the list. */
  public static String item(int index, String embedding) {
    return "{\"object\":\"embedding\",\"index\":" + index + ",\"embedding\":" + embedding + "}";
  }

  /** Sends a reply with these items. */
  public static String list(List<String> items) {
    return "{\"object\":\"list\",\"data\":["
        + String.join(",", items)
        + "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}";
  }

  /** Returns a vector in base64, with quotes. */
  public static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return "\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"";
  }

  /** Sends success with a body. */
  public static Reply json(String body) {
    return status(200, body);
  }

  /** Sends a status with a body, and with headers as alternating names and values. */
  public static Reply status(int status, String body, String... headers) {
    return (request, exchange) -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Returns an error in OpenAI's form. */
  public static String error(String message) {
    return "{\"error\":{\"message\":\""
        + message
        + "\",\"type\":\"e\",\"param\":null,\"code\":null}}";
  }

  /** Rejects requests that contain a text, and answers the others. */
  public static Reply rejectingIf(Predicate<String> rejected, Reply refusal, Reply otherwise) {
    return (request, exchange) ->
        (request.texts().stream().anyMatch(rejected) ? refusal : otherwise).send(request, exchange);
  }

  /** Sends the body in chunks, without its length. */
  public static Reply chunked(String body) {
    return (request, exchange) -> {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        for (byte[] part : parts(body.getBytes(StandardCharsets.UTF_8), 7)) {
          out.write(part);
          out.flush();
        }
      }
    };
  }

  private static List<byte[]> parts(byte[] whole, int size) {
    List<byte[]> parts = new ArrayList<>();
    for (int from = 0; from < whole.length; from += size) {
      parts.add(Arrays.copyOfRange(whole, from, Math.min(from + size, whole.length)));
    }
    return parts;
  }

  /** Sends the body compressed, although that was not requested. */
  public static Reply gzip(int status, byte[] body) {
    return (request, exchange) -> {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      byte[] bytes = gzipped(body);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private static byte[] gzipped(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body);
    }
    return bytes.toByteArray();
  }

  /** Sends less than the announced length, and closes the connection. */
  public static Reply truncated() {
    return (request, exchange) -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write("{\"object\":\"list\",".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    };
  }

  /** Sends an endless reply, until the reader disconnects. */
  public static Reply endless() {
    return (request, exchange) -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] spaces = " ".repeat(8192).getBytes(StandardCharsets.UTF_8);
      while (true) {
        exchange.getResponseBody().write(spaces);
      }
    };
  }

  /** Signals that the request has arrived, and delays its reply until it is released. */
  public static Reply delayed(CountDownLatch arrived, CountDownLatch release, Reply then) {
    return (request, exchange) -> {
      arrived.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      then.send(request, exchange);
    };
  }

  /** Sends the head and the beginning of the body, and delays the rest until it is released. */
  public static Reply stalledInBody(CountDownLatch release) {
    return (request, exchange) -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }
}
