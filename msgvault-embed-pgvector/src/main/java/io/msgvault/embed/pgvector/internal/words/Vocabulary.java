package io.msgvault.embed.pgvector.internal.words;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives words numbers from 0 on. */
final class Vocabulary {
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * A word in UTF-8, with its number.
   *
   * @param head its first eight bytes, which nearly always decide about the order
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Word(byte[] text, long head, int number) {
    private static final Comparator<Word> BY_KEY =
        (one, other) -> {
          int order = Long.compareUnsigned(one.head, other.head);
          return order == 0 ? Arrays.compareUnsigned(one.text, other.text) : order;
        };

    private static Word of(String word, int number) {
      byte[] text = word.getBytes(StandardCharsets.UTF_8);
      long head = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        head = head << 8 | (i < text.length ? text[i] & 0xFF : 0);
      }
      return new Word(text, head, number);
    }
  }

  int number(String word) {
    Integer known = numbers.putIfAbsent(word, numbers.size());
    return known == null ? numbers.size() - 1 : known;
  }

  int size() {
    return numbers.size();
  }

  /** Returns all words in the order of their keys. */
  List<Word> sorted() {
    Word[] words = new Word[numbers.size()];
    numbers.forEach((word, number) -> words[number] = Word.of(word, number));
    Arrays.sort(words, Word.BY_KEY);
    return List.of(words);
  }
}
