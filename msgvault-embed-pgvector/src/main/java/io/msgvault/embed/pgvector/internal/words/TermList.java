package io.msgvault.embed.pgvector.internal.words;

/**
 * A part of the list of a term: documents that have it, ascending, all in one page.
 *
 * @param key the key of the term
 * @param total how many documents the whole list has, in all pages of the segment
 * @param data the page
 * @param from where the part begins
 * @param to where it ends
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TermList(byte[] key, int total, byte[] data, int from, int to) {
  /** Begins to read the part. */
  Cursor cursor() {
    return new Cursor(this);
  }

  int firstDocument() {
    Cursor first = cursor();
    return first.next() ? first.document() : Integer.MAX_VALUE;
  }

  /** Goes from document to document. */
  static final class Cursor {
    private final byte[] data;
    private final int end;
    private final boolean hasPositions;
    private int at;
    private int document = -1;
    private boolean many;
    private int payload;
    private int length;
    private int count;
    private int positions;

    private Cursor(TermList list) {
      data = list.data;
      at = list.from;
      end = list.to;
      hasPositions = TermKey.hasPositions(list.key);
    }

    /** Goes to the next document; returns false at the end. */
    boolean next() {
      if (at == end) {
        return false;
      }
      int head = number();
      document += head >>> 1;
      many = (head & 1) != 0;
      payload = at;
      length = data[at++] & 0xFF;
      count = many ? number() : 1;
      if (hasPositions) {
        positions = at;
        skipPositions();
      }
      return true;
    }

    private void skipPositions() {
      for (int i = 0; i < count; i++) {
        while (data[at++] < 0) {
          // the number goes on
        }
      }
    }

    private int number() {
      byte next = data[at++];
      if (next >= 0) {
        return next;
      }
      int value = next & 0x7F;
      for (int shift = 7; ; shift += 7) {
        next = data[at++];
        value |= (next & 0x7F) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    int document() {
      return document;
    }

    /** Returns the code of the message's length. */
    int length() {
      return length;
    }

    /** Returns how often the term occurs: as the fields weigh it, or the number of positions. */
    int count() {
      return count;
    }

    /** Returns the places of the term in ascending order; see {@link Position}. */
    int[] positions() {
      int behind = at;
      at = positions;
      int[] places = new int[count];
      int place = 0;
      for (int i = 0; i < count; i++) {
        place += number();
        places[i] = place;
      }
      at = behind;
      return places;
    }

    /** Writes all that is known of this document to a list of another segment. */
    void copyTo(ListBuilder list, int target) {
      list.add(target, many, data, payload, at);
    }
  }
}
