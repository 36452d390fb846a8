package io.msgvault.embed.onnx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads how a model is meant to be used, from the files that are published beside its tokenizer.
 * Each file may be missing, and all are for a class-path resource.
 */
final class ModelSettings {
  private static final String MAX_LENGTH = "sentence_bert_config.json";
  private static final String TOKENIZER = "tokenizer_config.json";
  private static final String POOLING = "1_Pooling/config.json";

  /** A larger length stands for none. */
  private static final double MAX_MEANINGFUL_LENGTH = 1 << 20;

  private static final JsonFactory JSON = new JsonFactory();

  private final ModelFile tokenizer;

  /** Reads the files in the folder of a tokenizer. */
  ModelSettings(ModelFile tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Returns the maximum length of an input in tokens, including special ones: the one that a
   * sentence-transformer was trained for, or else the one that the model takes.
   */
  OptionalInt maxInputTokens() {
    OptionalInt trained = length(MAX_LENGTH, "max_seq_length");
    return trained.isPresent() ? trained : length(TOKENIZER, "model_max_length");
  }

  private OptionalInt length(String file, String field) {
    String value = fields(file).getOrDefault(field, "");
    try {
      double length = Double.parseDouble(value);
      return length >= 1 && length <= MAX_MEANINGFUL_LENGTH
          ? OptionalInt.of((int) length)
          : OptionalInt.empty();
    } catch (NumberFormatException e) { // such as null
      return OptionalInt.empty();
    }
  }

  /**
   * Returns the pooling that the model was trained with.
   *
   * @throws EmbedderUnavailableException if it is none of {@link Pooling}
   */
  Optional<Pooling> pooling() {
    Map<String, String> fields = fields(POOLING);
    Set<String> modes = new TreeSet<>();
    fields.forEach(
        (name, value) -> {
          if (name.equals("pooling_mode")) {
            modes.add(value.toLowerCase(Locale.ROOT));
          } else if (name.startsWith("pooling_mode_") && value.equals("true")) {
            modes.add(name.substring("pooling_mode_".length()).replaceFirst("_tokens?$", ""));
          }
        });
    if (modes.isEmpty()) {
      return Optional.empty();
    }
    return switch (String.join(" and ", modes)) {
      case "mean" -> Optional.of(Pooling.MEAN);
      case "cls" -> Optional.of(Pooling.CLS);
      default ->
          throw new EmbedderUnavailableException(
              POOLING
                  + " of the model asks for the pooling "
                  + String.join(" and ", modes)
                  + ", and there are only mean and cls: use another model, or choose one of these");
    };
  }

  /** Returns the fields of a file's object, without those that hold further objects. */
  private Map<String, String> fields(String name) {
    if (!(tokenizer instanceof ModelFile.OnDisk onDisk)) {
      return Map.of();
    }
    Path file = onDisk.path().resolveSibling(name);
    Map<String, String> fields = new HashMap<>();
    try (InputStream in = Files.newInputStream(file);
        JsonParser json = JSON.createParser(in)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        if (json.nextToken().isScalarValue()) {
          fields.put(field, json.getText());
        } else {
          json.skipChildren();
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw new EmbedderUnavailableException(
          "can't read "
              + file
              + " ("
              + e.getMessage()
              + "): put the model's own file there, or delete it",
          e);
    }
    return fields;
  }
}
