package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.text.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenEndsTest {
  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder embedder;

  @SuppressWarnings("NullAway.Init")
  private static TokenCounter counter;

  @BeforeAll
  static void load() {
    embedder = TestModels.miniLm().build();
    counter = embedder.tokenCounter().orElseThrow();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  /** Splits a text at the ends of its tokens, and drops the rest after the last one. */
  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int end : counter.tokenEnds(text)) {
      pieces.add(text.substring(start, end));
      start = end;
    }
    return pieces;
  }

  @Test
  void latinTokensEndAfterLetters() {
    assertEquals(
        List.of("Hello", ",", " unbelievable", "ness", "!"), pieces("Hello, unbelievableness! "));
  }

  @Test
  void supplementaryCharactersAreTwoUnits() {
    assertEquals(List.of("a", " 😀", " b", " 😀", "."), pieces("a 😀 b 😀."));
    assertEquals(List.of("𠮷", "野", "家"), pieces("𠮷野家"));
  }

  @Test
  void ideographsAreTokens() {
    assertArrayEquals(new int[] {1, 2, 4}, counter.tokenEnds("日本 語"));
  }

  @Test
  void keepsCombiningMarks() {
    String decomposed = "cafe\u0301 cafe\u0301s";
    assertEquals(List.of("cafe\u0301", " cafe\u0301s"), pieces(decomposed));
    assertEquals(List.of("cafe\u0301"), pieces("cafe\u0301"));
    assertEquals(List.of("café", " naïve"), pieces("café naïve"));
  }

  @Test
  void excludesSpecialTokens() {
    assertEquals(0, counter.tokenEnds("").length);
    assertEquals(0, counter.tokenEnds(" \t\n ").length);
    assertEquals(1, counter.tokenEnds("word").length);
  }

  @Test
  void loneSurrogateKeepsOffsets() {
    assertEquals(List.of("a", " \ud83d b", " \ude00 😀", " c"), pieces("a \ud83d b \ude00 😀 c"));
  }

  @Test
  void longTextHasTokensOfSentences() {
    String sentence = "The quick brown fox jumps over 13 lazy dogs, 😀 and naïvely so.\n";
    int[] once = counter.tokenEnds(sentence);
    int times = 500;
    int[] ends = counter.tokenEnds(sentence.repeat(times));
    assertEquals(once.length * times, ends.length);
    for (int i = 0; i < ends.length; i++) {
      assertEquals(
          i / once.length * sentence.length() + once[i % once.length], ends[i], "token " + i);
    }
  }

  @Test
  void longTextIsNotSplitInsideSurrogatePair() {
    String text = "😀".repeat(5_000);
    for (int end : counter.tokenEnds("a" + text)) {
      assertTrue(end % 2 == 1, "ends at " + end);
    }
    for (int end : counter.tokenEnds(text)) {
      assertTrue(end % 2 == 0, "ends at " + end);
    }
  }

  @Test
  void textOfMaxLengthIsNotTruncated() {
    int room = embedder.model().maxTokens();
    String fits = "word ".repeat(room - 1);
    assertEquals(room, counter.tokenEnds(fits + "end").length);
    List<float[]> vectors =
        embedder.embed(
            List.of(fits + "end", fits + "start", fits + "end more", fits + "end less"),
            InputType.DOCUMENT);
    assertTrue(TestModels.cosine(vectors.get(0), vectors.get(1)) < 0.9999, "the last token counts");
    assertEquals(1, TestModels.cosine(vectors.get(2), vectors.get(3)), 1e-6, "the next is cut off");
    assertEquals(1, TestModels.cosine(vectors.get(0), vectors.get(2)), 1e-6);
  }

  @Test
  void embedsTextAfterBlanksOrLongWord() {
    for (String before : List.of(" ".repeat(100_000), "x".repeat(100_000) + " ")) {
      List<float[]> vectors =
          embedder.embed(
              List.of(before + "a red car", before + "the price of tea"), InputType.DOCUMENT);
      assertTrue(TestModels.cosine(vectors.get(0), vectors.get(1)) < 0.95);
    }
  }
}
