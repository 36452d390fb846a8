package io.msgvault.embed.langchain4j;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.filter.Filter;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.retrieval.MessageRetriever;
import io.msgvault.embed.search.retrieval.MetadataFilters;
import io.msgvault.embed.search.retrieval.RetrievedText;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers the queries of LangChain4j from an archive.
 *
 * <pre>{@code
 * ContentRetriever retriever =
 *     new MessageContentRetriever(
 *         MessageRetriever.builder(searcher, messages)
 *             .request(request -> request.withLimit(5))
 *             .extent(TextExtent.around(500))
 *             .build());
 * }</pre>
 *
 * <p>The contents come best first. The metadata of a text are those of a {@link RetrievedText}. The
 * metadata of a content are {@code SCORE}, which {@link io.msgvault.embed.search.SearchHit#score}
 * explains, and {@code RERANKED_SCORE} where a reranker gave one.
 *
 * <p>What a search throws passes as it is. Safe for use by many threads.
 */
public final class MessageContentRetriever implements ContentRetriever {
  private final MessageRetriever retriever;
  private final Function<Query, Optional<Filter>> filter;

  /**
   * Creates a retriever that answers each query from all messages that its requests allow.
   *
   * @param retriever searches and reads the texts
   */
  public MessageContentRetriever(MessageRetriever retriever) {
    this(retriever, query -> Optional.empty());
  }

  /**
   * Creates a retriever with a filter for each query, which narrows that of its requests.
   *
   * @param retriever searches and reads the texts
   * @param filter gives the filter for a query, for example for the user that asks; {@link
   *     LangChain4jFilters} says what can be said
   */
  public MessageContentRetriever(
      MessageRetriever retriever, Function<Query, Optional<Filter>> filter) {
    this.retriever = retriever;
    this.filter = filter;
  }

  /**
   * Retrieves the texts for a query.
   *
   * @throws io.msgvault.embed.search.retrieval.UnsupportedFilterException if the filter cannot be
   *     said
   */
  @Override
  public List<Content> retrieve(Query query) {
    SearchRequest request = retriever.request(query.text());
    SearchRequest narrowed =
        filter
            .apply(query)
            .map(LangChain4jFilters::toMessageFilter)
            .map(also -> request.withFilter(MetadataFilters.both(request.filter(), also)))
            .orElse(request);
    return retriever.retrieve(narrowed).stream().map(MessageContentRetriever::content).toList();
  }

  private static Content content(RetrievedText found) {
    Map<ContentMetadata, Object> scores = new EnumMap<>(ContentMetadata.class);
    scores.put(ContentMetadata.SCORE, found.hit().score());
    found.hit().reranked().ifPresent(score -> scores.put(ContentMetadata.RERANKED_SCORE, score));
    return Content.from(TextSegment.from(found.text(), Metadata.from(found.metadata())), scores);
  }
}
