package io.msgvault.embed.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;

/**
 * Lucene's own search by words, the peer of ours: one text field, an analyzer of Lucene, its
 * default BM25, any word of the question may match.
 */
final class LuceneWords implements AutoCloseable {
  private static final String TEXT = "text";
  private static final String ID = "id";

  private final Analyzer analyzer;
  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  private LuceneWords(Directory directory, Analyzer analyzer) throws IOException {
    this.analyzer = analyzer;
    this.directory = directory;
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  /** Writes texts, with ids from 1 on, and opens them. */
  static LuceneWords index(Directory directory, Analyzer analyzer, Iterable<String> texts)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
      long id = 0;
      for (String text : texts) {
        Document document = new Document();
        document.add(new TextField(TEXT, text, Field.Store.NO));
        document.add(new NumericDocValuesField(ID, ++id));
        writer.addDocument(document);
      }
    }
    return open(directory, analyzer);
  }

  static LuceneWords open(Directory directory, Analyzer analyzer) throws IOException {
    return new LuceneWords(directory, analyzer);
  }

  /** Returns the ids of the best texts, best first. A question in quotes is a phrase. */
  List<Long> search(String question, int k) {
    try {
      List<Long> ids = new ArrayList<>();
      for (ScoreDoc found : searcher.search(query(question), k).scoreDocs) {
        NumericDocValues values = MultiDocValues.getNumericValues(reader, ID);
        if (values.advanceExact(found.doc)) {
          ids.add(values.longValue());
        }
      }
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int segments() {
    return reader.leaves().size();
  }

  private Query query(String question) throws IOException {
    List<String> words = words(question);
    if (question.startsWith("\"")) {
      return new PhraseQuery(TEXT, words.toArray(String[]::new));
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    words.forEach(word -> any.add(new TermQuery(new Term(TEXT, word)), BooleanClause.Occur.SHOULD));
    return any.build();
  }

  private List<String> words(String question) throws IOException {
    List<String> words = new ArrayList<>();
    try (TokenStream tokens = analyzer.tokenStream(TEXT, question)) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.add(word.toString());
      }
      tokens.end();
    }
    return words;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
  }
}
