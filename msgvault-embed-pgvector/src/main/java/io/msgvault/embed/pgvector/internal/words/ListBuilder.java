package io.msgvault.embed.pgvector.internal.words;

import java.util.ArrayList;
import java.util.List;

/** Writes the list of one term after the other, in parts that fit into a page. */
final class ListBuilder {
  /** A page of the server has 8 KiB, so two rows of this size fit. */
  private static final int PART_BYTES = 3_700;

  /**
   * A part of the list.
   *
   * @param first its first document
   */
  record Part(int first, ByteSink data) {}

  private final List<Part> parts = new ArrayList<>();
  private final ByteSink firstPart = new ByteSink();
  private int total;
  private int last;

  int total() {
    return total;
  }

  /** Returns the parts of the list, which are good until {@link #clear}. */
  List<Part> parts() {
    return parts;
  }

  /** Begins the list of another term. */
  void clear() {
    parts.clear();
    firstPart.clear();
    total = 0;
  }

  /**
   * Adds a document, above all that were added before.
   *
   * @param many whether the payload has a count, which is 1 otherwise
   * @param payload the code of the length, the count and the positions
   */
  void add(int document, boolean many, byte[] payload, int from, int to) {
    ByteSink part = begin(document, many, to - from);
    part.put(payload, from, to);
  }

  /** Adds a document as {@link #add(int, boolean, byte[], int, int)} does. */
  void add(int document, boolean many, ByteSink payload) {
    begin(document, many, payload.size()).put(payload);
  }

  private ByteSink begin(int document, boolean many, int bytes) {
    if (parts.isEmpty()) {
      parts.add(new Part(document, firstPart));
      last = -1;
    } else if (parts.get(parts.size() - 1).data.size() + bytes > PART_BYTES) {
      parts.add(new Part(document, new ByteSink()));
      last = -1;
    }
    ByteSink part = parts.get(parts.size() - 1).data;
    part.number(((long) (document - last) << 1) | (many ? 1 : 0));
    last = document;
    total++;
    return part;
  }
}
