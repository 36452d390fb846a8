package io.msgvault.embed.onnx;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.util.cuda.CudaUtils;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.text.Texts;
import io.msgvault.embed.text.TokenCounter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Splits texts into tokens by a Hugging Face {@code tokenizer.json}. Safe for concurrent use, but
 * not after {@link #close}.
 *
 * <p>The native tokenizer needs about a hundred bytes of memory for each character, so a long text
 * is read in segments. A segment ends before white space, where no known tokenizer joins two words
 * into one token.
 */
final class Tokenizer implements TokenCounter, AutoCloseable {
  private static final int SEGMENT_CHARS = 1 << 12;

  /** The maximum of characters that are read to fill an input; more of them would hold no words. */
  private static final int MAX_HEAD_CHARS = 1 << 22;

  /**
   * Keeps DJL off the network. Without the first property, it calls the cloud's metadata service
   * and reports its use for each tokenizer. Without the others, it downloads another native library
   * if it finds a graphics card. DJL reads the properties only while it creates a tokenizer.
   */
  private static final Map<String, String> OFFLINE_PROPERTIES =
      Map.of("OPT_OUT_TRACKING", "true", "ai.djl.offline", "true", "RUST_FLAVOR", "cpu");

  /** Has a symbol that hardly any vocabulary has. */
  private static final String PROBE = "the \u2a3f";

  private static boolean isLibraryLoaded;

  private final HuggingFaceTokenizer tokenizer;
  private final String digest;

  private Tokenizer(HuggingFaceTokenizer tokenizer, String digest) {
    this.tokenizer = tokenizer;
    this.digest = digest;
  }

  static Tokenizer load(ModelFile file) {
    try {
      ModelFile source = file.buffered();
      try (InputStream json = source.open()) {
        TokenizerFile.check(json);
      }
      try (InputStream json = source.open()) {
        return tested(new Tokenizer(loadOffline(json), FileDigest.of(source, Set.of())));
      }
    } catch (IOException e) {
      throw file.unreadable(e, "a readable tokenizer.json");
    } catch (EmbedderUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EmbedderUnavailableException(
          file
              + " is not a tokenizer ("
              + e.getMessage()
              + "): use the tokenizer.json of the model",
          e);
    }
  }

  /** Returns a tokenizer that can read known and unknown words; frees it otherwise. */
  private static Tokenizer tested(Tokenizer loaded) {
    try {
      loaded.tokenizer.encode(PROBE, true, false);
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private static synchronized HuggingFaceTokenizer loadOffline(InputStream json)
      throws IOException {
    if (isLibraryLoaded) {
      return withProperties(OFFLINE_PROPERTIES, json);
    }
    try (NativeFolder folder = NativeFolder.open()) {
      Map<String, String> properties = new HashMap<>(OFFLINE_PROPERTIES);
      properties.putAll(folder.properties());
      try {
        HuggingFaceTokenizer tokenizer = withProperties(properties, json);
        isLibraryLoaded = true;
        return tokenizer;
      } catch (LinkageError | EngineException e) {
        throw folder.failure(e);
      }
    }
  }

  private static HuggingFaceTokenizer withProperties(
      Map<String, String> properties, InputStream json) throws IOException {
    Map<String, @Nullable String> previous = new HashMap<>();
    properties.forEach((name, value) -> previous.put(name, System.setProperty(name, value)));
    try {
      if (!isLibraryLoaded) {
        silenceSearchForGraphicsCards();
      }
      return HuggingFaceTokenizer.newInstance(
          json, Map.of("padding", "false", "truncation", "false"));
    } finally {
      previous.forEach(
          (name, value) -> {
            if (value == null) {
              System.clearProperty(name);
            } else {
              System.setProperty(name, value);
            }
          });
    }
  }

  /**
   * Keeps DJL from warning of a CUDA library without a graphics card, which tokenizers do not use.
   * Only the method with which DJL starts a process of its own turns these warnings off. It does so
   * at once, and needs its argument only afterwards.
   */
  @SuppressWarnings("NullAway") // The method is to fail before it prints anything.
  private static void silenceSearchForGraphicsCards() {
    try {
      CudaUtils.main(null);
    } catch (NullPointerException e) {
      // The warnings are off.
    }
  }

  /** Returns the digest of the tokenizer's file. */
  String digest() {
    return digest;
  }

  /** Returns how many special tokens each text gets. */
  int specialTokenCount() {
    return encoding("", true).getIds().length;
  }

  /**
   * Returns whether a word has other tokens at the start of a text than after a space, as it has in
   * byte-level vocabularies.
   */
  boolean isLeadingSpaceSensitive() {
    return !Arrays.equals(encoding("the", false).getIds(), encoding(" the", false).getIds());
  }

  /**
   * Returns the tokens of a text with the special tokens. Tokens of the text that exceed {@code
   * maxTokens} are dropped.
   */
  TokenizedText encode(String text, int maxTokens) {
    return encode(text, maxTokens, head -> encoding(head, true));
  }

  /** Returns the first {@code maxTokens} tokens of a text, without special tokens. */
  TokenizedText encodePlain(String text, int maxTokens) {
    return encode(text, maxTokens, head -> encoding(head, false));
  }

  /**
   * Returns the tokens of a question and a text with the special tokens. Tokens that exceed {@code
   * maxTokens} are dropped from the end of the text. A question fills at most half of the input, so
   * that some of the text is kept.
   */
  TokenizedText encodePair(String question, String text, int maxTokens) {
    int room = Math.max(1, (maxTokens - pairSpecialTokenCount()) / 2);
    int[] ends = tokenEnds(question);
    String kept =
        Texts.wellFormed(ends.length <= room ? question : question.substring(0, ends[room - 1]));
    return encode(text, maxTokens, head -> pairEncoding(kept, head));
  }

  /** Returns how many special tokens each pair gets. */
  int pairSpecialTokenCount() {
    return pairEncoding("", "").getIds().length;
  }

  /** Returns whether both parts of a pair become tokens, as the file must say how. */
  boolean joinsPairs() {
    return pairEncoding("a", "a").getIds().length
        >= pairSpecialTokenCount() + 2 * encoding("a", false).getIds().length;
  }

  private Encoding encoding(String text, boolean special) {
    return typed(() -> tokenizer.encode(text, special, false));
  }

  private Encoding pairEncoding(String question, String text) {
    return typed(() -> tokenizer.encode(question, text, true, false));
  }

  /** Native code throws plain exceptions. Their messages may quote the text. */
  private static Encoding typed(Supplier<Encoding> encoding) {
    try {
      return encoding.get();
    } catch (RuntimeException e) {
      throw new EmbedderUnavailableException(
          "the tokenizer fails at some texts: use the tokenizer.json of the model");
    }
  }

  private static TokenizedText encode(
      String text, int maxTokens, Function<String, Encoding> encoder) {
    String wellFormed = Texts.wellFormed(text);
    for (long head = Math.max(SEGMENT_CHARS, 16L * maxTokens); ; head *= 4) {
      int end = segmentEnd(wellFormed, 0, head);
      Encoding encoding = encoder.apply(wellFormed.substring(0, end));
      if (end == wellFormed.length()
          || encoding.getIds().length > maxTokens
          || head > MAX_HEAD_CHARS) {
        return truncate(encoding, maxTokens);
      }
    }
  }

  private static TokenizedText truncate(Encoding encoding, int maxTokens) {
    long[] ids = encoding.getIds();
    long[] types = encoding.getTypeIds();
    if (ids.length <= maxTokens) {
      return new TokenizedText(ids, types);
    }
    long[] special = encoding.getSpecialTokenMask();
    int room = maxTokens;
    for (long isSpecial : special) {
      room -= (int) isSpecial;
    }
    long[] keptIds = new long[maxTokens];
    long[] keptTypes = new long[maxTokens];
    int kept = 0;
    for (int i = 0; i < ids.length && kept < maxTokens; i++) {
      if (special[i] == 1 || room-- > 0) {
        keptIds[kept] = ids[i];
        keptTypes[kept++] = types[i];
      }
    }
    return new TokenizedText(keptIds, keptTypes);
  }

  @Override
  public int[] tokenEnds(String text) {
    // A lone surrogate has no UTF-8, and would shift all offsets.
    String wellFormed = Texts.wellFormed(text);
    IntStream.Builder ends = IntStream.builder();
    for (int start = 0; start < wellFormed.length(); ) {
      int end = segmentEnd(wellFormed, start, SEGMENT_CHARS);
      String segment = wellFormed.substring(start, end);
      // Spans count code points, and leave out combining marks that a tokenizer removes.
      int points = 0;
      int chars = 0;
      for (CharSpan span : encoding(segment, false).getCharTokenSpans()) {
        if (span.getEnd() > points) {
          chars = segment.offsetByCodePoints(chars, span.getEnd() - points);
          points = span.getEnd();
        }
        ends.add(start + skipCombiningMarks(segment, chars));
      }
      start = end;
    }
    return ends.build().toArray();
  }

  /**
   * Returns the end of a segment of at most {@code chars} characters. It is the end of the text, or
   * a place before white space if there is one.
   */
  private static int segmentEnd(String text, int start, long chars) {
    if (text.length() - start <= chars) {
      return text.length();
    }
    int end = start + (int) chars;
    for (int i = end; i > start; i--) {
      if (Character.isWhitespace(text.charAt(i))) {
        return i;
      }
    }
    return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
  }

  private static int skipCombiningMarks(String text, int offset) {
    int end = offset;
    while (end < text.length() && isCombiningMark(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  private static boolean isCombiningMark(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
