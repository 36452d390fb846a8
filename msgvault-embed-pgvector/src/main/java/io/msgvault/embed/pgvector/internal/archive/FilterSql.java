package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.pgvector.internal.archive.FilterConditions.Test;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;

/** Finds messages by a filter, as a condition on the live rows {@code m} of the messages. */
public final class FilterSql {
  private static final String UNMAPPED = "false";

  private final FilterConditions conditions;
  private final List<Consumer<Query>> parameters = new ArrayList<>();
  private final String condition;

  /** Renders a filter over an archive's tables. */
  public FilterSql(MessageFilter filter, MappedSql tables) {
    conditions = tables.filters();
    condition = tables.resolve("m", "live").orElseThrow() + " AND " + matches(filter);
  }

  /** Returns which of these messages match. */
  public Set<Long> among(Database.Session session, Collection<Long> ids) {
    return new HashSet<>(
        bind(session.query(
                """
                    SELECT {m.id} FROM {messages} AS m
                     WHERE {m.id} = ANY (:ids) AND {condition}"""))
            .bindArray("ids", Long.class, ids)
            .mapTo(Long.class)
            .list());
  }

  /** Returns all messages that match, by id; empty if there are more than the limit. */
  public Optional<List<Long>> find(Database.Session session, int limit) {
    List<Long> ids =
        bind(session.query("SELECT {m.id} FROM {messages} AS m WHERE {condition} LIMIT :limit"))
            .bind("limit", limit + 1L)
            .mapTo(Long.class)
            .list();
    return ids.size() > limit ? Optional.empty() : Optional.of(ids.stream().sorted().toList());
  }

  /** Defines the condition as {@code {condition}} and binds its parameters. */
  Query bind(Query query) {
    query.define("condition", condition);
    parameters.forEach(parameter -> parameter.accept(query));
    return query;
  }

  /** Returns the condition that all groups of a filter match; it may be unknown. */
  private String matches(MessageFilter filter) {
    List<String> terms = new ArrayList<>();
    names(terms, "sources", filter.sources(), PgValues::isName);
    names(terms, "types", filter.types(), PgValues::isName);
    names(terms, "labels", filter.labels(), PgValues::isStorable);
    addresses(terms, "senders", filter.senders());
    addresses(terms, "to", filter.to());
    addresses(terms, "cc", filter.cc());
    addresses(terms, "bcc", filter.bcc());
    addresses(terms, "recipients", filter.recipients());
    if (!filter.conversations().isEmpty()) {
      terms.add(
          conditions
              .conversation()
              .map(column -> conversation(column, filter.conversations()))
              .orElse(UNMAPPED));
    }
    filter
        .hasAttachment()
        .ifPresent(has -> terms.add((has ? "" : "NOT ") + conditions.hasAttachment()));
    filter.from().ifPresent(from -> value(terms, "from", conditions.toComparable(from)));
    filter.before().ifPresent(time -> value(terms, "before", conditions.toComparable(time)));
    filter.minBytes().ifPresent(bytes -> value(terms, "minBytes", bytes));
    filter.maxBytes().ifPresent(bytes -> value(terms, "maxBytes", bytes));
    filter.subjectContains().ifPresent(part -> subject(terms, part));
    filter.excluded().forEach(excluded -> terms.add("(" + matches(excluded) + ") IS NOT TRUE"));
    return terms.isEmpty() ? "true" : String.join("\n AND ", terms);
  }

  /** Leaves out values that no row can have. */
  private void names(
      List<String> terms, String group, Collection<String> values, Predicate<String> isPossible) {
    test(
        terms,
        group,
        values,
        possible -> equalToAny(possible.stream().filter(isPossible).toList()));
  }

  private Test equalToAny(List<String> values) {
    String parameter = texts(values);
    return (column, alias) -> column.text(alias) + " = ANY (" + parameter + ")";
  }

  /** Renders a group of addresses. One that begins with an at sign is the end of others. */
  private void addresses(List<String> terms, String group, Collection<String> addresses) {
    test(terms, group, addresses, this::addressTest);
  }

  private Test addressTest(Collection<String> addresses) {
    List<String> whole = new ArrayList<>();
    List<String> patterns = new ArrayList<>();
    for (String address : addresses) {
      String folded = MessageFilter.fold(address);
      if (PgValues.isStorable(folded)) {
        if (folded.startsWith("@")) {
          patterns.add('%' + folded.replaceAll("([\\\\%_])", "\\\\$1"));
        } else {
          whole.add(folded);
        }
      }
    }
    String equal = " = ANY (" + texts(whole) + ")";
    if (patterns.isEmpty()) {
      return (column, alias) -> column.asciiLowerCase(alias) + equal;
    }
    String like = " LIKE ANY (" + texts(patterns) + ")";
    return (column, alias) -> {
      String address = column.asciiLowerCase(alias);
      return "(" + address + equal + " OR " + address + like + ")";
    };
  }

  private void test(
      List<String> terms,
      String group,
      Collection<String> values,
      Function<Collection<String>, Test> test) {
    if (!values.isEmpty()) {
      terms.add(
          conditions.name(group).map(name -> name.passing(test.apply(values))).orElse(UNMAPPED));
    }
  }

  /** Compares values of the column's own type where it has one, so that its index is of use. */
  private String conversation(Column column, Collection<String> values) {
    return switch (column.kind()) {
      case INTEGER -> equalToAny(column, "bigint", values, value -> "" + Long.parseLong(value));
      case UUID -> equalToAny(column, "uuid", values, value -> UUID.fromString(value).toString());
      default -> equalToAny(values.stream().filter(PgValues::isStorable).toList()).on(column, "m");
    };
  }

  /** Leaves out values that the type writes otherwise, or does not have. */
  private String equalToAny(
      Column column, String type, Collection<String> values, UnaryOperator<String> rewrite) {
    List<String> possible =
        values.stream()
            .filter(
                value -> {
                  try {
                    return rewrite.apply(value).equals(value);
                  } catch (IllegalArgumentException notOfType) {
                    return false;
                  }
                })
            .toList();
    return column.of("m") + " = ANY (CAST(" + texts(possible) + " AS " + type + "[]))";
  }

  private void subject(List<String> terms, String part) {
    if (PgValues.isStorable(part)) {
      value(terms, "subject", MessageFilter.fold(part));
    } else {
      terms.add("false");
    }
  }

  private void value(List<String> terms, String group, Object value) {
    terms.add(
        conditions
            .value(group)
            .map(condition -> condition.apply(parameter((query, name) -> query.bind(name, value))))
            .orElse(UNMAPPED));
  }

  private String texts(List<String> values) {
    return parameter((query, name) -> query.bindArray(name, String.class, values));
  }

  private String parameter(BiConsumer<Query, String> bind) {
    String name = "filter" + parameters.size();
    parameters.add(query -> bind.accept(query, name));
    return ":" + name;
  }
}
