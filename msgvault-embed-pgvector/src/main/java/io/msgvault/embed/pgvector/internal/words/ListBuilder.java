package io.msgvault.embed.pgvector.internal.words;

import java.util.ArrayList;
import java.util.List;

/** Writes the list of a term, in parts that fit into a page. */
final class ListBuilder {
  /** A page of the server has 8 KiB, so two rows of this size fit. */
  static final int PART_BYTES = 3_700;

  /**
   * A part of the list.
   *
   * @param first its first document
   */
  record Part(int first, ByteSink data) {}

  private final List<Part> parts = new ArrayList<>(1);
  private int total;
  private int last;

  int total() {
    return total;
  }

  List<Part> parts() {
    return parts;
  }

  void clear() {
    parts.clear();
    total = 0;
  }

  /**
   * Adds a document, above all that were added before.
   *
   * @param many whether the payload has a count, which is 1 otherwise
   * @param payload the code of the length, the count and the positions
   */
  void add(int document, boolean many, byte[] payload, int from, int to) {
    ByteSink part = partFor(document, to - from);
    part.number(((long) (document - last) << 1) | (many ? 1 : 0));
    part.put(payload, from, to);
    last = document;
    total++;
  }

  private ByteSink partFor(int document, int bytes) {
    if (parts.isEmpty() || parts.get(parts.size() - 1).data.size() + bytes > PART_BYTES) {
      parts.add(new Part(document, new ByteSink()));
      last = -1;
    }
    return parts.get(parts.size() - 1).data;
  }
}
