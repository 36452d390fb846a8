package io.msgvault.embed.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.retrieval.MessageRetriever;
import io.msgvault.embed.search.retrieval.UnsupportedFilterException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

/** Tests the retriever over stores in memory and a model of Spring AI. */
class MessageDocumentRetrieverTest {
  private static final String QUESTION = "who settled the plumber's bill?";

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final Embedder embedder = SpringAiEmbedder.builder(new HashModel(), "hash").build();

  private String bill = "";

  @BeforeEach
  void fill() {
    bill = insert("work", "Ann settled the plumber's bill.");
    insert("home", "The plumber sent a bill that nobody settled.");
    EmbedJob.builder(messages, vectors, embedder).build().runOnce();
  }

  private String insert(String label, String text) {
    return Long.toString(
        archive.insert(
            ArchiveMessage.of("Heating", text)
                .withMetadata(
                    ArchiveMessage.Metadata.of("email", "main").toBuilder()
                        .labels(Set.of(label))
                        .build())));
  }

  private MessageDocumentRetriever retriever(MessageFilter own) {
    return new MessageDocumentRetriever(
        MessageRetriever.builder(Searcher.builder(messages, vectors, embedder).build(), messages)
            .request(request -> request.withFilter(own))
            .build());
  }

  private static List<String> ids(List<Document> documents) {
    return documents.stream().map(Document::getId).toList();
  }

  @Test
  void documentsHaveTextMetadataAndScore() {
    List<Document> found = retriever(MessageFilter.ALL).retrieve(new Query(QUESTION));
    assertEquals(2, found.size());
    Document best = found.get(0);
    assertEquals(bill, best.getId());
    assertTrue(Objects.requireNonNull(best.getText()).contains("Ann settled the plumber's bill."));
    assertEquals(
        Map.of("message_id", Long.valueOf(bill), "subject", "Heating"), best.getMetadata());
    assertTrue(score(best) > score(found.get(1)));
  }

  private static double score(Document document) {
    return Objects.requireNonNull(document.getScore());
  }

  private static Query narrowed(Object filter) {
    return Query.builder()
        .text(QUESTION)
        .context(Map.of(VectorStoreDocumentRetriever.FILTER_EXPRESSION, filter))
        .build();
  }

  @Test
  void filterOfContextNarrowsThatOfTheRequests() {
    MessageFilter home = MessageFilter.builder().labels(List.of("home")).build();
    for (Object work :
        List.of("label == 'work'", new FilterExpressionBuilder().eq("label", "work").build())) {
      assertEquals(List.of(bill), ids(retriever(MessageFilter.ALL).retrieve(narrowed(work))));
      assertEquals(List.of(), ids(retriever(home).retrieve(narrowed(work))));
    }
    assertEquals(2, retriever(MessageFilter.ALL).retrieve(narrowed(" ")).size());
  }

  @Test
  void requestSetsLimitThresholdAndFilter() {
    MessageDocumentRetriever retriever = retriever(MessageFilter.ALL);
    SearchRequest request = SearchRequest.builder().query(QUESTION).build();
    assertEquals(2, retriever.similaritySearch(request).size());
    assertEquals(
        List.of(bill),
        ids(retriever.similaritySearch(SearchRequest.from(request).topK(1).build())));
    double second = score(retriever.similaritySearch(request).get(1));
    assertEquals(
        List.of(bill),
        ids(
            retriever.similaritySearch(
                SearchRequest.from(request).similarityThreshold(second + 0.01).build())));
    assertEquals(
        List.of(bill),
        ids(
            retriever.similaritySearch(
                SearchRequest.from(request).filterExpression("label == 'work'").build())));
  }

  @Test
  void filterThatCannotBeSaidFails() {
    MessageDocumentRetriever retriever = retriever(MessageFilter.ALL);
    Query folder = narrowed("folder == 'inbox'");
    assertThrows(UnsupportedFilterException.class, () -> retriever.retrieve(folder));
  }
}
