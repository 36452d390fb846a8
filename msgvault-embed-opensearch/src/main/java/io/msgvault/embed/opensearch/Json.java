package io.msgvault.embed.opensearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value in JSON, and the values in it. A value that is missing is null, and so is every value in
 * it.
 */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final @Nullable Object value;

  private Json(@Nullable Object value) {
    this.value = value;
  }

  /**
   * Reads a text.
   *
   * @throws IOException if it is not JSON
   */
  static Json read(byte[] text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      return new Json(value(parser));
    }
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return null;
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  /** Returns a value by the names that lead to it. */
  Json get(String... names) {
    Object found = value;
    for (String name : names) {
      found = found instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return new Json(found);
  }

  /** Returns the values of an array; none if this is no array. */
  List<Json> list() {
    return value instanceof List<?> array ? array.stream().map(Json::new).toList() : List.of();
  }

  /** Returns the values of an object by their names; none if this is no object. */
  Map<String, Json> fields() {
    Map<String, Json> fields = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> object) {
      object.forEach((name, field) -> fields.put(String.valueOf(name), new Json(field)));
    }
    return fields;
  }

  /** Returns whether there is a value. */
  boolean isPresent() {
    return value != null;
  }

  /** Returns whether this is {@code true}. */
  boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  /** Returns a text, or a number or boolean as text. */
  Optional<String> text() {
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? Optional.of(value.toString())
        : Optional.empty();
  }

  /** Returns a number; 0 if this is none. */
  long asLong() {
    return value instanceof Number number ? number.longValue() : 0;
  }

  /** Returns a number; not a number if this is none. */
  double asDouble() {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** Returns a number or text as it is, to be sent back. */
  Object raw() {
    return Objects.requireNonNull(value);
  }

  /** Returns an array of numbers. */
  float[] floats() {
    if (!(value instanceof List<?> array)) {
      return new float[0];
    }
    float[] floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = array.get(i) instanceof Number number ? number.floatValue() : Float.NaN;
    }
    return floats;
  }

  /** Writes a value of maps, collections, texts, numbers, booleans and arrays of floats. */
  static void write(Object value, OutputStream out) throws IOException {
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      write(value, generator);
    }
  }

  private static void write(@Nullable Object value, JsonGenerator generator) throws IOException {
    if (value instanceof Map<?, ?> object) {
      generator.writeStartObject();
      for (Map.Entry<?, ?> field : object.entrySet()) {
        generator.writeFieldName(String.valueOf(field.getKey()));
        write(field.getValue(), generator);
      }
      generator.writeEndObject();
    } else if (value instanceof Iterable<?> array) {
      generator.writeStartArray();
      for (Object element : array) {
        write(element, generator);
      }
      generator.writeEndArray();
    } else if (value instanceof float[] vector) {
      generator.writeStartArray();
      for (float component : vector) {
        generator.writeNumber(component);
      }
      generator.writeEndArray();
    } else if (value instanceof Long || value instanceof Integer) {
      generator.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number) {
      generator.writeNumber(number.doubleValue());
    } else if (value instanceof Boolean truth) {
      generator.writeBoolean(truth);
    } else {
      generator.writeString(String.valueOf(value));
    }
  }
}
