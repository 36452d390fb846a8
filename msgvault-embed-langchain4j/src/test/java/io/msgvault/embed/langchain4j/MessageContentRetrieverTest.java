package io.msgvault.embed.langchain4j;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.filter.Filter;
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
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the retriever over stores in memory and a model of LangChain4j. */
class MessageContentRetrieverTest {
  private static final Query QUESTION = Query.from("who settled the plumber's bill?");

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final Embedder embedder = LangChain4jEmbedder.builder(new HashModel(), "hash").build();

  private long bill;

  @BeforeEach
  void fill() {
    bill = insert("work", "Ann settled the plumber's bill.");
    insert("home", "The plumber sent a bill that nobody settled.");
    EmbedJob.builder(messages, vectors, embedder).build().runOnce();
  }

  private long insert(String label, String text) {
    return archive.insert(
        ArchiveMessage.of("Heating", text)
            .withMetadata(
                ArchiveMessage.Metadata.of("email", "main").toBuilder()
                    .labels(Set.of(label))
                    .sent(Optional.of(Instant.parse("2026-01-31T12:00:00Z")))
                    .build()));
  }

  private MessageRetriever.Builder retriever(Searcher searcher) {
    return MessageRetriever.builder(searcher, messages);
  }

  private Searcher.Builder searcher() {
    return Searcher.builder(messages, vectors, embedder);
  }

  @Test
  void contentsHaveTextMetadataAndScore() {
    List<Content> found =
        new MessageContentRetriever(retriever(searcher().build()).build()).retrieve(QUESTION);
    assertEquals(2, found.size());
    Content best = found.get(0);
    assertTrue(best.textSegment().text().contains("Ann settled the plumber's bill."));
    Metadata metadata = best.textSegment().metadata();
    assertEquals(bill, metadata.getLong("message_id"));
    assertEquals("Heating", metadata.getString("subject"));
    assertEquals("2026-01-31T12:00:00Z", metadata.getString("sent_at"));
    assertEquals(Set.of(ContentMetadata.SCORE), best.metadata().keySet());
    assertTrue(score(best) > score(found.get(1)));
  }

  private static double score(Content content) {
    return (double) Objects.requireNonNull(content.metadata().get(ContentMetadata.SCORE));
  }

  @Test
  void scoreOfRerankerIsNamed() {
    Searcher reranked =
        searcher()
            .reranker(
                new LangChain4jReranker(
                    (segments, query) ->
                        Response.from(
                            segments.stream().map(each -> (double) each.text().length()).toList())))
            .build();
    Content best =
        new MessageContentRetriever(retriever(reranked).build()).retrieve(QUESTION).get(0);
    String text = best.textSegment().text();
    assertTrue(text.contains("nobody"));
    assertEquals((double) text.length(), best.metadata().get(ContentMetadata.RERANKED_SCORE));
  }

  private List<Long> found(Function<Query, Optional<Filter>> filter, MessageFilter own) {
    MessageRetriever retriever =
        retriever(searcher().build()).request(request -> request.withFilter(own)).build();
    return new MessageContentRetriever(retriever, filter)
        .retrieve(QUESTION).stream()
            .map(content -> content.textSegment().metadata().getLong("message_id"))
            .toList();
  }

  @Test
  void filterNarrowsThatOfTheRequests() {
    Filter work = metadataKey("label").isEqualTo("work");
    MessageFilter home = MessageFilter.builder().labels(List.of("home")).build();
    assertEquals(List.of(bill), found(query -> Optional.of(work), MessageFilter.ALL));
    assertEquals(List.of(), found(query -> Optional.of(work), home));
    assertEquals(2, found(query -> Optional.empty(), MessageFilter.ALL).size());
  }

  @Test
  void filterThatCannotBeSaidFails() {
    Filter folder = metadataKey("folder").isEqualTo("inbox");
    assertThrows(
        UnsupportedFilterException.class,
        () -> found(query -> Optional.of(folder), MessageFilter.ALL));
  }
}
