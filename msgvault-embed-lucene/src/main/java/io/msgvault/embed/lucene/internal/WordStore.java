package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.text.WordAnalyzer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** The statements of a word index: what is written to Lucene and read from it. */
public final class WordStore {
  private WordStore() {}

  /** Replaces the words of messages. They are analysed before anything is locked. */
  public static WordDirectory.Write upsert(Collection<MessageWords> batch, WordAnalyzer analyzer) {
    List<WordDocument.Analysed> analysed =
        batch.stream().map(message -> WordDocument.analyse(message, analyzer)).toList();
    return writer -> {
      WordDocument document = new WordDocument();
      for (WordDocument.Analysed message : analysed) {
        writer.updateDocument(WordDocument.key(message.messageId()), document.of(message));
      }
    };
  }

  /** Deletes the words of messages. */
  public static WordDirectory.Write delete(Collection<Long> messageIds) {
    Term[] keys = messageIds.stream().distinct().map(WordDocument::key).toArray(Term[]::new);
    return writer -> writer.deleteDocuments(keys);
  }

  /** Returns the archive that the index is bound to. */
  public static Optional<UUID> archive(FollowingReader reader) {
    return reader.readMarks(Marks::archive);
  }

  /** Binds the index, unless it is bound. */
  public static void bind(WordDirectory directory, UUID archive) {
    directory.write(writer -> bind(directory, writer, archive));
  }

  private static void bind(WordDirectory directory, IndexWriter writer, UUID archive) {
    Marks marks = directory.marks(writer);
    requireArchive(marks.archive(), archive);
    writer.setLiveCommitData(marks.withArchive(archive).toCommit().entrySet());
  }

  /** Returns the last run that noted itself. */
  public static OptionalLong lastRun(FollowingReader reader) {
    return reader.readMarks(Marks::lastRun);
  }

  /** Notes a run. */
  public static void recordRun(WordDirectory directory, long run) {
    directory.write(
        writer ->
            writer.setLiveCommitData(
                directory.marks(writer).withLastRun(run).toCommit().entrySet()));
  }

  /** Requires that an index is bound to this archive, or to none. */
  public static void requireArchive(Optional<UUID> bound, UUID archive) {
    bound
        .filter(other -> !other.equals(archive))
        .ifPresent(
            other -> {
              throw new ArchiveMismatchException(other, archive);
            });
  }

  /** Lists messages by id. */
  public static List<MessageRevision> entries(IndexReader reader, long afterId, int limit)
      throws IOException {
    List<MessageRevision> entries = new ArrayList<>();
    Terms keys = MultiTerms.getTerms(reader, WordDocument.KEY);
    if (keys == null || afterId == Long.MAX_VALUE) {
      return entries;
    }
    TermsEnum key = keys.iterator();
    Bits live = MultiBits.getLiveDocs(reader);
    boolean more = key.seekCeil(WordDocument.bytes(afterId + 1)) != TermsEnum.SeekStatus.END;
    while (more && entries.size() < limit) {
      int document = liveDocument(key, live);
      if (document != DocIdSetIterator.NO_MORE_DOCS) {
        entries.add(
            new MessageRevision(WordDocument.messageId(key.term()), revision(reader, document)));
      }
      more = key.next() != null;
    }
    return entries;
  }

  /** Lists those of the given messages that the index holds, by id. */
  public static List<MessageRevision> entries(IndexReader reader, Collection<Long> messageIds)
      throws IOException {
    List<MessageRevision> entries = new ArrayList<>();
    Terms keys = MultiTerms.getTerms(reader, WordDocument.KEY);
    if (keys == null) {
      return entries;
    }
    TermsEnum key = keys.iterator();
    Bits live = MultiBits.getLiveDocs(reader);
    for (long id : new TreeSet<>(messageIds)) {
      int document =
          key.seekExact(WordDocument.bytes(id))
              ? liveDocument(key, live)
              : DocIdSetIterator.NO_MORE_DOCS;
      if (document != DocIdSetIterator.NO_MORE_DOCS) {
        entries.add(new MessageRevision(id, revision(reader, document)));
      }
    }
    return entries;
  }

  private static int liveDocument(TermsEnum key, @Nullable Bits live) throws IOException {
    PostingsEnum documents = key.postings(null, PostingsEnum.NONE);
    int document = documents.nextDoc();
    while (document != DocIdSetIterator.NO_MORE_DOCS && live != null && !live.get(document)) {
      document = documents.nextDoc();
    }
    return document;
  }

  private static long revision(IndexReader reader, int document) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
    NumericDocValues revisions = leaf.reader().getNumericDocValues(WordDocument.REVISION);
    if (!revisions.advanceExact(document - leaf.docBase)) {
      throw new IllegalStateException("a document has no revision");
    }
    return revisions.longValue();
  }

  /**
   * Finds the best messages.
   *
   * @param among the ids to search among; all if it is empty
   */
  public static List<WordHit> search(
      IndexSearcher searcher,
      WordAnalyzer analyzer,
      WordQuery question,
      int k,
      Optional<Collection<Long>> among)
      throws IOException {
    IndexReader reader = searcher.getIndexReader();
    QuestionTerms terms = QuestionTerms.of(question, searcher, analyzer);
    if (terms.isEmpty()) {
      return List.of();
    }
    Query query = terms.query();
    if (among.isPresent()) {
      query =
          new BooleanQuery.Builder()
              .add(query, BooleanClause.Occur.MUST)
              .add(
                  new TermInSetQuery(
                      WordDocument.KEY, among.get().stream().map(WordDocument::bytes).toList()),
                  BooleanClause.Occur.FILTER)
              .build();
    }
    BestMessages best = new BestMessages(Math.min(k, reader.numDocs()), terms.forms());
    List<WordHit> hits = new ArrayList<>();
    for (BestMessages.Scored found : searcher.search(query, best)) {
      double share = Math.min(1, found.score() / terms.greatestScore());
      hits.add(new WordHit(found.messageId(), found.revision(), share));
    }
    return Collections.unmodifiableList(hits);
  }

  /** Returns the figures of terms. */
  public static WordStatistics statistics(
      IndexSearcher searcher, WordAnalyzer analyzer, Collection<WordQuery.Term> terms)
      throws IOException {
    return QuestionTerms.statistics(terms, searcher, analyzer);
  }
}
