package io.msgvault.embed.pgvector.internal.words;

import java.util.ArrayList;
import java.util.List;

/** The documents of a segment, as the pages of their table have them. */
final class Documents {
  private static final int PER_PAGE = 512;

  private Documents() {}

  /**
   * A document: a message as one call has written it.
   *
   * @param version the number of the segment that it was first written to
   */
  record Document(long messageId, long version) {}

  /**
   * A row of the table.
   *
   * @param document the number of its first document
   * @param firstId the id of its first document
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Page(int document, long firstId, byte[] data) {}

  /** Writes documents, by the ids of their messages. */
  static List<Page> pages(List<Document> documents) {
    List<Page> pages = new ArrayList<>();
    for (int from = 0; from < documents.size(); from += PER_PAGE) {
      List<Document> some = documents.subList(from, Math.min(from + PER_PAGE, documents.size()));
      ByteSink data = new ByteSink();
      long id = 0;
      long version = 0;
      for (Document document : some) {
        data.number(document.messageId - id);
        data.signed(document.version - version);
        id = document.messageId;
        version = document.version;
      }
      pages.add(new Page(from, some.get(0).messageId, data.toBytes()));
    }
    return pages;
  }

  /** Reads a page. */
  static List<Document> read(byte[] data) {
    List<Document> documents = new ArrayList<>();
    ByteSource source = new ByteSource(data);
    long id = 0;
    long version = 0;
    while (source.hasMore()) {
      id += source.longNumber();
      version += source.signed();
      documents.add(new Document(id, version));
    }
    return documents;
  }
}
