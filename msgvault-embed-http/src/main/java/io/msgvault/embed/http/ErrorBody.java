package io.msgvault.embed.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Holds the error in a reply. Several forms of JSON are read: OpenAI's error object, a bare string
 * or message, and a validator's list of details.
 *
 * @param text the server's message; it may repeat what was sent; empty if there is none
 * @param code the code of the error, or empty
 * @param parameter the parameter of the request that is wrong, or empty
 */
record ErrorBody(Optional<String> text, String code, String parameter) {
  private static final List<String> MESSAGE_FIELDS = List.of("message", "msg", "detail", "error");

  /** A tag of HTML. Its limit in length makes the search linear. */
  private static final Pattern TAG = Pattern.compile("<[^<>]{0,400}>");

  /** Reads a body. If it is truncated or not JSON, the part before that counts. */
  static ErrorBody parse(byte[] body) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = EmbeddingsJson.FACTORY.createParser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        String name = json.currentName();
        if (token == JsonToken.VALUE_STRING && name != null) {
          fields.putIfAbsent(name, json.getText());
        }
      }
    } catch (IOException e) { // the end of what is JSON
      return parse(fields);
    }
    return parse(fields);
  }

  private static ErrorBody parse(Map<String, String> fields) {
    return new ErrorBody(
        MESSAGE_FIELDS.stream().filter(fields::containsKey).findFirst().map(fields::get),
        fields.getOrDefault("code", ""),
        fields.getOrDefault("param", ""));
  }

  /** Returns the text of a body that is HTML or plain text. */
  static String plainText(byte[] body) {
    return TAG.matcher(new String(body, StandardCharsets.UTF_8)).replaceAll(" ");
  }
}
