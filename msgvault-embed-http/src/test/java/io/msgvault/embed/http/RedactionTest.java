package io.msgvault.embed.http;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.text.Texts;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static String redacted(String message, String text) {
    return new Redaction(List.of(), List.of(text)).apply(message);
  }

  @Test
  void keepsMessageWithoutEcho() {
    String message = "This model's maximum context length is 8192 tokens";
    assertEquals(message, redacted(message, "The tokens of this model are 8192 in number"));
  }

  @Test
  void splitsNoPairOfSurrogates() {
    String long299 = "x".repeat(298) + "\ud83d\ude80 and more";
    assertTrue(Texts.isWellFormed(redacted(long299, "text")));
    assertEquals("half \ufffd", redacted("half \\ud83d", "text"));
  }

  @Test
  void hidesLongEchoOnly() {
    assertEquals(
        "bad input '…' at 7",
        redacted("bad input 'the soup of the day' at 7", "Is the soup of the day leek?"));
  }

  @Test
  void hidesShortTextAsWholeWords() {
    assertEquals("bad …: insoluble", redacted("bad sol: insoluble", "sol"));
  }

  @Test
  void ignoresBlankText() {
    assertEquals("bad input", redacted("bad\ninput", "\u0000\n\u200b"));
  }

  @Test
  void hidesTruncatedBeginningOfText() {
    assertEquals("bad input: …...", redacted("bad input: Dear An...", "Dear Anna, a soup?"));
  }

  @Test
  void hidesEscapedEcho() {
    String text = "\u043f\u0438\u0441\u044c\u043c\u043e\n\"\u0432\"";
    String escapes = "\\u043f\\u0438\\u0441\\u044c\\u043c\\u043e\\n\\\"\\\\u0432\\\"";
    assertEquals("bad …!", redacted("bad " + escapes + "!", text));
  }

  @Test
  void hidesEchoAtExaminationLimit() {
    String text = IntStream.range(100, 245).mapToObj(i -> i + " ").collect(joining());
    assertEquals(580, text.length());
    assertEquals("… or a", redacted(text + "or also " + text.substring(101), text));
  }

  @Test
  void hidesWordWithPartOfSecret() {
    assertEquals(
        "wrong key … given",
        new Redaction(List.of("abcdefghijkl"), List.of())
            .apply("wrong key 'abcdef******kl'. given"));
  }

  @Property(tries = 300)
  void noEchoSurvives(
      @ForAll @StringLength(min = 16, max = 60) String text,
      @ForAll @StringLength(max = 700) String before,
      @ForAll @StringLength(max = 40) String after,
      @ForAll @IntRange(max = 44) int skipped) {
    String echo = text.substring(Math.min(skipped, text.length() - 16));
    String shown = redacted(before + echo + after, text);
    assertTrue(shown.length() <= Redaction.MAX_SHOWN_CHARACTERS);
    String visible = new Redaction(List.of(), List.of()).apply(echo);
    if (visible.length() >= 16) {
      assertFalse(shown.contains(visible));
    }
  }
}
