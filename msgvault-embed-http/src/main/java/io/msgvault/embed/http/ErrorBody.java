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
 * What a server says of a refusal, in whichever form of JSON it says it: OpenAI's error object, a
 * bare string or message, a validator's list of details.
 *
 * @param text its words, as they came; may repeat what was sent; empty if there are none
 * @param code its code for the error, or empty
 * @param parameter the parameter of the request it blames, or empty
 */
record ErrorBody(Optional<String> text, String code, String parameter) {
  private static final List<String> MESSAGE_FIELDS = List.of("message", "msg", "detail", "error");

  /** With a bound on a tag's length the search is linear. */
  private static final Pattern TAG = Pattern.compile("<[^<>]{0,400}>");

  /** What a body says; of one that is cut or no JSON, what it says up to there. */
  static ErrorBody parse(byte[] body) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = EmbeddingsJson.FACTORY.createParser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        String name = json.currentName();
        if (token == JsonToken.VALUE_STRING && name != null) {
          fields.putIfAbsent(name, json.getText());
        }
      }
    } catch (IOException endOfJson) {
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

  /** The words of a body that is a page or plain text. */
  static String plainText(byte[] body) {
    return TAG.matcher(new String(body, StandardCharsets.UTF_8)).replaceAll(" ");
  }
}
