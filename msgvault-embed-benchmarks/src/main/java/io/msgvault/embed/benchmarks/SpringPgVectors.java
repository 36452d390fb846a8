package io.msgvault.embed.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.jdbc.core.JdbcTemplate;

/** Spring AI's store with its own HNSW index, which it creates with the table. */
final class SpringPgVectors implements VectorBackend {
  private final KnownVectors known = new KnownVectors();
  private final PgVectorStore store;

  SpringPgVectors(PgSchema schema, int dimension) {
    store =
        PgVectorStore.builder(new JdbcTemplate(schema.dataSource()), known)
            .schemaName(schema.name())
            .vectorTableName("spring")
            .dimensions(dimension)
            .distanceType(PgVectorStore.PgDistanceType.COSINE_DISTANCE)
            .indexType(PgVectorStore.PgIndexType.HNSW)
            .initializeSchema(true)
            .build();
    store.afterPropertiesSet();
  }

  @Override
  public String name() {
    return "Spring AI, initializeSchema (HNSW)";
  }

  @Override
  public String manualSteps() {
    return "hnsw.ef_search";
  }

  @Override
  public void add(int first, List<float[]> vectors) {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      String text = "message " + (first + i);
      known.vectors.put(text, vectors.get(i));
      documents.add(new Document(new UUID(0, first + i).toString(), text, Map.of()));
    }
    store.add(documents);
    known.vectors.clear();
  }

  @Override
  public void finishFill() {}

  @Override
  public List<Integer> search(float[] query, int k) {
    known.vectors.put("query", query);
    return store
        .similaritySearch(
            SearchRequest.builder().query("query").topK(k).similarityThresholdAll().build())
        .stream()
        .map(document -> (int) UUID.fromString(document.getId()).getLeastSignificantBits())
        .toList();
  }

  /** A model that returns known vectors. */
  private static final class KnownVectors extends AbstractEmbeddingModel {
    private final Map<String, float[]> vectors = new HashMap<>();

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      List<Embedding> answer = new ArrayList<>();
      for (String text : request.getInstructions()) {
        answer.add(new Embedding(vector(text), answer.size()));
      }
      return new EmbeddingResponse(answer);
    }

    @Override
    public float[] embed(Document document) {
      return vector(String.valueOf(document.getText()));
    }

    private float[] vector(String text) {
      float[] vector = vectors.get(text);
      if (vector == null) {
        throw new IllegalArgumentException("no vector of " + text);
      }
      return vector;
    }
  }
}
