package org.example.embed.h2;

import io.msgvault.embed.model.MessageFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Builds the conditions of a filter as SQL. The first condition is that a message is live. */
final class FilterSql {
  private final StringBuilder sql = new StringBuilder(" FROM messages m WHERE NOT m.deleted");
  private final List<Object> parameters = new ArrayList<>();

  FilterSql(MessageFilter filter) {
    andAnyOf("m.source = ANY(?)", filter.sources());
    andAnyOf("m.message_type = ANY(?)", filter.types());
    andAnyAddress(foldCase("m.sender") + " = ANY(?)", filter.senders());
    andAnyAddress(hasName("n.kind = 'to'", foldCase("n.name")), filter.to());
    andAnyAddress(hasName("n.kind = 'cc'", foldCase("n.name")), filter.cc());
    andAnyAddress(hasName("n.kind = 'bcc'", foldCase("n.name")), filter.bcc());
    andAnyAddress(hasName("n.kind <> 'label'", foldCase("n.name")), filter.recipients());
    andAnyOf(hasName("n.kind = 'label'", "n.name"), filter.labels());
    filter.hasAttachment().ifPresent(wanted -> and("m.has_attachment = ?", wanted));
    filter.from().ifPresent(from -> and("m.sent >= ?", from));
    filter.before().ifPresent(before -> and("m.sent < ?", before));
    filter.minBytes().ifPresent(bytes -> and("m.bytes >= ?", bytes));
    filter.maxBytes().ifPresent(bytes -> and("m.bytes <= ?", bytes));
    filter
        .subjectContains()
        .ifPresent(
            part -> and("LOCATE(?, " + foldCase("m.subject") + ") > 0", MessageFilter.fold(part)));
  }

  /** Lower-cases only ASCII letters, as {@link MessageFilter#fold} does. */
  private static String foldCase(String column) {
    return "TRANSLATE(" + column + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
  }

  private static String hasName(String kind, String name) {
    return "EXISTS (SELECT * FROM message_names n WHERE n.message_id = m.id AND "
        + kind
        + " AND "
        + name
        + " = ANY(?))";
  }

  private void andAnyOf(String condition, Collection<String> names) {
    if (!names.isEmpty()) {
      and(condition, (Object) names.toArray());
    }
  }

  private void andAnyAddress(String condition, Collection<String> addresses) {
    andAnyOf(condition, addresses.stream().map(MessageFilter::fold).toList());
  }

  /** Adds a condition with its parameters. */
  FilterSql and(String condition, Object... values) {
    sql.append(" AND ").append(condition);
    parameters.addAll(Arrays.asList(values));
    return this;
  }

  /** Returns a statement about the messages that meet the conditions. */
  String select(String columns) {
    return "SELECT " + columns + sql;
  }

  Object[] parameters() {
    return parameters.toArray();
  }
}
