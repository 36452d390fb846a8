package io.msgvault.embed.springai;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.retrieval.MessageRetriever;
import io.msgvault.embed.search.retrieval.MetadataFilters;
import io.msgvault.embed.search.retrieval.RetrievedText;
import java.util.List;
import java.util.Optional;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStoreRetriever;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.FilterExpressionTextParser;

/**
 * Answers the queries of Spring AI from an archive.
 *
 * <pre>{@code
 * DocumentRetriever retriever =
 *     new MessageDocumentRetriever(
 *         MessageRetriever.builder(searcher, messages)
 *             .request(request -> request.withLimit(5))
 *             .extent(TextExtent.around(500))
 *             .build());
 * }</pre>
 *
 * <p>The documents come best first. The id of a document is that of its message, and its metadata
 * are those of a {@link RetrievedText}. {@link io.msgvault.embed.search.SearchHit#score} explains
 * its score.
 *
 * <p>Filters narrow those of the retriever's own requests; {@link SpringAiFilters} says what they
 * can say. What a search throws passes as it is. Safe for use by many threads.
 */
public final class MessageDocumentRetriever implements DocumentRetriever, VectorStoreRetriever {
  private final MessageRetriever retriever;

  /**
   * Creates a retriever.
   *
   * @param retriever searches and reads the texts
   */
  public MessageDocumentRetriever(MessageRetriever retriever) {
    this.retriever = retriever;
  }

  /**
   * Retrieves the documents for a query. Its context may have a filter expression, or the text of
   * one, under {@link VectorStoreDocumentRetriever#FILTER_EXPRESSION}.
   *
   * @throws io.msgvault.embed.search.retrieval.UnsupportedFilterException if the filter cannot be
   *     said
   */
  @Override
  public List<Document> retrieve(Query query) {
    Optional<Expression> filter =
        Optional.ofNullable(query.context().get(VectorStoreDocumentRetriever.FILTER_EXPRESSION))
            .flatMap(MessageDocumentRetriever::expression);
    return documents(narrowed(retriever.request(query.text()), filter));
  }

  private static Optional<Expression> expression(Object filter) {
    if (filter instanceof Expression expression) {
      return Optional.of(expression);
    }
    String text = filter.toString();
    return text.isBlank()
        ? Optional.empty()
        : Optional.of(new FilterExpressionTextParser().parse(text));
  }

  /**
   * Retrieves the documents for a request. Its {@code topK} is the limit. Its threshold, if it is
   * above 0, is the least score.
   *
   * @throws io.msgvault.embed.search.retrieval.UnsupportedFilterException if the filter cannot be
   *     said
   * @throws IllegalArgumentException if the query is blank, or {@code topK} is out of the range of
   *     a limit
   */
  @Override
  public List<Document> similaritySearch(SearchRequest request) {
    io.msgvault.embed.search.SearchRequest own =
        retriever.request(request.getQuery()).withLimit(request.getTopK());
    double threshold = request.getSimilarityThreshold();
    return documents(
        narrowed(
            threshold > SearchRequest.SIMILARITY_THRESHOLD_ACCEPT_ALL
                ? own.withMinScore(threshold)
                : own,
            Optional.ofNullable(request.getFilterExpression())));
  }

  private static io.msgvault.embed.search.SearchRequest narrowed(
      io.msgvault.embed.search.SearchRequest request, Optional<Expression> filter) {
    MessageFilter own = request.filter();
    return filter
        .map(SpringAiFilters::toMessageFilter)
        .map(also -> request.withFilter(MetadataFilters.both(own, also)))
        .orElse(request);
  }

  private List<Document> documents(io.msgvault.embed.search.SearchRequest request) {
    return retriever.retrieve(request).stream().map(MessageDocumentRetriever::document).toList();
  }

  private static Document document(RetrievedText found) {
    return Document.builder()
        .id(Long.toString(found.hit().messageId()))
        .text(found.text())
        .metadata(found.metadata())
        .score(found.hit().score())
        .build();
  }
}
