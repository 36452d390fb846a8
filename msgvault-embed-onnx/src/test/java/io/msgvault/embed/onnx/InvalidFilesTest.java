package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that {@code build} reports any problem with the files, and names the remedy. */
class InvalidFilesTest {
  private static final float[][] ROWS = {{9, 9}, {5, 5}, {1, 0}, {0, 2}, {3, 4}};
  private static final String TOKENIZER = TinyTokenizer.ofWords("red");

  @TempDir Path folder;

  static Stream<Arguments> invalidFiles() {
    return Stream.of(
        testCase(
            "a model file that is missing",
            folder -> validBuilder(folder).model(folder.resolve("no.onnx")),
            "NoSuchFile",
            "use a readable ONNX file"),
        testCase(
            "a model resource that is missing",
            folder -> validBuilder(folder).modelResource("no.onnx"),
            "class-path resource no.onnx",
            "use a readable ONNX file"),
        testCase(
            "a folder as a model",
            folder -> validBuilder(folder).model(folder),
            "use a readable ONNX file"),
        testCase(
            "text as a model",
            folder -> validBuilder(folder).model(TestModels.tokenizer(folder, TOKENIZER)),
            "not a protobuf message",
            "use a readable ONNX file"),
        testCase(
            "an empty file as a model",
            folder -> validBuilder(folder).model(TestModels.file(folder, "empty", new byte[0])),
            "sentence-transformer model"),
        testCase(
            "a truncated model",
            folder ->
                validBuilder(folder)
                    .model(TestModels.file(folder, "cut", truncate(validModel().toByteArray()))),
            "use a readable ONNX file"),
        testCase("missing weights", model(weightsIn("gone.bin")), "gone.bin"),
        testCase(
            "a tokenizer file that is missing",
            folder -> validBuilder(folder).tokenizer(folder.resolve("no.json")),
            "NoSuchFile",
            "use a readable tokenizer.json"),
        testCase(
            "a model as a tokenizer",
            folder -> validBuilder(folder).tokenizerResource(TestModels.MINI_LM),
            "is not a tokenizer",
            "use the tokenizer.json"),
        testCase(
            "another JSON file as a tokenizer",
            folder ->
                validBuilder(folder).tokenizer(TestModels.tokenizer(folder, "{\"model\": 1}")),
            "is not a tokenizer",
            "use the tokenizer.json"),
        testCase(
            "a tokenizer that is cut off",
            tokenizer(json -> json.substring(0, json.length() / 2)),
            "is not JSON"),
        testCase(
            "a tokenizer with two ends", tokenizer(json -> json + "{}"), "goes on behind its end"),
        testCase(
            "half of a surrogate pair in a normalizer",
            tokenizer(normalizer("{\"type\": \"Prepend\", \"prepend\": \"\\ud800\"}")),
            "half of a surrogate pair"),
        testCase(
            "a number that no computer has",
            tokenizer(normalizer("{\"type\": \"Strip\", \"strip_left\": 1e999}")),
            "a number that is too large"),
        testCase(
            "a normalizer that is nested too deeply",
            tokenizer(normalizer("[".repeat(200) + "]".repeat(200))),
            "is not JSON"),
        testCase(
            "a table of characters that is cut off",
            tokenizer(
                normalizer("{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}")),
            "the table of characters of a normalizer is broken"),
        testCase(
            "no table of characters",
            tokenizer(normalizer("{\"type\": \"Precompiled\"}")),
            "lacks its table of characters"),
        testCase(
            "a template with an unknown token",
            tokenizer(json -> json.replaceFirst("\"id\": \"\\[SEP\\]\"", "\"id\": \"[END]\"")),
            "its template has a special token that is not in it"),
        testCase(
            "a replacement of nothing",
            tokenizer(
                normalizer(
                    "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"x*\"}, \"content\":"
                        + " \"y\"}")),
            "a normalizer replaces what is nothing"),
        testCase(
            "a merge that is shorter than the prefix",
            tokenizer(
                json ->
                    TinyTokenizer.leadingSpaceSensitive()
                        .replace(
                            "\"continuing_subword_prefix\": null",
                            "\"continuing_subword_prefix\": \"####\"")),
            "a merge is shorter than the prefix"),
        testCase(
            "a vocabulary without the token for unknown words",
            tokenizer(json -> json.replace("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"?\"")),
            "is not a tokenizer"),
        testCase(
            "a model of graphs within graphs",
            folder ->
                validBuilder(folder).model(TestModels.file(folder, "deep.onnx", nested(10_000))),
            "not a protobuf message"),
        testCase(
            "weights outside its folder", model(weightsIn("../rows.bin")), "no file in its folder"),
        testCase("weights in a device", model(weightsIn("/dev/zero")), "no file in its folder"),
        testCase(
            "weights in a file that cannot be",
            model(weightsIn("rows\u0000.bin")),
            "that no file system can have"),
        testCase(
            "no token ids",
            model(
                TinyModel.empty()
                    .input("attention_mask", TinyModel.INT64, "texts", "tokens")
                    .copyOutput("attention_mask", TinyModel.INT64)),
            "has no input input_ids"),
        testCase(
            "an unknown input",
            model(TinyModel.of(ROWS, "pixel_values").tokenOutput("last_hidden_state")),
            "has an unknown input pixel_values"),
        testCase(
            "an input of floats",
            model(
                TinyModel.empty()
                    .input("input_ids", TinyModel.FLOAT, "texts", "tokens")
                    .copyOutput("input_ids", TinyModel.FLOAT)),
            "input_ids is not a matrix of integers"),
        testCase(
            "an input of three dimensions",
            model(
                TinyModel.empty()
                    .input("input_ids", TinyModel.INT64, "texts", "tokens", "more")
                    .copyOutput("input_ids", TinyModel.INT64)),
            "input_ids is not a matrix of integers"),
        testCase(
            "inputs of a fixed length",
            model(
                TinyModel.empty()
                    .table(ROWS)
                    .input("input_ids", TinyModel.INT64, "texts", 128)
                    .lookUp()
                    .tokenOutput("last_hidden_state")),
            "fixed shape [-1, 128]"),
        testCase(
            "no output of floats",
            model(TinyModel.of(ROWS).copyOutput("input_ids", TinyModel.INT64)),
            "no output has a vector"),
        testCase(
            "two vectors for each token",
            model(TinyModel.of(ROWS).twice().tokenOutput("last_hidden_state")),
            "for 2 texts of 3 tokens it returns a tensor of shape [2, 6, 2]"),
        testCase(
            "vectors of one component",
            model(
                TinyModel.of(new float[][] {{1}, {2}, {3}, {4}, {5}})
                    .sumOutput("sentence_embedding")),
            "dimension 1"),
        testCase(
            "a prefix as long as the input",
            folder -> validBuilder(folder).documentPrefix("red red red ").maxInputTokens(5),
            "shorten the prefix"),
        testCase(
            "an input longer than the limit of the model",
            folder -> TestModels.miniLm().maxInputTokens(600),
            "600 tokens",
            "set maxInputTokens"));
  }

  private static Arguments testCase(
      String name, Function<Path, OnnxEmbedder.Builder> builder, String... expected) {
    return Arguments.of(Named.of(name, builder), expected);
  }

  private static TinyModel validModel() {
    return TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
  }

  private static OnnxEmbedder.Builder validBuilder(Path folder) {
    return TestModels.tiny(folder, validModel(), TOKENIZER);
  }

  private static Function<Path, OnnxEmbedder.Builder> model(TinyModel model) {
    return folder -> TestModels.tiny(folder, model, TOKENIZER);
  }

  private static TinyModel weightsIn(String file) {
    return TinyModel.empty()
        .tableIn(file, ROWS)
        .input("input_ids", TinyModel.INT64, "texts", "tokens")
        .lookUp()
        .tokenOutput("last_hidden_state");
  }

  /**
   * Returns the start of a model: a graph with a node with an attribute with a graph, and so on.
   */
  private static byte[] nested(int graphs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int length = 5 * 3 * graphs;
    for (int i = 0; i < graphs; i++) {
      for (int field : new int[] {i == 0 ? 7 : 6, 1, 5}) {
        bytes.write((field << 3) | 2);
        for (int rest = length; rest > 0x7F; rest >>>= 7) {
          bytes.write((rest & 0x7F) | 0x80);
        }
        bytes.write(1);
      }
    }
    return bytes.toByteArray();
  }

  private static Function<Path, OnnxEmbedder.Builder> tokenizer(UnaryOperator<String> change) {
    return folder ->
        validBuilder(folder).tokenizer(TestModels.tokenizer(folder, change.apply(TOKENIZER)));
  }

  private static UnaryOperator<String> normalizer(String normalizer) {
    return json -> json.replace("\"normalizer\": null", "\"normalizer\": " + normalizer);
  }

  private static byte[] truncate(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  @ParameterizedTest
  @MethodSource("invalidFiles")
  void buildRejectsInvalidFiles(Function<Path, OnnxEmbedder.Builder> builder, String... expected) {
    OnnxEmbedder.Builder invalid = builder.apply(folder);
    EmbedderUnavailableException error =
        assertThrows(EmbedderUnavailableException.class, () -> invalid.build().close());
    for (String part : expected) {
      assertTrue(String.valueOf(error.getMessage()).contains(part), error.getMessage());
    }
  }

  @Test
  void resourceRejectsExternalWeights() throws IOException {
    TinyModel model = weightsIn("rows.bin");
    TestModels.tiny(folder, model, TOKENIZER);
    ClassLoader previous = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader resources =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, previous)) {
      Thread.currentThread().setContextClassLoader(resources);
      OnnxEmbedder.Builder invalid =
          OnnxEmbedder.builder().modelResource("tiny.onnx").tokenizerResource("tokenizer.json");
      EmbedderUnavailableException error =
          assertThrows(EmbedderUnavailableException.class, () -> invalid.build().close());
      assertTrue(String.valueOf(error.getMessage()).contains("rows.bin"), error.getMessage());
      assertTrue(String.valueOf(error.getMessage()).contains("on disk"), error.getMessage());
    } finally {
      Thread.currentThread().setContextClassLoader(previous);
    }
  }

  @Test
  void modelAndTokenizerAreRequired() {
    assertThrows(IllegalStateException.class, () -> OnnxEmbedder.builder().build().close());
    assertThrows(
        IllegalStateException.class,
        () -> OnnxEmbedder.builder().modelResource(TestModels.MINI_LM).build().close());
  }

  @Test
  void rejectsSettingsOutOfRange() {
    OnnxEmbedder.Builder builder = OnnxEmbedder.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.maxInputTokens(0));
    assertThrows(IllegalArgumentException.class, () -> builder.threads(0));
    assertThrows(IllegalArgumentException.class, () -> builder.name(" "));
  }
}
