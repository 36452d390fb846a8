package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPolicy.Step;
import io.msgvault.embed.text.TextPreparer;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Prepares a message, cuts it into chunks and reads its words. The first piece sets the policy: its
 * first characters are the steps that are left out, and sizes. Subject, HTML and text follow.
 */
final class TextTrial implements FuzzTarget.Trial {
  private static final int MAX_TOKENS = 40;

  private final WordAnalyzer analyzer = WordAnalyzer.english();

  @Override
  public void run(byte[] input) {
    Pieces pieces = Pieces.of(input);
    TextPolicy policy = policy(pieces.get(0));
    String subject = pieces.get(1);
    String html = pieces.get(2);
    String text = pieces.from(3);
    String prepared = new TextPreparer(policy).prepare(subject, text, html);
    Oracle.wellFormed("the prepared text", prepared);
    long given = (long) subject.length() + text.length() + html.length();
    Oracle.require(prepared.length() <= 4 * given + 100, "a text has grown");
    if (policy.steps().contains(Step.WHITE_SPACE)) {
      TextPreparer collapse =
          new TextPreparer(new TextPolicy(Set.of(Step.WHITE_SPACE), 1 << 20, 16, 16, 0, 1));
      Oracle.same("a collapsed text", prepared, collapse.prepare("", prepared, ""));
    }
    check(prepared, policy, new Chunker(policy).chunk(prepared), Meter.CHARACTERS);
    check(
        prepared,
        policy,
        new Chunker(policy, MAX_TOKENS, Meter::tokenEnds).chunk(prepared),
        Meter.TOKENS);
    checkWords(text);
  }

  private static TextPolicy policy(String settings) {
    EnumSet<Step> steps = EnumSet.allOf(Step.class);
    Step[] all = Step.values();
    for (int i = 0; i < all.length; i++) {
      if (settings.indexOf((char) ('a' + i)) >= 0) {
        steps.remove(all[i]);
      }
    }
    int size = settings.chars().filter(Character::isDigit).map(c -> c - '0').sum();
    return new TextPolicy(
        steps, 1 << 20, 16 + size, 16 + 3 * size, Math.min(50, 5 * size), 1 + 20 * size);
  }

  /** What a chunk is measured in. */
  private enum Meter {
    CHARACTERS,
    TOKENS;

    /** Cuts a text into tokens of three characters, none beyond white space. */
    static int[] tokenEnds(String text) {
      IntStream.Builder ends = IntStream.builder();
      int length = 0;
      for (int i = 0; i < text.length(); i++) {
        boolean white = isWhite(text.charAt(i));
        length = white ? 0 : length + 1;
        boolean last = i + 1 == text.length() || isWhite(text.charAt(i + 1));
        if (!white && (last || length == 3)) {
          ends.add(i + 1);
          length = 0;
        }
      }
      return ends.build().toArray();
    }
  }

  private static boolean isWhite(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** Checks what {@link Chunker} promises. */
  private static void check(String text, TextPolicy policy, List<Chunk> chunks, Meter meter) {
    Oracle.require(chunks.size() <= policy.maxChunks(), "too many chunks");
    int start = -1;
    int end = 0;
    for (Chunk chunk : chunks) {
      Oracle.require(chunk.end() <= text.length(), "a chunk ends beyond the text");
      Oracle.require(chunk.start() > start && chunk.end() > end, "chunks are out of order");
      for (int i = end; i < chunk.start(); i++) {
        Oracle.require(isWhite(text.charAt(i)), "text is in no chunk");
      }
      String piece = chunk.of(text);
      Oracle.wellFormed("a chunk", piece);
      Oracle.require(
          !isWhite(piece.charAt(0)) && !isWhite(piece.charAt(piece.length() - 1)),
          "a chunk has white space around it");
      int size = meter == Meter.CHARACTERS ? piece.length() : Meter.tokenEnds(piece).length;
      int limit =
          meter == Meter.CHARACTERS
              ? policy.chunkCharacters()
              : Math.min(MAX_TOKENS, policy.chunkTokens());
      Oracle.require(
          size <= limit || piece.codePointCount(0, piece.length()) == 1, "a chunk is too large");
      start = chunk.start();
      end = chunk.end();
    }
    if (chunks.size() < policy.maxChunks()) {
      for (int i = end; i < text.length(); i++) {
        Oracle.require(isWhite(text.charAt(i)), "the end of the text is in no chunk");
      }
    }
  }

  private void checkWords(String text) {
    int position = 0;
    List<WordAnalyzer.Term> terms = analyzer.terms(text);
    Oracle.require(terms.size() <= 3L * text.length() + 10, "too many terms");
    for (WordAnalyzer.Term term : terms) {
      Oracle.require(
          term.start() >= 0 && term.start() < term.end() && term.end() <= text.length(),
          "a term is outside the text");
      Oracle.require(term.position() >= position, "positions descend");
      Oracle.require(
          !term.surface().isEmpty() && term.surface().length() <= WordAnalyzer.MAX_LENGTH,
          "a term has a wrong length");
      Oracle.wellFormed("a term", term.surface());
      Oracle.wellFormed("a stem", term.stem());
      position = term.position();
    }
  }
}
