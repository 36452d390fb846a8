package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.pgvector.internal.words.Documents.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leads from documents to messages and back. */
final class Places {
  private Places() {}

  /** The number of a document in a segment. */
  record Place(long segment, int document) {}

  /** Returns which of the documents are current: the last that was written of their message. */
  static BitSet current(WordDao dao, List<Document> documents) {
    Map<Long, WordDao.Current> messages =
        messages(dao, documents.stream().map(Document::messageId).toList());
    BitSet current = new BitSet();
    for (int i = 0; i < documents.size(); i++) {
      current.set(i, isCurrent(messages.get(documents.get(i).messageId()), documents.get(i)));
    }
    return current;
  }

  private static boolean isCurrent(WordDao.@Nullable Current message, Document document) {
    return message != null && message.version() == document.version();
  }

  private static Map<Long, WordDao.Current> messages(WordDao dao, Collection<Long> ids) {
    Map<Long, WordDao.Current> messages = new HashMap<>();
    dao.current(ids).forEach(message -> messages.put(message.messageId(), message));
    return messages;
  }

  /** Returns the messages of documents, without those that are obsolete. */
  static Map<Place, WordDao.Current> messagesAt(WordDao dao, Collection<Place> places) {
    Map<Place, Document> documents = new HashMap<>();
    for (WordDao.DocumentPage page :
        dao.documentPages(
            places.stream().map(Place::segment).toList(),
            places.stream().map(Place::document).toList())) {
      List<Document> some = Documents.read(page.data());
      for (int i = 0; i < some.size(); i++) {
        documents.put(new Place(page.segment(), page.document() + i), some.get(i));
      }
    }
    documents.keySet().retainAll(Set.copyOf(places));
    if (!documents.keySet().containsAll(places)) {
      throw new IndexOutOfBoundsException("rows of embed_word_documents are missing");
    }
    Map<Long, WordDao.Current> messages =
        messages(dao, documents.values().stream().map(Document::messageId).toList());
    Map<Place, WordDao.Current> current = new HashMap<>();
    documents.forEach(
        (place, document) -> {
          WordDao.Current message = messages.get(document.messageId());
          if (message != null && isCurrent(message, document)) {
            current.put(place, message);
          }
        });
    return current;
  }

  /** Returns the current documents of messages. */
  static Map<Place, WordDao.Current> of(WordDao dao, Collection<Long> ids) {
    Map<Long, WordDao.Current> messages = messages(dao, ids);
    long[] sorted = messages.keySet().stream().mapToLong(id -> id).sorted().toArray();
    List<WordDao.DocumentRange> ranges = dao.documentRanges();
    List<Place> pages = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      WordDao.DocumentRange range = ranges.get(i);
      boolean last = i + 1 == ranges.size() || ranges.get(i + 1).segment() != range.segment();
      long next = last ? Long.MAX_VALUE : ranges.get(i + 1).firstId();
      if (hasAny(sorted, range.firstId(), next)) {
        pages.add(new Place(range.segment(), range.document()));
      }
    }
    return pick(dao, pages, messages);
  }

  private static boolean hasAny(long[] sorted, long from, long to) {
    int at = Arrays.binarySearch(sorted, from);
    int first = at >= 0 ? at : -at - 1;
    return first < sorted.length && sorted[first] <= to;
  }

  private static Map<Place, WordDao.Current> pick(
      WordDao dao, List<Place> pages, Map<Long, WordDao.Current> messages) {
    Map<Place, WordDao.Current> picked = new HashMap<>();
    for (WordDao.DocumentPage page :
        dao.documentPages(
            pages.stream().map(Place::segment).toList(),
            pages.stream().map(Place::document).toList())) {
      List<Document> some = Documents.read(page.data());
      for (int i = 0; i < some.size(); i++) {
        WordDao.Current message = messages.get(some.get(i).messageId());
        if (message != null && isCurrent(message, some.get(i))) {
          picked.put(new Place(page.segment(), page.document() + i), message);
        }
      }
    }
    return picked;
  }
}
