package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class ChunkerPropertyTest {
  private static final int MANY = 1_000_000;

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> prose =
        Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.strings().alpha().ofMaxLength(12)),
                Tuple.of(8, Arbitraries.of(" ", ". ", "\n", "\n\n", ", ", "! ")),
                Tuple.of(2, Arbitraries.of("会议定于", "。", "，", "😀", "e\u0301")),
                Tuple.of(1, Arbitraries.strings().alpha().ofMaxLength(200)),
                Tuple.of(1, Arbitraries.of(" ".repeat(50), "\u0301".repeat(60))))
            .list()
            .ofMaxSize(120)
            .map(pieces -> String.join("", pieces));
    return Arbitraries.oneOf(prose, new AnyText().get());
  }

  @Property(tries = 1_000)
  void tokenChunksKeepTheContract(
      @ForAll("texts") String text,
      @ForAll @IntRange(min = 1, max = 40) int maxTokens,
      @ForAll @IntRange(max = 50) int overlapPercent) {
    TextPolicy policy = policy(overlapPercent, MANY);
    TokenCounter counter = new PieceCounter();
    List<Chunk> chunks = new Chunker(policy, maxTokens, counter).chunk(text);

    assertShape(text, chunks);
    assertCovered(text, chunks);
    int limit = Math.min(maxTokens, policy.chunkTokens());
    for (Chunk chunk : chunks) {
      String piece = chunk.of(text);
      assertTrue(
          counter.tokenEnds(piece).length <= limit || piece.codePointCount(0, piece.length()) == 1,
          piece);
    }
    if (chunks.size() > 1) {
      assertTrue(counter.tokenEnds(text).length > limit, "a text that fits is cut");
    }
  }

  @Property(tries = 1_000)
  void characterChunksKeepTheContract(
      @ForAll("texts") String text,
      @ForAll @IntRange(min = 16, max = 80) int characters,
      @ForAll @IntRange(max = 50) int overlapPercent) {
    TextPolicy policy = policy(overlapPercent, MANY).withChunkCharacters(characters);
    List<Chunk> chunks = new Chunker(policy).chunk(text);

    assertShape(text, chunks);
    assertCovered(text, chunks);
    Chunk previous = null;
    for (Chunk chunk : chunks) {
      assertTrue(chunk.end() - chunk.start() <= characters, chunk.toString());
      if (previous != null) {
        int length = previous.end() - previous.start();
        // A combining sequence that would be cut is repeated whole.
        assertTrue(
            previous.end() - chunk.start() <= length * overlapPercent / 100 + 32,
            previous + " " + chunk);
      }
      previous = chunk;
    }
    if (chunks.size() > 1) {
      assertTrue(
          chunks.get(chunks.size() - 1).end() - chunks.get(0).start() > characters,
          "a text that fits is cut");
    }
  }

  @Property
  void limitKeepsTheFirstChunks(
      @ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 5) int maxChunks) {
    List<Chunk> all = new Chunker(policy(10, MANY)).chunk(text);
    List<Chunk> few = new Chunker(policy(10, maxChunks)).chunk(text);
    assertEquals(all.subList(0, Math.min(maxChunks, all.size())), few);
  }

  private static TextPolicy policy(int overlapPercent, int maxChunks) {
    return TextPolicy.standard()
        .withChunkTokens(30)
        .withChunkCharacters(40)
        .withOverlapPercent(overlapPercent)
        .withMaxChunks(maxChunks);
  }

  private static void assertShape(String text, List<Chunk> chunks) {
    Chunk previous = null;
    for (Chunk chunk : chunks) {
      assertFalse(isWhite(text.charAt(chunk.start())), chunk.toString());
      assertFalse(isWhite(text.charAt(chunk.end() - 1)), chunk.toString());
      assertFalse(splitsPair(text, chunk.start()), chunk.toString());
      assertFalse(splitsPair(text, chunk.end()), chunk.toString());
      if (previous != null) {
        assertTrue(chunk.start() > previous.start() && chunk.end() > previous.end());
      }
      previous = chunk;
    }
  }

  private static void assertCovered(String text, List<Chunk> chunks) {
    int covered = 0;
    for (Chunk chunk : chunks) {
      assertAllWhite(text, covered, chunk.start());
      covered = chunk.end();
    }
    assertAllWhite(text, covered, text.length());
  }

  private static void assertAllWhite(String text, int from, int to) {
    for (int at = from; at < to; at++) {
      assertTrue(isWhite(text.charAt(at)), "not covered: " + at);
    }
  }

  private static boolean isWhite(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean splitsPair(String text, int at) {
    return at > 0
        && at < text.length()
        && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
  }
}
