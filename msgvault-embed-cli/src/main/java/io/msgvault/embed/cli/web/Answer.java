package io.msgvault.embed.cli.web;

import io.msgvault.embed.cli.output.Json;
import java.util.Map;

/**
 * Holds the answer to a request.
 *
 * @param headers headers besides those that every answer has, or instead of them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, String type, byte[] body, Map<String, String> headers) {
  static final String JSON = "application/json";

  Answer(int status, String type, byte[] body) {
    this(status, type, body, Map.of());
  }

  static Answer json(byte[] body) {
    return new Answer(200, JSON, body);
  }

  static Answer json(Json.Content content) {
    return json(Json.bytes(content));
  }
}
