package io.msgvault.embed.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request that the server received.
 *
 * @param target the path, with the query if there is one
 * @param headers its headers
 * @param model the requested model
 * @param texts the texts to embed
 * @param encoding the {@code encoding_format}, if the request has it
 * @param dimensions the {@code dimensions}, if the request has it
 */
public record SentRequest(
    String target,
    Headers headers,
    String model,
    List<String> texts,
    Optional<String> encoding,
    OptionalInt dimensions) {
  static SentRequest read(HttpExchange exchange) throws IOException {
    String model = "";
    List<String> texts = new ArrayList<>();
    Optional<String> encoding = Optional.empty();
    OptionalInt dimensions = OptionalInt.empty();
    byte[] body = exchange.getRequestBody().readAllBytes();
    try (JsonParser json = new JsonFactory().createParser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        String name = json.currentName();
        if (token == JsonToken.VALUE_STRING && name == null) {
          texts.add(json.getText());
        } else if (token == JsonToken.VALUE_STRING && name.equals("model")) {
          model = json.getText();
        } else if (token == JsonToken.VALUE_STRING && name.equals("encoding_format")) {
          encoding = Optional.of(json.getText());
        } else if (token == JsonToken.VALUE_NUMBER_INT && name.equals("dimensions")) {
          dimensions = OptionalInt.of(json.getIntValue());
        }
      }
    }
    return new SentRequest(
        exchange.getRequestURI().toString(),
        exchange.getRequestHeaders(),
        model,
        List.copyOf(texts),
        encoding,
        dimensions);
  }

  /** Returns the only value of a header; empty if the request lacks the header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirst(name));
  }
}
