package io.msgvault.embed.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts a prepared text into overlapping chunks that fit the model.
 *
 * <p>What a caller may rely on, for a text of any length and content:
 *
 * <ul>
 *   <li>A text that fits is one chunk, without the white space around it. A text of nothing but
 *       white space gives no chunk.
 *   <li>Starts and ends both strictly ascend. No chunk begins or ends with white space.
 *   <li>Up to the end of the last chunk, every character other than white space is in a chunk; that
 *       is the end of the text unless there are as many chunks as the policy allows.
 *   <li>A chunk has no more than the given number of tokens, counted on its own, if the counter
 *       keeps the promise of {@link TokenCounter#tokenEnds}; without a counter it has no more than
 *       {@link TextPolicy#chunkCharacters()}. Only a single character that alone takes more tokens
 *       than that is a chunk that does not fit.
 *   <li>A cut is made at the end of a paragraph, else of a sentence, in the second half of what
 *       would fit; else at the end of a word; and inside a word only where the word alone is too
 *       long. It never splits a surrogate pair, and splits a letter and its combining marks, or
 *       joined emoji, only if they are longer than 32 code units or do not fit.
 *   <li>A chunk repeats up to {@link TextPolicy#overlapPercent()} of its predecessor's end, from
 *       the start of a sentence or of a word.
 * </ul>
 *
 * <p>White space is what {@link Character#isWhitespace(char)} or {@link
 * Character#isSpaceChar(char)} says is such. Time and memory are proportional to the length of the
 * text, given that those of the token counter are. Instances are immutable, and safe for concurrent
 * use if the counter is.
 */
public final class Chunker {
  private final Function<CharSequence, LengthMeter> meters;
  private final int limit;
  private final int overlapPercent;
  private final int maxChunks;

  /**
   * Creates a chunker for an embedder that cannot count tokens. It limits characters.
   *
   * @param policy the size, overlap and number of chunks
   */
  public Chunker(TextPolicy policy) {
    this(text -> LengthMeter.ofCharacters(text.length()), policy.chunkCharacters(), policy);
  }

  /**
   * Creates a chunker for an embedder that can count tokens.
   *
   * @param policy the size, overlap and number of chunks
   * @param maxTokens the most tokens of one text that the model takes, as {@link
   *     io.msgvault.embed.embedder.EmbedderModel#maxTokens} says; a chunk has the lesser of this
   *     and of {@link TextPolicy#chunkTokens()}
   * @param counter counts tokens: once for each text, and again only for chunks that were cut
   *     inside a word, since half a word may have more tokens than its half of the word's
   * @throws IllegalArgumentException if {@code maxTokens} is less than 1
   */
  public Chunker(TextPolicy policy, int maxTokens, TokenCounter counter) {
    this(
        text -> LengthMeter.ofTokens(text.length(), counter.tokenEnds(text.toString())),
        Math.min(policy.chunkTokens(), maxTokens),
        policy);
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "The model takes %d tokens besides special tokens and the prefix; shorten the prefix"
              .formatted(maxTokens));
    }
  }

  private Chunker(Function<CharSequence, LengthMeter> rulers, int limit, TextPolicy policy) {
    this.meters = rulers;
    this.limit = limit;
    this.overlapPercent = policy.overlapPercent();
    this.maxChunks = policy.maxChunks();
  }

  /**
   * Cuts a text.
   *
   * @param prepared what {@link TextPreparer#prepare} returned
   * @return the chunks in ascending order, at most {@link TextPolicy#maxChunks()}
   * @throws IllegalArgumentException if the token counter returns offsets that descend or lie
   *     outside of the text
   */
  public List<Chunk> chunk(String prepared) {
    return cut(prepared);
  }

  List<Chunk> cut(CharSequence text) {
    int last = text.length();
    while (last > 0 && Chars.isWhite(text.charAt(last - 1))) {
      last--;
    }
    int start = skipWhite(text, 0);
    if (start >= last) {
      return List.of();
    }
    Cutter cutter = new Cutter(text, last, meters.apply(text));
    List<Chunk> chunks = new ArrayList<>();
    int end = start;
    while (true) {
      int next = cutter.end(start, Math.max(start, end));
      if (next == end) {
        // What is repeated leaves no room for what is new.
        start = skipWhite(text, end);
        next = cutter.end(start, start);
      }
      end = next;
      chunks.add(new Chunk(start, end));
      if (end == last || chunks.size() == maxChunks) {
        return List.copyOf(chunks);
      }
      start = cutter.nextStart(start, end);
    }
  }

  private static int skipWhite(CharSequence text, int from) {
    int at = from;
    while (at < text.length() && Chars.isWhite(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Cuts one text. */
  private final class Cutter {
    private final CharSequence text;
    private final int last;
    private final LengthMeter meter;

    Cutter(CharSequence text, int last, LengthMeter ruler) {
      this.text = text;
      this.last = last;
      this.meter = ruler;
    }

    /**
     * Returns where the chunk that begins at {@code start} ends, or {@code floor} if nothing after
     * it fits. Something does if {@code floor} is {@code start}.
     */
    int end(int start, int floor) {
      int hard = Math.min(last, meter.reach(start, limit));
      boolean halve = false;
      while (true) {
        int end = hard == last ? last : best(start, floor, hard);
        if (end == floor || !(Breaks.isInside(text, start) || Breaks.isInside(text, end))) {
          return end;
        }
        int fitting = meters.apply(text.subSequence(start, end)).reach(0, limit);
        if (fitting == end - start || end == Breaks.sequenceBoundary(text, start, start + 1)) {
          return end;
        }
        // Shorter pieces usually fit as measured; halving bounds the work where they do not.
        hard = start + Math.min(fitting, halve ? (end - start) / 2 : end - start - 1);
        halve = true;
      }
    }

    /** Returns the best cut in ({@code floor}, {@code hard}], or {@code floor} if there is none. */
    private int best(int start, int floor, int hard) {
      int middle = Math.min(hard, meter.reach(start, limit / 2));
      int sentence = 0;
      int word = 0;
      for (int at = hard; at > floor; at--) {
        if (at < middle && word > 0) {
          break;
        }
        Breaks.Level level = Breaks.level(text, at);
        if (level == Breaks.Level.PARAGRAPH && at >= middle) {
          return at;
        }
        if (level == Breaks.Level.SENTENCE && sentence == 0 && at >= middle) {
          sentence = at;
        }
        if (level != Breaks.Level.NONE && word == 0) {
          word = at;
        }
      }
      if (word > 0) {
        return sentence > 0 ? sentence : word;
      }
      if (floor > start && !Breaks.isInside(text, floor)) {
        // The next word fits whole if nothing is repeated before it.
        return floor;
      }
      int whole = Breaks.sequenceBoundary(text, floor, Math.max(hard, floor + 1));
      return whole <= hard || floor == start ? whole : floor;
    }

    /** Returns where the chunk after the one from {@code start} to {@code end} begins. */
    int nextStart(int start, int end) {
      int units = meter.length(start, end);
      int repeated = (int) ((long) units * overlapPercent / 100);
      int earliest = repeated == 0 ? end : meter.reach(start, units - repeated);
      if (earliest <= start || earliest >= end) {
        return skipWhite(text, end);
      }
      int word = Breaks.isInside(text, earliest) ? end : earliest;
      for (int at = earliest; at < end; at++) {
        Breaks.Level level = Breaks.level(text, at);
        if (level.compareTo(Breaks.Level.SENTENCE) >= 0) {
          return skipWhite(text, at);
        }
        if (level == Breaks.Level.WORD) {
          word = Math.min(word, at);
        }
      }
      return skipWhite(text, word < end ? word : Breaks.sequenceBoundary(text, start, earliest));
    }
  }
}
