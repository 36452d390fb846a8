package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.text.Words.Word;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void splitsAtAllButLettersAndDigits() {
    assertEquals(
        List.of("it", "s", "100", "of", "a1b2", "x", "y"), words("It's 100% of a1b2: <x>_y\0"));
    assertEquals(List.of(), words(" …«—»\n"));
    assertEquals(List.of(), words(""));
  }

  @Test
  void foldsCaseAndLatinDiacritics() {
    assertEquals(
        words("uber angstrom naive zurich o"), words("ÜBER Ångström nai\u0308ve Zürich ő"));
    assertEquals(List.of("straße", "æon", "øre"), words("Straße ÆON Øre"));
    assertEquals(List.of("angstrom"), words("\u212Bngstrom"));
  }

  @Test
  void keepsMarksOfOtherScripts() {
    assertEquals(List.of("мой", "ёлка"), words("МОЙ Ёлка"));
    assertEquals(words("σοφοσ"), words("ΣΟΦΟΣ"));
    assertEquals(words("ΣΟΦΟΣ"), words("σοφος"));
    assertEquals(List.of("हिन्दी"), words("हिन्दी"));
    assertEquals(List.of("信件箱"), words("信件箱。"));
  }

  @Test
  void wordsCarryOffsets() {
    assertEquals(List.of(new Word("nai", 1, 5), new Word("𝒯", 6, 8)), Words.of("\"nai\u0308-𝒯"));
  }

  @Test
  void truncatesLongWords() {
    assertEquals(List.of("x".repeat(100), "y"), words("x".repeat(5_000) + " y"));
  }

  private static List<String> words(String text) {
    return Words.of(text).stream().map(Word::text).toList();
  }
}
