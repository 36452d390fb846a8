package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkerTest {
  private static final TextPolicy SMALL =
      TextPolicy.standard().withChunkCharacters(40).withChunkTokens(16).withOverlapPercent(0);

  private static List<String> chunks(TextPolicy policy, String text) {
    return new Chunker(policy).chunk(text).stream().map(chunk -> chunk.of(text)).toList();
  }

  private static List<String> tokenChunks(TextPolicy policy, int maxTokens, String text) {
    return new Chunker(policy, maxTokens, new PieceCounter())
        .chunk(text).stream().map(chunk -> chunk.of(text)).toList();
  }

  @Test
  void textThatFitsIsOneChunk() {
    String text = "x".repeat(19) + " " + "y".repeat(20);
    assertEquals(List.of(text), chunks(SMALL, text));
    assertEquals(List.of("a"), chunks(SMALL, "\n  a \u00a0"));
  }

  @Test
  void blankTextHasNoChunk() {
    assertEquals(List.of(), chunks(SMALL, ""));
    assertEquals(List.of(), chunks(SMALL, " \n\u3000".repeat(100)));
    assertEquals(List.of(), tokenChunks(SMALL, 16, " \n\u3000".repeat(100)));
  }

  @Test
  void prefersToCutAtParagraphs() {
    assertEquals(
        List.of("One two three. Four five.", "Six seven. Eight nine ten eleven."),
        chunks(SMALL, "One two three. Four five.\n\nSix seven. Eight nine ten eleven."));
  }

  @Test
  void cutsAtSentencesWithoutParagraphs() {
    assertEquals(
        List.of("One two three four. Five (six)!", "Seven eight nine ten eleven twelve."),
        chunks(SMALL, "One two three four. Five (six)! Seven eight nine ten eleven twelve."));
    assertEquals(
        List.of("Nine a.m. is fine, see e.g. the notes on", "paper."),
        chunks(SMALL, "Nine a.m. is fine, see e.g. the notes on paper."));
  }

  @Test
  void ignoresBreaksInTheFirstHalf() {
    assertEquals(
        List.of("Hi.\n\nOne two. Three four five six seven", "eight"),
        chunks(SMALL, "Hi.\n\nOne two. Three four five six seven eight"));
  }

  @Test
  void cutsOnlyOverlongWords() {
    String word = "x".repeat(39);
    assertEquals(
        List.of("a b", word, word, "c"), chunks(SMALL, "a b " + word + "\n" + word + " c"));
    assertEquals(
        List.of("a", "x".repeat(40), "x".repeat(40), "x".repeat(5)),
        chunks(SMALL, "a " + "x".repeat(85)));
  }

  @Test
  void cutsChineseAtSentencesAndClauses() {
    String sentence = "会议定于星期二上午十点在四号会议室举行。";
    assertEquals(
        List.of(sentence + sentence, sentence), chunks(SMALL, sentence + sentence + sentence));
    assertEquals(
        List.of("请带上三月份的数字和上次会议的记录以及所有相关的文件，", "并且提前十分钟到达会议室门口等候大家一起进去"),
        chunks(SMALL, "请带上三月份的数字和上次会议的记录以及所有相关的文件，并且提前十分钟到达会议室门口等候大家一起进去"));
  }

  @Test
  void keepsPairsAndCombiningSequencesWhole() {
    String astronaut = "👩\u200d🚀";
    for (String unit : List.of("😀", "e\u0301", astronaut, "👍🏽", "न\u093f")) {
      for (String before : List.of("", "a", "ab", "abc", "abcd")) {
        for (String chunk : chunks(SMALL, before + unit.repeat(50))) {
          String rest = chunk.startsWith(before) ? chunk.substring(before.length()) : chunk;
          assertEquals(0, rest.length() % unit.length(), chunk);
          assertTrue(rest.startsWith(unit) && rest.endsWith(unit), chunk);
        }
      }
    }
  }

  @Test
  void overlapBeginsAtASentenceOrWord() {
    TextPolicy half = SMALL.withOverlapPercent(50);
    assertEquals(
        List.of("One two three four five six. Seven.", "Seven. Eight nine ten eleven twelve."),
        chunks(half, "One two three four five six. Seven. Eight nine ten eleven twelve."));
    assertEquals(
        List.of("one two three four five six seven eight", "six seven eight nine ten"),
        chunks(half, "one two three four five six seven eight nine ten"));
    assertEquals(
        List.of("x".repeat(40), "x".repeat(40), "x".repeat(30)), chunks(half, "x".repeat(70)));
  }

  @Test
  void overlapYieldsToLongWords() {
    TextPolicy half = SMALL.withOverlapPercent(50);
    String word = "x".repeat(36);
    assertEquals(List.of("one two three", word), chunks(half, "one two three " + word));
  }

  @Test
  void limitsTheNumberOfChunks() {
    assertEquals(
        List.of("x".repeat(40), "x".repeat(40)), chunks(SMALL.withMaxChunks(2), "x".repeat(1_000)));
  }

  @Test
  void limitsTokensToThoseOfTheModel() {
    String text = "One two three. ".repeat(10).strip();
    assertEquals("One two three. One two three.", tokenChunks(SMALL, 99, text).get(0));
    assertEquals("One two three.", tokenChunks(SMALL, 12, text).get(0));
  }

  @Test
  void countsPartsOfWordsOnTheirOwn() {
    List<String> chunks = tokenChunks(SMALL, 16, "abcdefghij".repeat(100));
    for (String chunk : chunks) {
      int tokens = new PieceCounter().tokenEnds(chunk).length;
      assertTrue(
          tokens <= 16 && (tokens > 8 || chunk.equals(chunks.get(chunks.size() - 1))), chunk);
    }
    assertEquals("abcdefghij".repeat(100), String.join("", chunks));
  }

  @Test
  void overlongCharacterIsItsOwnChunk() {
    assertEquals(List.of("a", "😀", "b"), tokenChunks(SMALL, 1, "a😀b"));
  }

  @Test
  void countsTextOnceAndPartsOfWordsAgain() {
    List<String> counted = new ArrayList<>();
    TokenCounter counter =
        text -> {
          counted.add(text);
          return new PieceCounter().tokenEnds(text);
        };
    String prose = "one two three. ".repeat(50);
    new Chunker(SMALL, 16, counter).chunk(prose);
    assertEquals(List.of(prose), counted);

    counted.clear();
    String word = "x".repeat(100);
    new Chunker(SMALL, 16, counter).chunk(prose + word);
    assertTrue(
        counted.size() > 1 && counted.stream().skip(1).allMatch(word::contains), "" + counted);
  }

  @Test
  void inconsistentCounterCostsFewCallsPerChunk() {
    String word = "x".repeat(1_000);
    AtomicInteger calls = new AtomicInteger();
    TokenCounter counter =
        text -> {
          calls.incrementAndGet();
          // A part of more than one character always has more tokens than the model takes.
          int[] ends = new int[text.length() == 1 ? 1 : 17];
          Arrays.fill(ends, Math.max(1, text.length() - 1));
          ends[ends.length - 1] = text.length();
          return text.equals(word) ? IntStream.rangeClosed(1, 20).map(i -> i * 50).toArray() : ends;
        };
    List<Chunk> chunks = new Chunker(SMALL.withMaxChunks(2_000), 16, counter).chunk(word);
    assertEquals(1_000, chunks.get(chunks.size() - 1).end());
    assertTrue(calls.get() < 12 * chunks.size(), calls + " calls");
  }

  @Test
  void coversTextWithoutTokens() {
    Chunker chunker = new Chunker(SMALL, 16, text -> new int[0]);
    assertEquals(List.of(new Chunk(1, 4)), chunker.chunk(" abc "));
  }

  @Test
  void rejectsInvalidTokenEnds() {
    for (int[] ends : new int[][] {{2, 1}, {4}, {-1}}) {
      Chunker chunker = new Chunker(SMALL, 16, text -> ends);
      assertThrows(IllegalArgumentException.class, () -> chunker.chunk("abc"));
    }
  }

  @Test
  void rejectsModelWithoutTokens() {
    assertThrows(IllegalArgumentException.class, () -> new Chunker(SMALL, 0, new PieceCounter()));
  }

  @Test
  void chunkStartsBeforeItsEnd() {
    assertEquals("bc", new Chunk(1, 3).of("abcd"));
    assertThrows(IllegalArgumentException.class, () -> new Chunk(-1, 3));
    assertThrows(IllegalArgumentException.class, () -> new Chunk(3, 3));
  }
}
