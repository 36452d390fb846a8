package io.msgvault.embed.pgvector;

import io.msgvault.embed.MessageFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.statement.Query;

/** A filter as a condition on the live rows {@code m} of the messages, with its parameters. */
final class FilterSql {
  private final HostFilters filters;
  private final StringBuilder condition = new StringBuilder("$live(m)");
  private final List<Consumer<Query>> parameters = new ArrayList<>();

  FilterSql(MessageFilter filter, HostFilters filters) {
    this.filters = filters;
    anyOf("sources", filter.sources(), Values::isName);
    anyOf("types", filter.types(), Values::isName);
    anyOf("senders", folded(filter.senders()), Values::storable);
    anyOf("to", folded(filter.to()), Values::storable);
    anyOf("cc", folded(filter.cc()), Values::storable);
    anyOf("bcc", folded(filter.bcc()), Values::storable);
    anyOf("recipients", folded(filter.recipients()), Values::storable);
    anyOf("labels", filter.labels(), Values::storable);
    filter.hasAttachment().ifPresent(has -> and((has ? "" : "NOT ") + "($attached)"));
    filter.from().ifPresent(from -> and("lateenough", "from", filters.bound(from)));
    filter.before().ifPresent(before -> and("earlyenough", "before", filters.bound(before)));
    filter.minBytes().ifPresent(bytes -> and("largeenough", "minBytes", bytes));
    filter.maxBytes().ifPresent(bytes -> and("smallenough", "maxBytes", bytes));
    filter.subjectContains().ifPresent(this::subject);
  }

  String condition() {
    return condition.toString();
  }

  Query bind(Query query) {
    parameters.forEach(parameter -> parameter.accept(query));
    return query;
  }

  private void subject(String part) {
    if (Values.storable(part)) {
      and("subjectpart", "subject", MessageFilter.fold(part));
    } else {
      and("false");
    }
  }

  private static List<String> folded(Collection<String> addresses) {
    return addresses.stream().map(MessageFilter::fold).toList();
  }

  /** What can be in no row need not be looked for. */
  private void anyOf(String name, Collection<String> values, Predicate<String> isPossible) {
    if (!values.isEmpty()) {
      List<String> possible = values.stream().filter(isPossible).toList();
      and('$' + name);
      if (filters.knows(name)) {
        parameters.add(query -> query.bindArray(name, String.class, possible));
      }
    }
  }

  private void and(String placeholder, String parameter, Object value) {
    and('$' + placeholder);
    if (filters.knows(placeholder)) {
      parameters.add(query -> query.bind(parameter, value));
    }
  }

  private void and(String term) {
    condition.append("\n AND ").append(term);
  }
}
