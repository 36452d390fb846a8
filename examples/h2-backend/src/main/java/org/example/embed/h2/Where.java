package org.example.embed.h2;

import io.msgvault.embed.MessageFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The conditions that messages must meet, as SQL. They begin with being live. */
final class Where {
  private final StringBuilder sql = new StringBuilder(" FROM messages m WHERE NOT m.deleted");
  private final List<Object> parameters = new ArrayList<>();

  Where(MessageFilter filter) {
    anyOf("m.source = ANY(?)", filter.sources());
    anyOf("m.message_type = ANY(?)", filter.types());
    anyAddress(folded("m.sender") + " = ANY(?)", filter.senders());
    anyAddress(named("n.kind = 'to'", folded("n.name")), filter.to());
    anyAddress(named("n.kind = 'cc'", folded("n.name")), filter.cc());
    anyAddress(named("n.kind = 'bcc'", folded("n.name")), filter.bcc());
    anyAddress(named("n.kind <> 'label'", folded("n.name")), filter.recipients());
    anyOf(named("n.kind = 'label'", "n.name"), filter.labels());
    filter.hasAttachment().ifPresent(wanted -> and("m.has_attachment = ?", wanted));
    filter.from().ifPresent(from -> and("m.sent >= ?", from));
    filter.before().ifPresent(before -> and("m.sent < ?", before));
    filter.minBytes().ifPresent(bytes -> and("m.bytes >= ?", bytes));
    filter.maxBytes().ifPresent(bytes -> and("m.bytes <= ?", bytes));
    filter
        .subjectContains()
        .ifPresent(
            part -> and("LOCATE(?, " + folded("m.subject") + ") > 0", MessageFilter.fold(part)));
  }

  /** Lower-cases ASCII letters and no others, as {@link MessageFilter#fold} does. */
  private static String folded(String column) {
    return "TRANSLATE(" + column + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
  }

  private static String named(String kind, String name) {
    return "EXISTS (SELECT * FROM message_names n WHERE n.message_id = m.id AND "
        + kind
        + " AND "
        + name
        + " = ANY(?))";
  }

  private void anyOf(String condition, Collection<String> names) {
    if (!names.isEmpty()) {
      and(condition, (Object) names.toArray());
    }
  }

  private void anyAddress(String condition, Collection<String> addresses) {
    anyOf(condition, addresses.stream().map(MessageFilter::fold).toList());
  }

  /** One more condition, with its parameters. */
  Where and(String condition, Object... values) {
    sql.append(" AND ").append(condition);
    parameters.addAll(Arrays.asList(values));
    return this;
  }

  /** A statement on the messages that meet the conditions. */
  String select(String columns) {
    return "SELECT " + columns + sql;
  }

  Object[] parameters() {
    return parameters.toArray();
  }
}
