package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.words.Documents.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Merges segments into one, which leaves out documents that are obsolete. */
final class Merge {
  /** A document of one of the segments. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Source(Document document, int[] targets, int number) {}

  private final WordDao dao;
  private final List<Segment> segments;
  private final List<SegmentReader> readers = new ArrayList<>();
  private final ListBuilder list = new ListBuilder();
  private final BitSet withTerms = new BitSet();
  private long length;
  private int leftOut;

  private Merge(WordDao dao, List<Segment> segments) {
    this.dao = dao;
    this.segments = segments;
  }

  /**
   * Merges segments.
   *
   * @param mayBeObsolete whether documents may be
   */
  static void run(Database.Session session, List<Segment> segments, boolean mayBeObsolete) {
    new Merge(session.dao(WordDao.class), segments).run(mayBeObsolete);
  }

  private void run(boolean mayBeObsolete) {
    List<Document> documents = readDocuments(mayBeObsolete);
    long id = dao.insertSegment();
    SegmentRows rows = new SegmentRows(dao, id);
    rows.writeDocuments(documents);
    writeLists(rows);
    int replaced = segments.stream().mapToInt(Segment::replaced).sum() - leftOut;
    List<Long> merged = new ArrayList<>(segments.stream().map(Segment::id).toList());
    if (documents.isEmpty() && replaced == 0) {
      merged.add(id);
    } else {
      rows.finish(documents.size(), withTerms.cardinality(), length, replaced);
    }
    dao.deletePages(merged);
    dao.deleteDocuments(merged);
    dao.deleteSegments(merged);
  }

  /** Returns the documents that stay, and begins to read their lists. */
  private List<Document> readDocuments(boolean mayBeObsolete) {
    List<Source> sources = new ArrayList<>();
    for (Segment segment : segments) {
      int[] targets = new int[segment.documents()];
      Arrays.fill(targets, -1);
      for (WordDao.DocumentPage page : dao.documents(segment.id())) {
        List<Document> some = Documents.read(page.data());
        BitSet current = mayBeObsolete ? Places.current(dao, some) : all(some);
        for (int i = 0; i < some.size(); i++) {
          if (current.get(i)) {
            sources.add(new Source(some.get(i), targets, page.document() + i));
          } else {
            leftOut++;
          }
        }
      }
      readers.add(new SegmentReader(dao, segment.id(), targets));
    }
    sources.sort(
        Comparator.comparingLong((Source source) -> source.document.messageId())
            .thenComparingLong(source -> source.document.version()));
    for (int i = 0; i < sources.size(); i++) {
      sources.get(i).targets[sources.get(i).number] = i;
    }
    return sources.stream().map(Source::document).toList();
  }

  private static BitSet all(List<Document> documents) {
    BitSet all = new BitSet();
    all.set(0, documents.size());
    return all;
  }

  private void writeLists(SegmentRows rows) {
    Page.Writer writer = new Page.Writer(rows::writePage);
    while (true) {
      byte[] key = null;
      for (SegmentReader reader : readers) {
        byte[] next = reader.key();
        if (next != null && (key == null || Arrays.compareUnsigned(next, key) < 0)) {
          key = next;
        }
      }
      if (key == null) {
        writer.flush();
        return;
      }
      mergeLists(key);
      if (list.total() > 0) {
        writer.write(key, list);
      }
    }
  }

  private void mergeLists(byte[] key) {
    list.clear();
    boolean counts = TermKey.isStem(key);
    List<SegmentReader> open = new ArrayList<>();
    List<SegmentReader> having = new ArrayList<>();
    for (SegmentReader reader : readers) {
      if (reader.isAt(key)) {
        having.add(reader);
        if (reader.nextDocument()) {
          open.add(reader);
        }
      }
    }
    while (!open.isEmpty()) {
      SegmentReader first = open.get(0);
      int bound = Integer.MAX_VALUE;
      for (SegmentReader reader : open.subList(1, open.size())) {
        if (reader.target() < first.target()) {
          bound = first.target();
          first = reader;
        } else {
          bound = Math.min(bound, reader.target());
        }
      }
      boolean more = true;
      while (more && first.target() < bound) {
        if (counts) {
          length += first.document().count();
          withTerms.set(first.target());
        }
        first.document().copyTo(list, first.target());
        more = first.nextDocument();
      }
      if (!more) {
        open.remove(first);
      }
    }
    having.forEach(SegmentReader::nextKey);
  }
}
