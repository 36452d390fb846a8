package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.msgvault.embed.embedder.InputType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the vectors with those of another library with the same model. */
class LangChain4jAgreementTest {
  /** Their tokenizer cuts each text at this length, as its file says. */
  private static final int THEIR_LENGTH = 128;

  private static final String OPT_OUT = "OPT_OUT_TRACKING";

  private static final List<String> TEXTS =
      List.of(
          "ok",
          "Shall we meet on Thursday at ten?",
          "RE: FWD: invoice no. 4711/b — 1.234,56 € (incl. VAT), due 31.12.",
          "Der Wagen läuft wieder; die Bremsbeläge mußten gewechselt werden.",
          "На следующей неделе мы переезжаем в новый офис.",
          "来週の会議は火曜日に変更になりました。",
          "🎉🎉 we shipped it 🚢",
          "https://example.org/a/b?c=d&e=f#g see ticket ABC-123, x_y.z@example.org",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "one two three four five ".repeat(20),
          "The committee could not agree on a budget, so the vote was put off. ".repeat(60));

  @BeforeEach
  void disableTelemetry() {
    System.setProperty(OPT_OUT, "true");
  }

  @AfterEach
  void restore() {
    System.clearProperty(OPT_OUT);
  }

  @Test
  void vectorsAgree() {
    EmbeddingModel theirs = new AllMiniLmL6V2QuantizedEmbeddingModel();
    try (OnnxEmbedder ours = TestModels.miniLm().maxInputTokens(THEIR_LENGTH).build()) {
      List<float[]> vectors = ours.embed(TEXTS, InputType.DOCUMENT);
      for (int i = 0; i < TEXTS.size(); i++) {
        double cosine =
            TestModels.cosine(vectors.get(i), theirs.embed(TEXTS.get(i)).content().vector());
        assertTrue(cosine >= 0.999, "text " + i + ": " + cosine);
      }
    }
  }
}
