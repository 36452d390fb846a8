package io.msgvault.embed.onnx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.msgvault.embed.text.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Checks a {@code tokenizer.json} before native code reads it. That code reports most defects of a
 * file. At some it ends the whole process, and those are found here: JSON that it can't read,
 * tables of characters that point beyond their end, templates with unknown tokens, merges without
 * room for their prefix, and replacements of nothing. They are what {@code dev/fuzz} has found.
 */
final class TokenizerFile {
  /** Native code gives up at 128. */
  private static final int MAX_DEPTH = 100;

  /** The parts in which a defect ends the process. */
  private static final Set<String> STEPS =
      Set.of("normalizer", "pre_tokenizer", "post_processor", "decoder");

  private static final String TABLE = "precompiled_charsmap";

  /** Something for patterns to match. */
  private static final String ASCII =
      IntStream.range(' ', 0x7F).mapToObj(Character::toString).collect(Collectors.joining());

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private TokenizerFile() {}

  /**
   * Reads a file to its end.
   *
   * @throws IllegalArgumentException if native code must not read the file
   * @throws IOException if the file can't be read
   */
  static void check(InputStream file) throws IOException {
    try (JsonParser json =
        FACTORY.createParser(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (STEPS.contains(name)) {
          check(read(json));
        } else if (name.equals("model")) {
          checkModel(json);
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw new IllegalArgumentException("it goes on behind its end");
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Requires that a prefix can be cut from the second part of each merge. Native code counts its
   * characters and cuts as many bytes.
   */
  private static void checkModel(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    int prefix = 0;
    int room = Integer.MAX_VALUE;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("continuing_subword_prefix") && value == JsonToken.VALUE_STRING) {
        prefix = json.getText().codePointCount(0, json.getText().length());
      } else if (name.equals("merges") && value == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          room = Math.min(room, singleBytes(secondPart(read(json))));
        }
      } else {
        json.skipChildren();
      }
    }
    if (prefix > room) {
      throw new IllegalArgumentException("a merge is shorter than the prefix of its parts");
    }
  }

  private static String secondPart(Object merge) {
    if (merge instanceof String text) {
      return text.substring(text.indexOf(' ') + 1);
    }
    return merge instanceof List<?> parts && parts.size() > 1 && parts.get(1) instanceof String part
        ? part
        : "";
  }

  /** Returns how many characters a text begins with that have one byte. */
  private static int singleBytes(String text) {
    int count = 0;
    while (count < text.length() && text.charAt(count) < 0x80) {
      count++;
    }
    return count;
  }

  /** Reads a value: a map, a list, a string, or empty for any other. */
  private static Object read(JsonParser json) throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = wellFormed(json.currentName());
          json.nextToken();
          object.put(name, read(json));
        }
        return object;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(json));
        }
        return list;
      }
      case VALUE_STRING -> {
        return wellFormed(json.getText());
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        if (Double.isInfinite(json.getDoubleValue())) {
          throw new IllegalArgumentException("it has a number that is too large");
        }
        return Optional.empty();
      }
      default -> {
        return Optional.empty();
      }
    }
  }

  private static String wellFormed(String text) {
    if (!Texts.isWellFormed(text)) {
      throw new IllegalArgumentException("it has half of a surrogate pair");
    }
    return text;
  }

  private static void check(Object value) {
    if (value instanceof List<?> list) {
      list.forEach(TokenizerFile::check);
    } else if (value instanceof Map<?, ?> object) {
      // A step with an unknown type counts as the one that it looks like.
      if (object.containsKey(TABLE) || "Precompiled".equals(object.get("type"))) {
        CharacterTable.check(bytes(object.get(TABLE)));
      }
      if ("Replace".equals(object.get("type"))
          && object.get("pattern") instanceof Map<?, ?> pattern) {
        checkPattern(pattern.get("String"), pattern.get("Regex"));
      }
      checkTemplate(object.get("single"), object.get("special_tokens"));
      checkTemplate(object.get("pair"), object.get("special_tokens"));
      object.values().forEach(TokenizerFile::check);
    }
  }

  private static byte[] bytes(@Nullable Object base64) {
    if (base64 instanceof String text) {
      return Base64.getDecoder().decode(text);
    }
    throw new IllegalArgumentException("a normalizer lacks its table of characters");
  }

  /** Requires that a replacement never replaces nothing. */
  private static void checkPattern(@Nullable Object literal, @Nullable Object regex) {
    boolean nothing = "".equals(literal);
    if (regex instanceof String written) {
      try {
        Matcher matcher = Pattern.compile(written).matcher(ASCII);
        while (!nothing && matcher.find()) {
          nothing = matcher.end() == matcher.start();
        }
      } catch (PatternSyntaxException e) {
        return; // Native code knows more forms, and reports what it does not know.
      }
    }
    if (nothing) {
      throw new IllegalArgumentException("a normalizer replaces what is nothing");
    }
  }

  /** Requires that the file says what each special token of a template is. */
  private static void checkTemplate(@Nullable Object template, @Nullable Object specialTokens) {
    if (template instanceof List<?> pieces && specialTokens instanceof Map<?, ?> known) {
      for (Object piece : pieces) {
        if (piece instanceof Map<?, ?> named
            && named.get("SpecialToken") instanceof Map<?, ?> token
            && !known.containsKey(token.get("id"))) {
          throw new IllegalArgumentException("its template has a special token that is not in it");
        }
      }
    }
  }
}
