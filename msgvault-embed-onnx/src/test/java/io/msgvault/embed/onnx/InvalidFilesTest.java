package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with the files is said at construction, with what to do. */
class InvalidFilesTest {
  private static final float[][] ROWS = {{9, 9}, {5, 5}, {1, 0}, {0, 2}, {3, 4}};
  private static final String TOKENIZER = TinyTokenizer.ofWords("red");

  @TempDir Path folder;

  static Stream<Arguments> invalidFiles() {
    return Stream.of(
        invalidFiles(
            "a model file that is not there",
            folder -> validBuilder(folder).model(folder.resolve("no.onnx")),
            "NoSuchFile",
            "name an ONNX file"),
        invalidFiles(
            "a model resource that is not there",
            folder -> validBuilder(folder).modelResource("no.onnx"),
            "class-path resource no.onnx",
            "name an ONNX file"),
        invalidFiles(
            "a folder for a model",
            folder -> validBuilder(folder).model(folder),
            "name an ONNX file"),
        invalidFiles(
            "text for a model",
            folder -> validBuilder(folder).model(TestModels.tokenizer(folder, TOKENIZER)),
            "no protobuf message",
            "name an ONNX file"),
        invalidFiles(
            "an empty file for a model",
            folder -> validBuilder(folder).model(TestModels.file(folder, "empty", new byte[0])),
            "sentence-transformer model"),
        invalidFiles(
            "a model cut off",
            folder ->
                validBuilder(folder)
                    .model(TestModels.file(folder, "cut", truncate(validModel().toByteArray()))),
            "name an ONNX file"),
        invalidFiles(
            "weights that are not there",
            model(
                TinyModel.empty()
                    .tableIn("gone.bin", ROWS)
                    .input("input_ids", TinyModel.INT64, "texts", "tokens")
                    .lookUp()
                    .tokenOutput("last_hidden_state")),
            "gone.bin"),
        invalidFiles(
            "a tokenizer file that is not there",
            folder -> validBuilder(folder).tokenizer(folder.resolve("no.json")),
            "NoSuchFile",
            "name a tokenizer.json"),
        invalidFiles(
            "a model for a tokenizer",
            folder -> validBuilder(folder).tokenizerResource(TestModels.MINI_LM),
            "is no tokenizer",
            "name the tokenizer.json"),
        invalidFiles(
            "another JSON file for a tokenizer",
            folder ->
                validBuilder(folder).tokenizer(TestModels.tokenizer(folder, "{\"model\": 1}")),
            "is no tokenizer",
            "name the tokenizer.json"),
        invalidFiles(
            "no token ids",
            model(
                TinyModel.empty()
                    .input("attention_mask", TinyModel.INT64, "texts", "tokens")
                    .copyOutput("attention_mask", TinyModel.INT64)),
            "has no input input_ids"),
        invalidFiles(
            "an input that is not known",
            model(TinyModel.of(ROWS, "pixel_values").tokenOutput("last_hidden_state")),
            "wants an input pixel_values"),
        invalidFiles(
            "an input of floats",
            model(
                TinyModel.empty()
                    .input("input_ids", TinyModel.FLOAT, "texts", "tokens")
                    .copyOutput("input_ids", TinyModel.FLOAT)),
            "input_ids is no matrix of integers"),
        invalidFiles(
            "an input of three dimensions",
            model(
                TinyModel.empty()
                    .input("input_ids", TinyModel.INT64, "texts", "tokens", "more")
                    .copyOutput("input_ids", TinyModel.INT64)),
            "input_ids is no matrix of integers"),
        invalidFiles(
            "inputs of one length only",
            model(
                TinyModel.empty()
                    .table(ROWS)
                    .input("input_ids", TinyModel.INT64, "texts", 128)
                    .lookUp()
                    .tokenOutput("last_hidden_state")),
            "fixed shape [-1, 128]"),
        invalidFiles(
            "no output of floats",
            model(TinyModel.of(ROWS).copyOutput("input_ids", TinyModel.INT64)),
            "none of its outputs"),
        invalidFiles(
            "two vectors for each token",
            model(TinyModel.of(ROWS).twice().tokenOutput("last_hidden_state")),
            "answers 1 texts of 3 tokens with a tensor [1, 6, 2]"),
        invalidFiles(
            "vectors of one component",
            model(
                TinyModel.of(new float[][] {{1}, {2}, {3}, {4}, {5}})
                    .sumOutput("sentence_embedding")),
            "dimension 1"),
        invalidFiles(
            "a prefix as long as the input",
            folder -> validBuilder(folder).documentPrefix("red red red ").maxInputTokens(5),
            "shorten the prefix"),
        invalidFiles(
            "an input longer than the model takes",
            folder -> TestModels.miniLm().maxInputTokens(600),
            "600 tokens",
            "set longestInput"));
  }

  private static Arguments invalidFiles(
      String what, Function<Path, OnnxEmbedder.Builder> builder, String... said) {
    return Arguments.of(Named.of(what, builder), said);
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

  private static byte[] truncate(byte[] whole) {
    return Arrays.copyOf(whole, whole.length / 2);
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void buildRejectsInvalidFiles(Function<Path, OnnxEmbedder.Builder> builder, String... said) {
    OnnxEmbedder.Builder unfit = builder.apply(folder);
    EmbedderUnavailableException error =
        assertThrows(EmbedderUnavailableException.class, () -> unfit.build().close());
    for (String part : said) {
      assertTrue(String.valueOf(error.getMessage()).contains(part), error.getMessage());
    }
  }

  @Test
  void resourceRejectsExternalWeights() throws IOException {
    TinyModel model =
        TinyModel.empty()
            .tableIn("rows.bin", ROWS)
            .input("input_ids", TinyModel.INT64, "texts", "tokens")
            .lookUp()
            .tokenOutput("last_hidden_state");
    TestModels.tiny(folder, model, TOKENIZER);
    ClassLoader former = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader resources =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, former)) {
      Thread.currentThread().setContextClassLoader(resources);
      OnnxEmbedder.Builder unfit =
          OnnxEmbedder.builder().modelResource("tiny.onnx").tokenizerResource("tokenizer.json");
      EmbedderUnavailableException error =
          assertThrows(EmbedderUnavailableException.class, () -> unfit.build().close());
      assertTrue(String.valueOf(error.getMessage()).contains("rows.bin"), error.getMessage());
      assertTrue(String.valueOf(error.getMessage()).contains("on disk"), error.getMessage());
    } finally {
      Thread.currentThread().setContextClassLoader(former);
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
