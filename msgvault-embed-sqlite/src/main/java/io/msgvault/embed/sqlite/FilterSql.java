package io.msgvault.embed.sqlite;

import io.msgvault.embed.MessageFilter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** A filter as a condition on the live rows of {@code messages m}, with its parameters in order. */
final class FilterSql {
  private final StringBuilder condition = new StringBuilder("m.deleted_at IS NULL");
  private final List<Object> parameters = new ArrayList<>();

  FilterSql(MessageFilter filter) {
    anyOf("m.source_id IN (SELECT id FROM sources WHERE name IN (%s))", filter.sources());
    anyOf("m.message_type IN (%s)", filter.types());
    anyOf("m.sender_id IN (SELECT id FROM participants WHERE address IN (%s))", filter.senders());
    received("AND r.kind = 'to'", filter.to());
    received("AND r.kind = 'cc'", filter.cc());
    received("AND r.kind = 'bcc'", filter.bcc());
    received("", filter.recipients());
    anyOf(
        """
        m.id IN (SELECT ml.message_id FROM message_labels ml JOIN labels l ON l.id = ml.label_id
                  WHERE l.name IN (%s))\
        """,
        filter.labels());
    filter
        .hasAttachment()
        .ifPresent(
            has ->
                and(
                    (has ? "" : "NOT ")
                        + "EXISTS (SELECT 1 FROM attachments a WHERE a.message_id = m.id)"));
    filter.from().ifPresent(from -> and("m.sent_at >= ?", Times.ceilMillis(from)));
    filter.before().ifPresent(before -> and("m.sent_at < ?", Times.ceilMillis(before)));
    filter.minBytes().ifPresent(bytes -> and("m.size_bytes >= ?", bytes));
    filter.maxBytes().ifPresent(bytes -> and("m.size_bytes <= ?", bytes));
    filter
        .subjectContains()
        .ifPresent(
            part ->
                and(
                    "instr(lower(CAST(ifnull(m.subject, '') AS TEXT)), ?) > 0",
                    MessageFilter.fold(part)));
  }

  String condition() {
    return condition.toString();
  }

  /** Sets the parameters from the first on; returns the number of the next one. */
  int bind(PreparedStatement statement) throws SQLException {
    int next = 1;
    for (Object parameter : parameters) {
      statement.setObject(next++, parameter);
    }
    return next;
  }

  private void received(String kind, Collection<String> addresses) {
    anyOf(
        """
        m.id IN (SELECT r.message_id FROM recipients r
                   JOIN participants p ON p.id = r.participant_id
                  WHERE p.address IN (%%s) %s)\
        """
            .formatted(kind),
        addresses);
  }

  private void anyOf(String template, Collection<String> values) {
    if (!values.isEmpty()) {
      and(
          template.formatted(String.join(", ", Collections.nCopies(values.size(), "?"))),
          values.toArray());
    }
  }

  private void and(String term, Object... values) {
    condition.append("\n AND ").append(term);
    parameters.addAll(List.of(values));
  }
}
