package io.msgvault.embed.pgvector.internal.words;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The lists of some terms, from all segments. */
final class Lists {
  private final Map<Long, Map<ByteBuffer, List<TermList>>> bySegment = new HashMap<>();
  private final Map<ByteBuffer, Long> frequencies = new HashMap<>();

  /** Reads the lists of keys. */
  static Lists of(WordDao dao, List<byte[]> keys, int mostPages) {
    return new Lists().add(dao, keys, mostPages);
  }

  /**
   * Reads the lists of more keys.
   *
   * @param mostPages how many pages of a list to read at most; the first tells its whole length
   */
  Lists add(WordDao dao, List<byte[]> keys, int mostPages) {
    if (!keys.isEmpty()) {
      List<Integer> most = keys.stream().map(key -> mostPages).toList();
      for (WordDao.FoundPage page : dao.pages(keys.toArray(byte[][]::new), most)) {
        Page.find(page.data(), keys.get(page.key())).ifPresent(list -> add(page.segment(), list));
      }
    }
    return this;
  }

  /** Reads the lists of all keys that begin like this one. */
  static Lists beginningWith(WordDao dao, byte[] beginning) {
    Lists lists = new Lists();
    for (WordDao.FoundPage page : dao.pagesBetween(beginning, TermKey.above(beginning))) {
      Page.read(
          page.data(),
          list -> {
            if (Arrays.mismatch(list.key(), beginning) == beginning.length
                || Arrays.equals(list.key(), beginning)) {
              lists.add(page.segment(), list);
            }
          });
    }
    return lists;
  }

  private void add(long segment, TermList list) {
    ByteBuffer key = ByteBuffer.wrap(list.key());
    List<TermList> parts =
        bySegment
            .computeIfAbsent(segment, first -> new HashMap<>())
            .computeIfAbsent(key, first -> new ArrayList<>());
    if (parts.isEmpty()) {
      frequencies.merge(key, (long) list.total(), Long::sum);
    }
    parts.add(list);
  }

  /** Returns all keys that have a list. */
  List<byte[]> keys() {
    return frequencies.keySet().stream().map(ByteBuffer::array).toList();
  }

  /** Returns how many documents have a term, obsolete ones included. */
  long frequency(byte[] key) {
    return frequencies.getOrDefault(ByteBuffer.wrap(key), 0L);
  }

  /** Returns the segments that have any list. */
  Set<Long> segments() {
    return bySegment.keySet();
  }

  /** Returns the parts of the list of a term in a segment. */
  List<TermList> of(long segment, byte[] key) {
    return bySegment.getOrDefault(segment, Map.of()).getOrDefault(ByteBuffer.wrap(key), List.of());
  }
}
