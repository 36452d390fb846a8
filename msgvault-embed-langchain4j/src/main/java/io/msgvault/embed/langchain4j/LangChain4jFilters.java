package io.msgvault.embed.langchain4j;

import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.ContainsString;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.retrieval.MetadataFilters;
import io.msgvault.embed.search.retrieval.UnsupportedFilterException;

/** Turns filters of LangChain4j into filters of messages. */
public final class LangChain4jFilters {
  private LangChain4jFilters() {}

  /**
   * Returns the filter that matches the same messages. {@link MetadataFilters} says which keys can
   * be compared with what; logical operators can join anything.
   *
   * @throws UnsupportedFilterException if the filter cannot be said
   */
  public static MessageFilter toMessageFilter(Filter filter) {
    if (filter instanceof And and) {
      return MetadataFilters.both(toMessageFilter(and.left()), toMessageFilter(and.right()));
    } else if (filter instanceof Or or) {
      return MetadataFilters.either(toMessageFilter(or.left()), toMessageFilter(or.right()));
    } else if (filter instanceof Not not) {
      return MetadataFilters.not(toMessageFilter(not.expression()));
    } else if (filter instanceof IsEqualTo is) {
      return MetadataFilters.equalTo(is.key(), is.comparisonValue());
    } else if (filter instanceof IsNotEqualTo is) {
      return MetadataFilters.not(MetadataFilters.equalTo(is.key(), is.comparisonValue()));
    } else if (filter instanceof IsIn in) {
      return MetadataFilters.anyOf(in.key(), in.comparisonValues());
    } else if (filter instanceof IsNotIn in) {
      return MetadataFilters.not(MetadataFilters.anyOf(in.key(), in.comparisonValues()));
    } else if (filter instanceof IsGreaterThan is) {
      return MetadataFilters.above(is.key(), is.comparisonValue());
    } else if (filter instanceof IsGreaterThanOrEqualTo is) {
      return MetadataFilters.atLeast(is.key(), is.comparisonValue());
    } else if (filter instanceof IsLessThan is) {
      return MetadataFilters.below(is.key(), is.comparisonValue());
    } else if (filter instanceof IsLessThanOrEqualTo is) {
      return MetadataFilters.atMost(is.key(), is.comparisonValue());
    } else if (filter instanceof ContainsString contains) {
      return MetadataFilters.containing(contains.key(), contains.comparisonValue());
    }
    throw new UnsupportedFilterException(
        "messages cannot be filtered by a "
            + filter.getClass().getName()
            + ": use the comparisons of LangChain4j");
  }
}
