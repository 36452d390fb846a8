package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.statement.Query;

/** A filter as a condition on the live rows {@code m} of the messages, with its parameters. */
public final class FilterSql {
  private final FilterConditions filters;
  private final StringBuilder condition = new StringBuilder("$live(m)");
  private final List<Consumer<Query>> parameters = new ArrayList<>();

  public FilterSql(MessageFilter filter, FilterConditions filters) {
    this.filters = filters;
    anyOf("sources", filter.sources(), PgValues::isName);
    anyOf("types", filter.types(), PgValues::isName);
    anyOf("senders", lowerCased(filter.senders()), PgValues::isStorable);
    anyOf("to", lowerCased(filter.to()), PgValues::isStorable);
    anyOf("cc", lowerCased(filter.cc()), PgValues::isStorable);
    anyOf("bcc", lowerCased(filter.bcc()), PgValues::isStorable);
    anyOf("recipients", lowerCased(filter.recipients()), PgValues::isStorable);
    anyOf("labels", filter.labels(), PgValues::isStorable);
    filter.hasAttachment().ifPresent(has -> and((has ? "" : "NOT ") + "($attached)"));
    filter.from().ifPresent(from -> and("lateenough", "from", filters.toComparable(from)));
    filter.before().ifPresent(before -> and("earlyenough", "before", filters.toComparable(before)));
    filter.minBytes().ifPresent(bytes -> and("largeenough", "minBytes", bytes));
    filter.maxBytes().ifPresent(bytes -> and("smallenough", "maxBytes", bytes));
    filter.subjectContains().ifPresent(this::subject);
  }

  public String condition() {
    return condition.toString();
  }

  public Query bind(Query query) {
    parameters.forEach(parameter -> parameter.accept(query));
    return query;
  }

  private void subject(String part) {
    if (PgValues.isStorable(part)) {
      and("subjectpart", "subject", MessageFilter.fold(part));
    } else {
      and("false");
    }
  }

  private static List<String> lowerCased(Collection<String> addresses) {
    return addresses.stream().map(MessageFilter::fold).toList();
  }

  /** What can be in no row need not be looked for. */
  private void anyOf(String name, Collection<String> values, Predicate<String> isPossible) {
    if (!values.isEmpty()) {
      List<String> possible = values.stream().filter(isPossible).toList();
      and('$' + name);
      if (filters.isMapped(name)) {
        parameters.add(query -> query.bindArray(name, String.class, possible));
      }
    }
  }

  private void and(String placeholder, String parameter, Object value) {
    and('$' + placeholder);
    if (filters.isMapped(placeholder)) {
      parameters.add(query -> query.bind(parameter, value));
    }
  }

  private void and(String term) {
    condition.append("\n AND ").append(term);
  }
}
