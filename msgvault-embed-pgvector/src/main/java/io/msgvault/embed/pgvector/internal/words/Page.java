package io.msgvault.embed.pgvector.internal.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A row of the table of pages.
 *
 * @param term the key of its only term, or of its first
 * @param document the first document of its only term, or {@link #WHOLE}
 * @param data for each term: what it shares with the key before and the rest of its key, the length
 *     of the whole list, and the part of the list that is here
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(byte[] term, int document, byte[] data) {
  /** Marks a page that has whole lists. */
  static final int WHOLE = -1;

  /** Reads all lists of a page. */
  static void read(byte[] data, Consumer<TermList> consumer) {
    ByteSource source = new ByteSource(data);
    byte[] key = new byte[0];
    while (source.hasMore()) {
      TermList list = next(source, key, data);
      key = list.key();
      consumer.accept(list);
    }
  }

  static List<TermList> lists(byte[] data) {
    List<TermList> lists = new ArrayList<>();
    read(data, lists::add);
    return lists;
  }

  /** Finds the list of a term. */
  static Optional<TermList> find(byte[] data, byte[] term) {
    ByteSource source = new ByteSource(data);
    byte[] key = new byte[0];
    while (source.hasMore()) {
      TermList list = next(source, key, data);
      key = list.key();
      int order = Arrays.compareUnsigned(key, term);
      if (order >= 0) {
        return order == 0 ? Optional.of(list) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static TermList next(ByteSource source, byte[] before, byte[] data) {
    int shared = source.number();
    int rest = source.number();
    byte[] key = Arrays.copyOf(before, shared + rest);
    System.arraycopy(data, source.position(), key, shared, rest);
    source.skip(rest);
    int total = source.number();
    int bytes = source.number();
    int from = source.position();
    source.skip(bytes);
    return new TermList(key, total, data, from, from + bytes);
  }

  /** Writes the lists of a segment to pages, in the order of their keys. */
  static final class Writer {
    /** Small enough to be read for one of its terms. */
    private static final int WHOLE_LISTS_BYTES = 1_000;

    private final Consumer<Page> consumer;
    private final ByteSink whole = new ByteSink();
    private byte[] first = new byte[0];
    private byte[] last = new byte[0];

    Writer(Consumer<Page> consumer) {
      this.consumer = consumer;
    }

    /** Writes a list that is not empty. */
    void write(byte[] key, ListBuilder list) {
      List<ListBuilder.Part> parts = list.parts();
      if (parts.size() == 1 && parts.get(0).data().size() <= WHOLE_LISTS_BYTES) {
        if (whole.size() + parts.get(0).data().size() > WHOLE_LISTS_BYTES) {
          flush();
        }
        if (whole.size() == 0) {
          first = key;
          last = new byte[0];
        }
        put(whole, key, list.total(), parts.get(0).data());
        return;
      }
      flush();
      for (ListBuilder.Part part : parts) {
        ByteSink data = new ByteSink();
        last = new byte[0];
        put(data, key, list.total(), part.data());
        consumer.accept(new Page(key, part.first(), data.toBytes()));
      }
    }

    private void put(ByteSink page, byte[] key, int total, ByteSink list) {
      int mismatch = Arrays.mismatch(last, key);
      int shared = mismatch < 0 ? key.length : mismatch;
      page.number(shared);
      page.number(key.length - shared);
      page.put(key, shared, key.length);
      page.number(total);
      page.number(list.size());
      page.put(list);
      last = key;
    }

    /** Writes the last page. */
    void flush() {
      if (whole.size() > 0) {
        consumer.accept(new Page(first, WHOLE, whole.toBytes()));
        whole.clear();
      }
    }
  }
}
