package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores with cross-encoders that add up their tokens, so that scores can be computed by hand. */
class OnnxRerankerTest {
  private static final float CLS = 0.25f;
  private static final float SEP = 0.5f;
  private static final float RED = 10;
  private static final float BLUE = 1000;
  private static final float[][] ROWS = {
    {0}, {7}, {CLS}, {SEP}, {RED}, {BLUE}, {Float.POSITIVE_INFINITY}
  };
  private static final double SPECIAL = CLS + 2 * SEP;

  /** The last word's id has no row. */
  private static final String TOKENIZER =
      TinyTokenizer.forPairs("red", "blue", "infinite", "beyond");

  @TempDir Path folder;

  private OnnxReranker.Builder reranker(TinyModel model, String tokenizer) {
    return OnnxReranker.builder()
        .model(TestModels.file(folder, "model.onnx", model.toByteArray()))
        .tokenizer(TestModels.tokenizer(folder, tokenizer));
  }

  private OnnxReranker.Builder reranker() {
    return reranker(TinyModel.of(ROWS, "attention_mask").sumOutput("logits"), TOKENIZER);
  }

  private static EmbedderUnavailableException assertUnavailable(
      OnnxReranker.Builder builder, String part) {
    EmbedderUnavailableException error =
        assertThrows(EmbedderUnavailableException.class, () -> builder.build().close());
    assertTrue(String.valueOf(error.getMessage()).contains(part), error.getMessage());
    return error;
  }

  @Test
  void scoresPairsInOrder() {
    try (OnnxReranker reranker = reranker().build()) {
      assertEquals(
          List.of(SPECIAL + 20, SPECIAL + 2010, SPECIAL + 1010, SPECIAL + 10),
          reranker.score("red", List.of("red", "blue blue", "blue", "")));
      assertEquals(List.of(), reranker.score("red", List.of()));
    }
  }

  @Test
  void textHasTypeOne() {
    TinyModel model =
        TinyModel.of(ROWS, "attention_mask", "token_type_ids").addTypes().sumOutput("logits");
    try (OnnxReranker reranker = reranker(model, TOKENIZER).build()) {
      assertEquals(
          List.of(SPECIAL + 30 + 3), reranker.score("red", List.of("red red")), "and its end");
    }
  }

  @Test
  void scoreOfTwoClassesIsTheirDistance() {
    float[][] rows = {{0, 0}, {7, 7}, {0, 0}, {0, 0}, {1, 4}, {5, 2}};
    TinyModel model = TinyModel.of(rows, "attention_mask").sumOutput("logits");
    try (OnnxReranker reranker = reranker(model, TOKENIZER).build()) {
      assertEquals(List.of(6.0, 0.0), reranker.score("red", List.of("red", "blue")));
    }
  }

  @Test
  void dropsEndOfTextAndKeepsQuestion() {
    try (OnnxReranker reranker = reranker().maxInputTokens(13).build()) {
      assertEquals(
          List.of(SPECIAL + 3 * BLUE + 7 * RED),
          reranker.score("blue blue blue", List.of("red ".repeat(50) + "blue")));
      assertEquals(
          List.of(SPECIAL + 5 * BLUE + 5 * RED),
          reranker.score("blue ".repeat(20), List.of("red ".repeat(20))),
          "a question fills half at most");
    }
  }

  @Test
  void longTextIsRead() {
    try (OnnxReranker reranker = reranker().maxInputTokens(13).build()) {
      assertEquals(
          List.of(SPECIAL + BLUE + RED),
          reranker.score("blue", List.of(" ".repeat(100_000) + "red")));
    }
  }

  @Test
  void scoreIsIndependentOfOtherTexts() {
    float[][] rows = {{5}, {7}, {CLS}, {SEP}, {RED}, {BLUE}};
    TinyModel maskless = TinyModel.of(rows).sumOutput("logits");
    try (OnnxReranker reranker = reranker(maskless, TOKENIZER).build()) {
      assertEquals(
          List.of(SPECIAL + 20, SPECIAL + 3010),
          reranker.score("red", List.of("red", "blue blue blue")),
          "no padding counts");
    }
  }

  @Test
  void sortsFailures() {
    try (OnnxReranker reranker = reranker().build()) {
      for (String bad : List.of("infinite", "beyond")) {
        RejectedInputException refusal =
            assertThrows(
                RejectedInputException.class, () -> reranker.score("red", List.of("red", bad)));
        assertFalse(String.valueOf(refusal.getMessage()).contains(bad), refusal.getMessage());
      }
      Thread.currentThread().interrupt();
      assertThrows(
          TransientEmbedderException.class, () -> reranker.score("red", List.of("red", "red")));
      assertTrue(Thread.interrupted());
      assertEquals(1, reranker.score("red", List.of("red")).size());
    }
  }

  @Test
  void buildNamesWhatIsWrong() {
    float[][] rows = {{0, 0, 0}, {7, 7, 7}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
    TinyModel three = TinyModel.of(rows, "attention_mask").sumOutput("logits");
    assertUnavailable(reranker(three, TOKENIZER), "logits of shape [2, 3]: use a cross-encoder");
    TinyModel embedder = TinyModel.of(ROWS, "attention_mask").tokenOutput("last_hidden_state");
    assertUnavailable(reranker(embedder, TOKENIZER), "no output has the logits");
    assertUnavailable(
        reranker(
            TinyModel.of(ROWS, "attention_mask").sumOutput("logits"), TinyTokenizer.ofWords("a")),
        "can't join a question and a text");
    assertUnavailable(reranker().maxInputTokens(4), "raise maxInputTokens");
    assertUnavailable(reranker().model(folder.resolve("no.onnx")), "use a readable ONNX file");
    assertThrows(IllegalStateException.class, () -> OnnxReranker.builder().build().close());
    assertThrows(IllegalArgumentException.class, () -> OnnxReranker.builder().maxInputTokens(0));
    assertThrows(IllegalArgumentException.class, () -> OnnxReranker.builder().threads(0));
  }

  @Test
  void manyThreadsGetTheirOwnScores() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (OnnxReranker reranker = reranker().threads(2).build()) {
      List<Future<List<Double>>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        List<String> texts = Collections.nCopies(20, "red ".repeat(i));
        calls.add(threads.submit(() -> reranker.score("blue", texts)));
      }
      for (int i = 0; i < calls.size(); i++) {
        assertEquals(
            Collections.nCopies(20, SPECIAL + BLUE + i * RED), calls.get(i).get(), "call " + i);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void closedRerankerRejectsCalls() {
    OnnxReranker reranker = reranker().build();
    reranker.close();
    reranker.close();
    assertThrows(IllegalStateException.class, () -> reranker.score("red", List.of("red")));
  }
}
