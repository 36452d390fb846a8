package io.msgvault.embed.http;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.msgvault.embed.text.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the request for embeddings as JSON, and reads its reply.
 *
 * <p>Replies vary between servers. A vector is an array of numbers, or little-endian 32-bit floats
 * in base64, whichever was requested. Its position is its {@code index}, which some servers leave
 * out if it equals the position in the list, and some send as a string or a decimal. A reply whose
 * indexes leave a doubt is malformed, so that no text gets the vector of another.
 */
final class EmbeddingsJson {
  /** Also reads NaN and infinity, which servers in Python write although JSON lacks them. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  private static final Base64Variant BASE64 =
      Base64Variants.MIME_NO_LINEFEEDS.withReadPadding(
          Base64Variant.PaddingReadBehaviour.PADDING_ALLOWED);

  /** A number of which the position of a text can be the value. */
  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,10}(?:\\.[0-9]{1,10})?(?:[eE][+-]?[0-9]{1,2})?");

  private EmbeddingsJson() {}

  /**
   * What a reply says.
   *
   * @param vectors a vector for each text, in the order of the texts; it has length 0 if the server
   *     sends none for that text. A component that is null in the reply is NaN
   * @param tokens the tokens of the texts, if the server reports them in {@code usage}
   */
  @SuppressWarnings("ArrayRecordComponent") // replies are not compared
  record Reply(float[][] vectors, OptionalLong tokens) {}

  /** Reports that a reply is JSON, but does not fit the request. Its message quotes neither. */
  static final class MalformedReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedReplyException(String message) {
      super(message);
    }
  }

  /** Returns the request for some texts. */
  static byte[] request(String model, List<String> texts, boolean base64, OptionalInt dimensions) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("model", model);
      json.writeArrayFieldStart("input");
      for (String text : texts) {
        json.writeString(Texts.wellFormed(text));
      }
      json.writeEndArray();
      if (base64) {
        json.writeStringField("encoding_format", "base64");
      }
      if (dimensions.isPresent()) {
        json.writeNumberField("dimensions", dimensions.getAsInt());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a reply.
   *
   * @param reply the body of the reply
   * @param count the number of texts that were sent
   * @param dimension the expected dimension; the vectors may have another
   * @throws MalformedReplyException if there is not exactly one vector for each text
   * @throws IOException if the reply is not JSON
   */
  static Reply read(byte[] reply, int count, int dimension) throws IOException {
    float[] @Nullable [] found = new float[count][];
    boolean data = false;
    OptionalLong tokens = OptionalLong.empty();
    try (JsonParser json = FACTORY.createParser(reply)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedReplyException("it is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("data") && value == JsonToken.START_ARRAY) {
          data = true;
          readData(json, found, dimension);
        } else if (name.equals("usage") && value == JsonToken.START_OBJECT) {
          tokens = readUsage(json);
        } else {
          json.skipChildren();
        }
      }
    }
    if (!data) {
      throw new MalformedReplyException("it has no list named data");
    }
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      float[] vector = found[i];
      if (vector == null) {
        throw new MalformedReplyException(
            "it lacks the vector of text " + (i + 1) + " of " + count);
      }
      vectors[i] = vector;
    }
    return new Reply(vectors, tokens);
  }

  /**
   * Reads how many tokens the texts took. Servers name that {@code prompt_tokens}, and some only
   * {@code total_tokens}, which is the same for embeddings. A number that makes no sense is none:
   * some servers write 0, and the vectors are good all the same.
   */
  private static OptionalLong readUsage(JsonParser json) throws IOException {
    long prompt = 0;
    long total = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_NUMBER_INT && json.getNumberType() != NumberType.BIG_INTEGER) {
        prompt = name.equals("prompt_tokens") ? json.getLongValue() : prompt;
        total = name.equals("total_tokens") ? json.getLongValue() : total;
      } else {
        json.skipChildren();
      }
    }
    long tokens = prompt > 0 ? prompt : total;
    return tokens > 0 ? OptionalLong.of(tokens) : OptionalLong.empty();
  }

  private static void readData(JsonParser json, float[] @Nullable [] vectors, int dimension)
      throws IOException {
    int position = 0;
    boolean indexMissing = false;
    boolean outOfOrder = false;
    while (json.nextToken() == JsonToken.START_OBJECT) {
      OptionalInt given = OptionalInt.empty();
      float[] vector = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("index") && value != JsonToken.VALUE_NULL) {
          given = OptionalInt.of(readIndex(json, vectors.length));
        } else if (name.equals("embedding")) {
          vector = readVector(json, value, dimension);
        } else {
          json.skipChildren();
        }
      }
      if (vector == null) {
        throw new MalformedReplyException("an item of its list has no embedding");
      }
      int index = given.orElse(position);
      if (index >= vectors.length) {
        throw new MalformedReplyException(
            "it has a vector with index " + index + " for " + vectors.length + " texts");
      }
      if (vectors[index] != null) {
        throw new MalformedReplyException("it has two vectors with index " + index);
      }
      vectors[index] = vector;
      indexMissing |= given.isEmpty();
      outOfOrder |= index != position;
      position++;
    }
    if (json.currentToken() != JsonToken.END_ARRAY) {
      throw new MalformedReplyException("its list has an item that is not an object");
    }
    if (indexMissing && outOfOrder) {
      throw new MalformedReplyException("an item has no index, and others are out of order");
    }
  }

  /** Reads a whole number from 0 on, also as a decimal or in a string. */
  private static int readIndex(JsonParser json, int count) throws IOException {
    BigDecimal index =
        switch (json.currentToken()) {
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> number(json.getText().strip());
          default -> throw new MalformedReplyException("an index is neither a number nor a string");
        };
    if (index.stripTrailingZeros().scale() > 0) {
      throw new MalformedReplyException("an index is not a whole number");
    }
    if (index.signum() < 0 || index.compareTo(BigDecimal.valueOf(count)) >= 0) {
      throw new MalformedReplyException(
          "it has a vector with index " + index + " for " + count + " texts");
    }
    return index.intValueExact();
  }

  private static BigDecimal number(String text) throws MalformedReplyException {
    if (NUMBER.matcher(text).matches()) {
      return new BigDecimal(text);
    }
    throw new MalformedReplyException("an index is not a whole number");
  }

  private static float[] readVector(JsonParser json, JsonToken value, int dimension)
      throws IOException {
    return switch (value) {
      case VALUE_STRING -> readBase64(json, dimension);
      case START_ARRAY -> readNumbers(json, dimension);
      case VALUE_NULL -> new float[0];
      default -> throw new MalformedReplyException("an embedding is neither an array nor a string");
    };
  }

  private static float[] readBase64(JsonParser json, int dimension) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(dimension * Float.BYTES);
    json.readBinaryValue(BASE64, bytes);
    if (bytes.size() % Float.BYTES != 0) {
      throw new MalformedReplyException("a base64 embedding ends within a number");
    }
    float[] vector = new float[bytes.size() / Float.BYTES];
    ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  private static float[] readNumbers(JsonParser json, int dimension) throws IOException {
    float[] vector = new float[dimension];
    int length = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (length == vector.length) {
        vector = Arrays.copyOf(vector, 2 * length);
      }
      vector[length++] = component(json);
    }
    return length == vector.length ? vector : Arrays.copyOf(vector, length);
  }

  private static float component(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getFloatValue();
      case VALUE_NULL -> Float.NaN;
      default ->
          throw new MalformedReplyException("an embedding has a component that is not a number");
    };
  }
}
