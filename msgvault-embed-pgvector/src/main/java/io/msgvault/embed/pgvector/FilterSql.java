package io.msgvault.embed.pgvector;

import io.msgvault.embed.MessageFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.statement.Query;

/** A filter as a condition on the live rows of {@code messages m}, with its parameters. */
final class FilterSql {
  private final StringBuilder condition = new StringBuilder("m.deleted_at IS NULL");
  private final List<Consumer<Query>> parameters = new ArrayList<>();

  FilterSql(MessageFilter filter) {
    anyOf(
        "sources",
        "m.source_id IN (SELECT id FROM $schema.sources WHERE name = ANY (:sources))",
        filter.sources());
    anyOf("types", "m.message_type = ANY (:types)", filter.types());
    participant("senders", "'from'", filter.senders());
    participant("to", "'to'", filter.to());
    participant("cc", "'cc'", filter.cc());
    participant("bcc", "'bcc'", filter.bcc());
    participant("recipients", "'to', 'cc', 'bcc'", filter.recipients());
    anyOf(
        "labels",
        """
        m.id IN (SELECT message_id FROM $schema.message_labels WHERE label = ANY (:labels))""",
        filter.labels());
    filter
        .hasAttachment()
        .ifPresent(
            has ->
                and(
                    (has ? "" : "NOT ")
                        + "EXISTS (SELECT 1 FROM $schema.attachments a WHERE a.message_id = m.id)"));
    filter.from().ifPresent(from -> and("m.sent_at >= :from", "from", Values.ceiling(from)));
    filter
        .before()
        .ifPresent(before -> and("m.sent_at < :before", "before", Values.ceiling(before)));
    filter.minBytes().ifPresent(bytes -> and("m.size_bytes >= :minBytes", "minBytes", bytes));
    filter.maxBytes().ifPresent(bytes -> and("m.size_bytes <= :maxBytes", "maxBytes", bytes));
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
      and(
          "strpos(lower(coalesce(m.subject, '') COLLATE \"C\"), :subject) > 0",
          "subject",
          MessageFilter.fold(part));
    } else {
      and("false");
    }
  }

  private void participant(String name, String kinds, Collection<String> addresses) {
    anyOf(
        name,
        """
        m.id IN (SELECT mp.message_id FROM $schema.message_participants mp
                   JOIN $schema.participants p ON p.id = mp.participant_id
                  WHERE lower(p.address) = ANY (:%s) AND mp.kind IN (%s))"""
            .formatted(name, kinds),
        addresses.stream().map(MessageFilter::fold).toList());
  }

  /** What PostgreSQL can't hold is in no row, so it need not be looked for. */
  private void anyOf(String name, String term, Collection<String> values) {
    if (!values.isEmpty()) {
      List<String> possible = values.stream().filter(Values::storable).toList();
      and(term);
      parameters.add(query -> query.bindArray(name, String.class, possible));
    }
  }

  private void and(String term, String name, Object value) {
    and(term);
    parameters.add(query -> query.bind(name, value));
  }

  private void and(String term) {
    condition.append("\n AND ").append(term);
  }
}
