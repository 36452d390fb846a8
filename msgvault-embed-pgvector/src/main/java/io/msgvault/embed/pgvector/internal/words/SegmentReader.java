package io.msgvault.embed.pgvector.internal.words;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lists of a segment in the order of their keys, and gives its documents the numbers that
 * they have in another segment.
 */
final class SegmentReader {
  private static final int PAGES_AT_ONCE = 250;

  private final WordDao dao;
  private final long segment;
  private final int[] targets;
  private final Deque<TermList> lists = new ArrayDeque<>();
  private byte[] lastTerm = new byte[0];
  private int lastDocument = Page.WHOLE - 1;
  private byte @Nullable [] key;
  private TermList.@Nullable Cursor cursor;
  private int target;

  /**
   * Begins to read.
   *
   * @param targets the new number of each document; -1 for those that are left out
   */
  SegmentReader(WordDao dao, long segment, int[] targets) {
    this.dao = dao;
    this.segment = segment;
    this.targets = targets;
    nextKey();
  }

  /** Returns the key of the list to read; null at the end. */
  byte @Nullable [] key() {
    return key;
  }

  boolean isAt(byte[] other) {
    return key != null && Arrays.equals(key, other);
  }

  /** Goes to the next key. The list of the last must have been read to its end. */
  void nextKey() {
    TermList list = nextList();
    key = list == null ? null : list.key();
    cursor = list == null ? null : list.cursor();
  }

  /** Goes to the next document of the list that is not left out; returns false at its end. */
  boolean nextDocument() {
    while (cursor != null) {
      while (cursor.next()) {
        target = targets[cursor.document()];
        if (target >= 0) {
          return true;
        }
      }
      TermList part = lists.isEmpty() ? load() : lists.peek();
      if (part == null || key == null || !Arrays.equals(part.key(), key)) {
        return false;
      }
      lists.remove();
      cursor = part.cursor();
    }
    return false;
  }

  /** Returns the new number of the document. */
  int target() {
    return target;
  }

  TermList.Cursor document() {
    if (cursor == null) {
      throw new IllegalStateException("there is no further list");
    }
    return cursor;
  }

  private @Nullable TermList nextList() {
    if (lists.isEmpty()) {
      load();
    }
    return lists.poll();
  }

  private @Nullable TermList load() {
    List<Page> pages = dao.pagesAfter(segment, lastTerm, lastDocument, PAGES_AT_ONCE);
    for (Page page : pages) {
      Page.read(page.data(), lists::add);
      lastTerm = page.term();
      lastDocument = page.document();
    }
    return lists.peek();
  }
}
