package io.msgvault.embed.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts a prepared text into overlapping chunks that fit the model.
 *
 * <p>For a text of any length and content:
 *
 * <ul>
 *   <li><b>One chunk.</b> A text that fits is one chunk, without the white space around it. A text
 *       of white space alone gives no chunk.
 *   <li><b>Order.</b> Starts and ends both strictly ascend. No chunk begins or ends with white
 *       space.
 *   <li><b>Coverage.</b> Up to the end of the last chunk, every character other than white space is
 *       in a chunk. The last chunk ends with the text, unless there are {@link
 *       TextPolicy#maxChunks()} chunks.
 *   <li><b>Size.</b> A chunk, counted on its own, has no more than the maximum number of tokens if
 *       the counter keeps the promise of {@link TokenCounter#tokenEnds}. Without a counter it has
 *       no more than {@link TextPolicy#chunkCharacters()}. Only a single character may be a chunk
 *       that does not fit, if it alone has more tokens.
 *   <li><b>Cuts.</b> A chunk ends at a paragraph, else at a sentence, in the second half of its
 *       maximum size; else it ends at a word. A cut is inside a word only if the word alone is too
 *       long. It never splits a surrogate pair. It splits a combining sequence or joined emoji only
 *       if they are longer than 32 code units or do not fit.
 *   <li><b>Overlap.</b> A chunk repeats up to {@link TextPolicy#overlapPercent()} of its
 *       predecessor's end, from the start of a sentence or of a word.
 * </ul>
 *
 * <p>White space is any character for which {@link Character#isWhitespace(char)} or {@link
 * Character#isSpaceChar(char)} is true. Time and memory are proportional to the length of the text
 * if those of the token counter are. Instances are immutable, and safe for concurrent use if the
 * counter is.
 */
public final class Chunker {
  private final Function<CharSequence, LengthMeter> meters;
  private final int limit;
  private final int overlapPercent;
  private final int maxChunks;

  /**
   * Creates a chunker that limits characters, for an embedder that cannot count tokens.
   *
   * @param policy the size, overlap and number of chunks
   */
  public Chunker(TextPolicy policy) {
    this(text -> LengthMeter.ofCharacters(text.length()), policy.chunkCharacters(), policy);
  }

  /**
   * Creates a chunker that limits tokens. It counts each text once. It counts a chunk again only if
   * it was cut inside a word. The reason is that half a word may have more than half of the word's
   * tokens.
   *
   * @param policy the size, overlap and number of chunks
   * @param maxTokens the maximum number of tokens in one text of the model; {@link
   *     TextPolicy#chunkTokens()} applies as well
   * @param counter counts tokens
   * @throws IllegalArgumentException if {@code maxTokens} is less than 1
   */
  public Chunker(TextPolicy policy, int maxTokens, TokenCounter counter) {
    this(
        text -> LengthMeter.ofTokens(text.length(), counter.tokenEnds(text.toString())),
        Math.min(policy.chunkTokens(), maxTokens),
        policy);
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "maxTokens is %d, but must be at least 1: shorten the prefix of the embedder"
              .formatted(maxTokens));
    }
  }

  private Chunker(Function<CharSequence, LengthMeter> meters, int limit, TextPolicy policy) {
    this.meters = meters;
    this.limit = limit;
    this.overlapPercent = policy.overlapPercent();
    this.maxChunks = policy.maxChunks();
  }

  /**
   * Cuts a text.
   *
   * @param prepared the text that {@link TextPreparer#prepare} returned
   * @return the chunks in ascending order, at most {@link TextPolicy#maxChunks()}
   * @throws IllegalArgumentException if the token counter returns offsets that descend or lie
   *     outside the text
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
        // The repeated part leaves no room for new text.
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

    Cutter(CharSequence text, int last, LengthMeter meter) {
      this.text = text;
      this.last = last;
      this.meter = meter;
    }

    /**
     * Returns where the chunk that begins at {@code start} ends, or {@code floor} if nothing after
     * it fits. The result is greater if {@code floor} is {@code start}.
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
        // Shorter pieces usually fit as measured. If they do not, halving bounds the work.
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
        // Without a repeated part before it, the next word fits whole.
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
