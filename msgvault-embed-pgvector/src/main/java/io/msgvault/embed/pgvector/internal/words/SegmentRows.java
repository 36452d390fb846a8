package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.pgvector.internal.words.Documents.Document;
import java.util.ArrayList;
import java.util.List;

/** Writes the rows of one segment, many at once. */
final class SegmentRows {
  private static final int PAGES_AT_ONCE = 500;

  private final WordDao dao;
  private final long segment;
  private final List<Page> pages = new ArrayList<>();
  private long bytes;

  SegmentRows(WordDao dao, long segment) {
    this.dao = dao;
    this.segment = segment;
  }

  void writeDocuments(List<Document> documents) {
    List<Documents.Page> rows = Documents.pages(documents);
    dao.insertDocuments(
        segment,
        rows.stream().map(Documents.Page::document).toList(),
        rows.stream().map(Documents.Page::firstId).toList(),
        rows.stream().map(Documents.Page::data).toArray(byte[][]::new));
  }

  void writePage(Page page) {
    pages.add(page);
    bytes += page.data().length;
    if (pages.size() == PAGES_AT_ONCE) {
      writePages();
    }
  }

  private void writePages() {
    dao.insertPages(
        segment,
        pages.stream().map(Page::term).toArray(byte[][]::new),
        pages.stream().map(Page::document).toList(),
        pages.stream().map(Page::data).toArray(byte[][]::new));
    pages.clear();
  }

  /** Writes what is left, and the row of the segment itself. */
  void finish(int documents, int withTerms, long length, int replaced) {
    if (!pages.isEmpty()) {
      writePages();
    }
    dao.updateSegment(segment, documents, withTerms, length, replaced, bytes);
  }
}
