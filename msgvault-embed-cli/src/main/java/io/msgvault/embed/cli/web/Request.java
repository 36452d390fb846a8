package io.msgvault.embed.cli.web;

import io.msgvault.embed.cli.web.ApiFailure.Code;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Holds what a request asks for, after the gate.
 *
 * @param path the segments of the path, decoded
 * @param query the parameters, decoded; of several values of one, the last
 */
record Request(String method, List<String> path, Map<String, String> query) {
  /** Splits and decodes. */
  static Request of(String method, String rawPath, String rawQuery) {
    try {
      List<String> path =
          Arrays.stream(rawPath.split("/", -1))
              .skip(1)
              .map(segment -> decode(segment.replace("+", "%2B")))
              .toList();
      Map<String, String> query = new HashMap<>();
      for (String pair : rawQuery.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
      return new Request(method, path, query);
    } catch (IllegalArgumentException e) {
      throw new ApiFailure(Code.BAD_REQUEST, "the address has a % that no two digits follow");
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isBlank());
  }

  /** Returns a number from a range. */
  int number(String name, int least, int greatest, int otherwise) {
    return text(name)
        .map(value -> (int) inRange(name, parse(name, value), least, greatest))
        .orElse(otherwise);
  }

  /** Returns the value of a type, whose names may be written in any case. */
  <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
    return text(name).map(value -> choice(name, type, value)).orElse(otherwise);
  }

  boolean flag(String name) {
    return text(name).map(value -> choice(name, Flag.class, value) == Flag.TRUE).orElse(false);
  }

  /** Returns the id that a segment of the path is. */
  long id(int segment) {
    return inRange("id", parse("id", path.get(segment)), 1, Long.MAX_VALUE);
  }

  /** Returns an id, or 0. */
  long idAfter(String name) {
    return text(name).map(value -> inRange(name, parse(name, value), 0, Long.MAX_VALUE)).orElse(0L);
  }

  private enum Flag {
    TRUE,
    FALSE
  }

  private static <E extends Enum<E>> E choice(String name, Class<E> type, String value) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> each.name().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new ApiFailure(
                    Code.BAD_REQUEST,
                    name
                        + " must be one of "
                        + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)));
  }

  private static long parse(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new ApiFailure(Code.BAD_REQUEST, name + " must be a whole number");
    }
  }

  private static long inRange(String name, long value, long least, long greatest) {
    if (value < least || value > greatest) {
      throw new ApiFailure(
          Code.BAD_REQUEST, name + " must be " + least + " to " + greatest + ", not " + value);
    }
    return value;
  }
}
