package io.msgvault.embed.benchmarks;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** LangChain4j's store, with the index that it creates, or with one that is created by hand. */
final class LangChainPgVectors implements VectorBackend {
  private static final String TABLE = "langchain";

  private final PgSchema schema;
  private final boolean ownIndex;
  private final PgVectorEmbeddingStore store;

  private LangChainPgVectors(PgSchema schema, int dimension, int lists, boolean ownIndex) {
    this.schema = schema;
    this.ownIndex = ownIndex;
    this.store =
        PgVectorEmbeddingStore.datasourceBuilder()
            .datasource(schema.dataSource())
            .table(TABLE)
            .dimension(dimension)
            .dropTableFirst(true)
            .createTable(true)
            .skipCreateVectorExtension(true)
            .useIndex(ownIndex)
            .indexListSize(lists)
            .build();
  }

  /** Creates a store with LangChain4j's own index, which has {@code lists} lists. */
  static LangChainPgVectors ivfflat(PgSchema schema, int dimension, int lists) {
    return new LangChainPgVectors(schema, dimension, lists, true);
  }

  static LangChainPgVectors hnswByHand(PgSchema schema, int dimension) {
    return new LangChainPgVectors(schema, dimension, 1, false);
  }

  @Override
  public String name() {
    return "LangChain4j, " + (ownIndex ? "useIndex (IVFFlat)" : "filled, then HNSW by hand");
  }

  @Override
  public String manualSteps() {
    return ownIndex ? "indexListSize for the number to come" : "CREATE INDEX ... USING hnsw";
  }

  @Override
  public void add(int first, List<float[]> vectors) {
    List<String> ids = new ArrayList<>();
    List<TextSegment> segments = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      ids.add(new UUID(0, first + i).toString());
      segments.add(TextSegment.from("message " + (first + i)));
    }
    store.addAll(ids, vectors.stream().map(Embedding::from).toList(), segments);
  }

  @Override
  public void finishFill() {
    if (!ownIndex) {
      schema.execute("CREATE INDEX ON " + TABLE + " USING hnsw (embedding vector_cosine_ops)");
    }
  }

  @Override
  public List<Integer> search(float[] query, int k) {
    return store
        .search(
            EmbeddingSearchRequest.builder()
                .queryEmbedding(Embedding.from(query))
                .maxResults(k)
                .build())
        .matches()
        .stream()
        .map(match -> (int) UUID.fromString(match.embeddingId()).getLeastSignificantBits())
        .toList();
  }
}
