package io.msgvault.embed.benchmarks;

import io.msgvault.embed.benchmarks.JudgedCollection.Document;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.search.evaluation.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Searches a collection with LangChain4j's model (one vector for each document, exact search), with
 * Lucene's BM25 and its English analyzer, and with the plain reciprocal rank fusion of both.
 */
final class CollectionPeers implements AutoCloseable {
  private static final int DEPTH = 100;
  private static final int RANK_CONSTANT = 60;
  private static final int BATCH = 32;

  private final List<Document> documents;
  private final Embedder embedder;
  private final List<float[]> vectors;
  private final LuceneWords words;

  CollectionPeers(JudgedCollection collection, Embedder embedder) throws IOException {
    this.documents = collection.documents();
    this.embedder = embedder;
    List<String> texts = documents.stream().map(Document::all).toList();
    this.vectors = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += BATCH) {
      List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
      vectors.addAll(embedder.embed(batch, InputType.DOCUMENT));
    }
    this.words = LuceneWords.index(new ByteBuffersDirectory(), new EnglishAnalyzer(), texts);
  }

  List<String> byVectors(Topic topic) {
    float[] question = embedder.embed(List.of(topic.text()), InputType.QUERY).get(0);
    double[] scores =
        vectors.stream().mapToDouble(vector -> ExactSearch.dot(question, vector)).toArray();
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(DEPTH)
        .map(i -> documents.get(i).name())
        .toList();
  }

  List<String> byWords(Topic topic) {
    return words.search(topic.text(), DEPTH).stream()
        .map(id -> documents.get(Math.toIntExact(id) - 1).name())
        .toList();
  }

  List<String> byBoth(Topic topic) {
    Map<String, Double> scores = new HashMap<>();
    for (List<String> ranking : List.of(byVectors(topic), byWords(topic))) {
      for (int i = 0; i < ranking.size(); i++) {
        scores.merge(ranking.get(i), 1.0 / (RANK_CONSTANT + i + 1), Double::sum);
      }
    }
    return scores.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(DEPTH)
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public void close() throws IOException {
    words.close();
  }
}
