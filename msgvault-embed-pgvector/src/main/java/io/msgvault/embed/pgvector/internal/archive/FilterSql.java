package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.statement.Query;

/** Renders a filter as a condition on the live rows {@code m} of the messages. */
public final class FilterSql {
  private final MappedSql tables;
  private final StringBuilder condition;
  private final List<Consumer<Query>> parameters = new ArrayList<>();

  /** Renders a filter over an archive's tables. */
  public FilterSql(MessageFilter filter, MappedSql tables) {
    this.tables = tables;
    this.condition = new StringBuilder(resolve("m", "live"));
    anyOf("sources", filter.sources(), PgValues::isName);
    anyOf("types", filter.types(), PgValues::isName);
    anyOf("senders", lowerCased(filter.senders()), PgValues::isStorable);
    anyOf("to", lowerCased(filter.to()), PgValues::isStorable);
    anyOf("cc", lowerCased(filter.cc()), PgValues::isStorable);
    anyOf("bcc", lowerCased(filter.bcc()), PgValues::isStorable);
    anyOf("recipients", lowerCased(filter.recipients()), PgValues::isStorable);
    anyOf("labels", filter.labels(), PgValues::isStorable);
    filter
        .hasAttachment()
        .ifPresent(has -> and((has ? "" : "NOT ") + "(" + resolve("", "has_attachment") + ")"));
    filter.from().ifPresent(from -> and("sent_from", "from", tables.filters().toComparable(from)));
    filter
        .before()
        .ifPresent(before -> and("sent_before", "before", tables.filters().toComparable(before)));
    filter.minBytes().ifPresent(bytes -> and("min_size", "minBytes", bytes));
    filter.maxBytes().ifPresent(bytes -> and("max_size", "maxBytes", bytes));
    filter.subjectContains().ifPresent(this::subject);
  }

  private String resolve(String alias, String name) {
    return tables.resolve(alias, name).orElseThrow();
  }

  /** Defines the condition as {@code {condition}} and binds its parameters. */
  public Query bind(Query query) {
    query.define("condition", condition);
    parameters.forEach(parameter -> parameter.accept(query));
    return query;
  }

  private void subject(String part) {
    if (PgValues.isStorable(part)) {
      and("subject_contains", "subject", MessageFilter.fold(part));
    } else {
      and("false");
    }
  }

  private static List<String> lowerCased(Collection<String> addresses) {
    return addresses.stream().map(MessageFilter::fold).toList();
  }

  /** Leaves out values that no row can have. */
  private void anyOf(String name, Collection<String> values, Predicate<String> isPossible) {
    if (!values.isEmpty()) {
      List<String> possible = values.stream().filter(isPossible).toList();
      and(resolve("", name));
      if (tables.filters().isMapped(name)) {
        parameters.add(query -> query.bindArray(name, String.class, possible));
      }
    }
  }

  private void and(String placeholder, String parameter, Object value) {
    and(resolve("", placeholder));
    if (tables.filters().isMapped(placeholder)) {
      parameters.add(query -> query.bind(parameter, value));
    }
  }

  private void and(String term) {
    condition.append("\n AND ").append(term);
  }
}
