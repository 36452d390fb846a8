package io.msgvault.embed.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/** Measures Lucene's HNSW graph in one segment, with more candidates until the recall is 0.99. */
final class LuceneHnsw {
  private static final int K = 10;
  private static final int ROUNDS = 5;
  private static final int MAX_CANDIDATES = 1280;
  private static final double BUFFER_MEGABYTES = 1500;

  private LuceneHnsw() {}

  /**
   * Measures some of the vectors.
   *
   * @param ours our search of the same vectors
   * @return the median of our searches divided by that of Lucene at a recall of 0.99. Empty, with a
   *     message, if Lucene does not reach that recall
   */
  static OptionalDouble measure(
      Workspace workspace,
      PerturbedVectors cloud,
      int vectors,
      List<float[]> queries,
      List<Set<Long>> truth,
      Function<float[], Set<Long>> ours)
      throws IOException {
    try (Directory directory = new MMapDirectory(workspace.folder("lucene"))) {
      double seconds = Measurements.millis(() -> build(directory, cloud, vectors)) / 1e3;
      System.out.printf("Lucene: %,d vectors indexed in %.1f s%n", vectors, seconds);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        for (int pool = K; pool <= MAX_CANDIDATES; pool *= 2) {
          int candidates = pool;
          List<SearchTimings> timings =
              SearchTimings.alternating(
                  queries,
                  truth,
                  ROUNDS,
                  List.of(query -> search(searcher, query, candidates), ours));
          System.out.printf("Lucene, best of %d: %s%n", pool, timings.get(0));
          if (timings.get(0).recall() >= 0.99) {
            System.out.printf(
                "ours, one thread, %,d of them, in turn with it: %s%n", vectors, timings.get(1));
            return OptionalDouble.of(timings.get(1).percentile(50) / timings.get(0).percentile(50));
          }
        }
      }
    }
    System.out.println("Lucene: left out, since it did not reach a recall of 0.99");
    return OptionalDouble.empty();
  }

  private static void build(Directory directory, PerturbedVectors cloud, int vectors) {
    IndexWriterConfig config = new IndexWriterConfig().setRAMBufferSizeMB(BUFFER_MEGABYTES);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 1; id <= vectors; id++) {
        Document document = new Document();
        document.add(
            new KnnFloatVectorField(
                "vector", cloud.vector(id), VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new NumericDocValuesField("id", id));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<Long> search(IndexSearcher searcher, float[] query, int candidates) {
    try {
      ScoreDoc[] found =
          searcher.search(new KnnFloatVectorQuery("vector", query, candidates), K).scoreDocs;
      Set<Long> ids = new HashSet<>();
      for (ScoreDoc document : found) {
        NumericDocValues values = MultiDocValues.getNumericValues(searcher.getIndexReader(), "id");
        if (values.advanceExact(document.doc)) {
          ids.add(values.longValue());
        }
      }
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
