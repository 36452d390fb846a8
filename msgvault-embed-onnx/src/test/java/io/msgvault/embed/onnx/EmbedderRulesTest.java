package io.msgvault.embed.onnx;

import static io.msgvault.embed.Purpose.DOCUMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** EM-1 and EM-2, for texts of any kind. */
class EmbedderRulesTest {
  /** Rows far apart in size, so that whatever depends on the neighbours shows. */
  private static final float[][] ROWS = {
    {5, 5, 5},
    {0.2f, 0.1f, 0.7f},
    {0.1f, 0.3f, 0.2f},
    {0.3f, 0.1f, 0.1f},
    {0.9f, 0.2f, 0.1f},
    {0.01f, 0.02f, 0.9f},
    {-70, 90, 110}
  };

  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder miniLm;

  /** Its vectors depend on all tokens of a text, and must not on the padding. */
  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder mixing;

  /** Its vectors would depend on the whole batch. */
  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder quantising;

  /** Its vectors would depend on the padding. */
  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder maskless;

  @BeforeContainer
  static void load() throws IOException {
    miniLm = Given.miniLm().threads(2).build();
    mixing =
        tiny(TinyModel.of(ROWS, "attention_mask").mixMasked().tokenOutput("last_hidden_state"));
    quantising =
        tiny(TinyModel.of(ROWS, "attention_mask").quantise().tokenOutput("last_hidden_state"));
    maskless = tiny(TinyModel.of(ROWS).sumOutput("sentence_embedding"));
  }

  private static OnnxEmbedder tiny(TinyModel model) throws IOException {
    Path folder = Files.createTempDirectory("tiny");
    try {
      String tokenizer = TinyTokenizer.ofWords("red", "blue", "loud");
      return Given.tiny(folder, model, tokenizer).threads(2).build();
    } finally {
      for (String file : List.of("tiny.onnx", "tokenizer.json", "")) {
        Files.delete(folder.resolve(file));
      }
    }
  }

  @AfterContainer
  static void close() {
    List.of(miniLm, mixing, quantising, maskless).forEach(OnnxEmbedder::close);
  }

  @Provide
  Arbitrary<List<String>> anyTexts() {
    Arbitrary<String> words =
        Arbitraries.of("meeting", "Thursday", "42", "naïve", "日本語", "😀", "\n", "it's", "[SEP]");
    return Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(60),
            words.list().ofMaxSize(150).map(list -> String.join(" ", list)),
            Arbitraries.just(""))
        .list()
        .ofMaxSize(8);
  }

  @Property(tries = 15)
  void eachTextHasOneSoundVectorInOrder(@ForAll("anyTexts") List<String> texts) {
    List<float[]> vectors = miniLm.embed(texts, DOCUMENT);
    assertEquals(texts.size(), vectors.size());
    for (int i = 0; i < texts.size(); i++) {
      float[] vector = vectors.get(i);
      assertEquals(miniLm.model().dimension(), vector.length);
      assertEquals(1, length(vector), 1e-3);
      float[] alone = miniLm.embed(List.of(texts.get(i)), DOCUMENT).get(0);
      assertTrue(Given.cosine(vector, alone) >= 0.9999);
    }
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }

  @Property(tries = 60)
  void tokenEndsLieInTheTextAndNeverDescend(@ForAll String text) {
    int[] ends = miniLm.tokenCounter().orElseThrow().tokenEnds(text);
    int last = 0;
    for (int end : ends) {
      assertTrue(end >= last && end <= text.length(), "an end at " + end + " after " + last);
      assertTrue(
          end == text.length()
              || !Character.isLowSurrogate(text.charAt(end))
              || !Character.isHighSurrogate(text.charAt(end - 1)),
          "an end within a pair");
      last = end;
    }
  }

  @Provide
  Arbitrary<List<String>> tinyTexts() {
    return Arbitraries.of("red", "blue", "loud", "other")
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(words -> String.join(" ", words))
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Property(tries = 60)
  void paddingChangesNoVector(@ForAll("tinyTexts") List<String> texts) {
    assertNeighboursDoNotMatter(mixing, texts);
  }

  @Property(tries = 60)
  void quantisingPerBatchChangesNoVector(@ForAll("tinyTexts") List<String> texts) {
    assertNeighboursDoNotMatter(quantising, texts);
  }

  @Property(tries = 60)
  void aModelWithoutMaskSeesNoPadding(@ForAll("tinyTexts") List<String> texts) {
    assertNeighboursDoNotMatter(maskless, texts);
  }

  private static void assertNeighboursDoNotMatter(OnnxEmbedder embedder, List<String> texts) {
    List<float[]> together = embedder.embed(texts, DOCUMENT);
    List<float[]> inTurn = new ArrayList<>();
    texts.forEach(text -> inTurn.addAll(embedder.embed(List.of(text), DOCUMENT)));
    for (int i = 0; i < texts.size(); i++) {
      double cosine = Given.cosine(together.get(i), inTurn.get(i));
      assertTrue(cosine >= 0.9999, "text " + i + ": " + cosine);
    }
  }
}
