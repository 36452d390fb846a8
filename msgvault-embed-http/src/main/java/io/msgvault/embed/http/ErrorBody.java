package io.msgvault.embed.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds the error in a reply. Several forms of JSON are read: OpenAI's error object, a bare string
 * or message, a validator's list of details, and the forms of other vendors.
 *
 * @param text the server's message; it may repeat what was sent; empty if there is none
 * @param codes the codes, types and reasons of the error, with letters and digits only and in lower
 *     case, since vendors write them in different ways
 * @param parameter the parameter of the request that is wrong, or empty
 */
record ErrorBody(Optional<String> text, Set<String> codes, String parameter) {
  private static final List<String> MESSAGE_FIELDS = List.of("message", "msg", "detail", "error");
  private static final Set<String> CODE_FIELDS =
      Set.of("code", "type", "status", "reason", "error_code", "errorCode", "error_type", "__type");

  /** A tag of HTML. Its limit in length makes the search linear. */
  private static final Pattern TAG = Pattern.compile("<[^<>]{0,400}>");

  private static final int MAX_PLAIN_BYTES = 64 * 1024;

  private static final Pattern NO_CODE_CHARACTER = Pattern.compile("[^a-z0-9]");

  /** Reads a body. If it is truncated or not JSON, the part before that counts. */
  static ErrorBody parse(byte[] body) {
    Map<String, String> fields = new HashMap<>();
    Set<String> codes = new HashSet<>();
    try (JsonParser json = EmbeddingsJson.FACTORY.createParser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        String name = json.currentName();
        if (token == JsonToken.VALUE_STRING && name != null) {
          fields.putIfAbsent(name, json.getText());
          if (CODE_FIELDS.contains(name)) {
            codes.add(plainCode(json.getText()));
          }
        }
      }
    } catch (IOException e) { // the end of what is JSON
      return new ErrorBody(message(fields), codes, fields.getOrDefault("param", ""));
    }
    return new ErrorBody(message(fields), codes, fields.getOrDefault("param", ""));
  }

  private static Optional<String> message(Map<String, String> fields) {
    return MESSAGE_FIELDS.stream().filter(fields::containsKey).findFirst().map(fields::get);
  }

  /** Returns a code without a namespace before it and without punctuation. */
  private static String plainCode(String code) {
    String name = code.substring(code.lastIndexOf('#') + 1).toLowerCase(Locale.ROOT);
    return NO_CODE_CHARACTER.matcher(name).replaceAll("");
  }

  /** Returns the text at the beginning of a body that is HTML or plain text. */
  static String plainText(byte[] body) {
    int length = Math.min(body.length, MAX_PLAIN_BYTES);
    return TAG.matcher(new String(body, 0, length, StandardCharsets.UTF_8)).replaceAll(" ");
  }
}
