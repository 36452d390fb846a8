package org.example.embed.h2;

import io.msgvault.embed.model.MessageFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/** Builds the conditions of a filter as SQL. The first condition is that a message is live. */
final class FilterSql {
  private final StringJoiner conditions = new StringJoiner(" AND ");
  private final List<Object> parameters = new ArrayList<>();

  FilterSql(MessageFilter filter) {
    conditions.add("NOT m.deleted");
    andAnyOf("m.source = ANY(?)", filter.sources());
    andAnyOf("m.message_type = ANY(?)", filter.types());
    andAnyAddress("%s", foldCase("m.sender"), filter.senders());
    andAnyAddress(hasName("n.kind = 'to'"), foldCase("n.name"), filter.to());
    andAnyAddress(hasName("n.kind = 'cc'"), foldCase("n.name"), filter.cc());
    andAnyAddress(hasName("n.kind = 'bcc'"), foldCase("n.name"), filter.bcc());
    andAnyAddress(
        hasName("n.kind IN ('to', 'cc', 'bcc')"), foldCase("n.name"), filter.recipients());
    andAnyOf(hasName("n.kind = 'label'").formatted("n.name = ANY(?)"), filter.labels());
    andAnyOf("m.conversation = ANY(?)", filter.conversations());
    filter
        .hasAttachment()
        .ifPresent(
            wanted ->
                and((wanted ? "" : "NOT ") + hasName("n.kind = 'attachment'").formatted("TRUE")));
    filter.from().ifPresent(from -> and("m.sent >= ?", from));
    filter.before().ifPresent(before -> and("m.sent < ?", before));
    filter.minBytes().ifPresent(bytes -> and("m.bytes >= ?", bytes));
    filter.maxBytes().ifPresent(bytes -> and("m.bytes <= ?", bytes));
    filter
        .subjectContains()
        .ifPresent(
            part -> and("LOCATE(?, " + foldCase("m.subject") + ") > 0", MessageFilter.fold(part)));
    filter.excluded().stream().map(FilterSql::new).forEach(this::andNot);
  }

  /** What is unknown makes a condition NULL, and then the message does not match it. */
  private void andNot(FilterSql excluded) {
    and("(" + excluded.conditions + ") IS NOT TRUE", excluded.parameters());
  }

  /** Lower-cases only ASCII letters, as {@link MessageFilter#fold} does. */
  private static String foldCase(String column) {
    return "TRANSLATE(" + column + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
  }

  /** Returns a condition on one of a message's names, with a place for what is asked of it. */
  private static String hasName(String kind) {
    return "EXISTS (SELECT * FROM message_names n WHERE n.message_id = m.id AND "
        + kind
        + " AND %s)";
  }

  private void andAnyOf(String condition, Collection<String> names) {
    if (!names.isEmpty()) {
      and(condition, (Object) names.toArray());
    }
  }

  /** Compares with whole addresses, and their ends with domains. */
  private void andAnyAddress(String condition, String address, Set<String> values) {
    if (values.isEmpty()) {
      return;
    }
    List<String> folded = values.stream().map(MessageFilter::fold).toList();
    List<String> domains = folded.stream().filter(value -> value.startsWith("@")).toList();
    StringJoiner comparisons = new StringJoiner(" OR ", "(", ")");
    comparisons.add(address + " = ANY(?)");
    domains.forEach(domain -> comparisons.add("RIGHT(" + address + ", LENGTH(?)) = ?"));
    List<Object> all = new ArrayList<>();
    all.add(folded.toArray());
    domains.forEach(domain -> all.addAll(List.of(domain, domain)));
    and(condition.formatted(comparisons), all.toArray());
  }

  /** Adds a condition with its parameters. */
  FilterSql and(String condition, Object... values) {
    conditions.add(condition);
    parameters.addAll(Arrays.asList(values));
    return this;
  }

  /** Returns a statement about the messages that meet the conditions. */
  String select(String columns) {
    return "SELECT " + columns + " FROM messages m WHERE " + conditions;
  }

  Object[] parameters() {
    return parameters.toArray();
  }
}
