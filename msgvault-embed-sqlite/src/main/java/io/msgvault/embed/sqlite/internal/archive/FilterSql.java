package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.Time;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.Times;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns a filter into a condition on the live rows of {@code messages m}, with its parameters in
 * order. A condition on a column that is not mapped matches nothing.
 *
 * <p>Addresses are compared by NOCASE, which folds ASCII letters and no others. All other names are
 * compared by their bytes, whatever the column's own collation.
 */
public final class FilterSql {
  private static final String ADDRESS = "NOCASE";
  private static final String EXACT = "BINARY";

  private final ArchiveMapping mapping;
  private final MappedSql sql;
  private final StringBuilder condition;
  private final List<Object> parameters = new ArrayList<>();

  /** Builds the condition. */
  public FilterSql(MappedSql sql, MessageFilter filter) {
    this.sql = sql;
    mapping = sql.mapping();
    condition = new StringBuilder(sql.render("{m.live}"));
    if (!filter.sources().isEmpty()) {
      and(mapping.source().map(name -> named("m", name, EXACT, filter.sources())));
    }
    if (!filter.types().isEmpty()) {
      and(mapping.type().map(column -> named("m", Name.in(column), EXACT, filter.types())));
    }
    if (!filter.senders().isEmpty()) {
      and(mapping.sender().map(name -> named("m", name, ADDRESS, filter.senders())));
    }
    received(Optional.of("to"), filter.to());
    received(Optional.of("cc"), filter.cc());
    received(Optional.of("bcc"), filter.bcc());
    received(Optional.empty(), filter.recipients());
    if (!filter.labels().isEmpty()) {
      and(mapping.labels().map(labels -> labelled(labels, filter.labels())));
    }
    filter.hasAttachment().ifPresent(this::attached);
    filter.from().ifPresent(from -> and(mapping.sentAt().map(time -> sent(time, ">=", from))));
    filter.before().ifPresent(to -> and(mapping.sentAt().map(time -> sent(time, "<", to))));
    filter.minBytes().ifPresent(bytes -> and(mapping.sizeBytes().map(size -> sized(">=", bytes))));
    filter.maxBytes().ifPresent(bytes -> and(mapping.sizeBytes().map(size -> sized("<=", bytes))));
    filter
        .subjectContains()
        .ifPresent(
            part ->
                and(
                    Optional.of(
                        term(
                            "instr(lower(CAST(ifnull({m.subject}, '') AS TEXT)), ?) > 0",
                            MessageFilter.fold(part)))));
  }

  /** Returns the condition, over the mapping's names. */
  public String condition() {
    return condition.toString();
  }

  /** Sets the parameters from the first on, and returns the number of the next one. */
  public int bind(PreparedStatement statement) throws SQLException {
    int next = 1;
    for (Object parameter : parameters) {
      statement.setObject(next++, parameter);
    }
    return next;
  }

  /** Returns the ids of the live messages that match. */
  public Set<Long> filterIds(Session session, long[] ids) throws SQLException {
    Set<Long> kept = new HashSet<>();
    try (PreparedStatement select =
        session.prepareOnce(
            sql.render("SELECT m.{id} FROM {messages} m WHERE ")
                + condition
                + sql.render(" AND m.{id} IN (SELECT value FROM json_each(?))"))) {
      int last = bind(select);
      for (String chunk : JsonIds.arrays(ids)) {
        select.setString(last, chunk);
        Arrays.stream(Results.allLongs(select)).forEach(kept::add);
      }
    }
    return kept;
  }

  private record Term(String sql, List<Object> parameters) {}

  private Term term(String template, Object... values) {
    return new Term(sql.render(template), List.of(values));
  }

  /** Adds a term. Without one, nothing matches. */
  private void and(Optional<Term> term) {
    condition.append("\n AND ").append(term.map(Term::sql).orElse("0"));
    term.ifPresent(some -> parameters.addAll(some.parameters));
  }

  /** Returns the term that a name of a row is one of these. */
  private static Term named(String row, Name name, String collation, Collection<String> names) {
    String column = row + "." + MappedSql.quote(name.column());
    String anyOf =
        " COLLATE "
            + collation
            + Collections.nCopies(names.size(), "?").stream()
                .collect(Collectors.joining(", ", " IN (", ")"));
    return new Term(
        name.lookup()
            .map(
                lookup ->
                    column
                        + " IN (SELECT l."
                        + MappedSql.quote(lookup.key())
                        + " FROM "
                        + MappedSql.quote(lookup.table())
                        + " l WHERE l."
                        + MappedSql.quote(lookup.name())
                        + anyOf
                        + ")")
            .orElse(column + anyOf),
        List.copyOf(names));
  }

  private void received(Optional<String> kind, Collection<String> addresses) {
    if (addresses.isEmpty()) {
      return;
    }
    and(
        mapping
            .recipients()
            .filter(recipients -> kind.isEmpty() || recipients.kind().isPresent())
            .map(recipients -> received(recipients, kind, addresses)));
  }

  private Term received(
      Recipients recipients, Optional<String> kind, Collection<String> addresses) {
    Term address = named("r", recipients.address(), ADDRESS, addresses);
    String ofKind =
        kind.map(
                wanted ->
                    " AND r."
                        + MappedSql.quote(recipients.kind().orElseThrow())
                        + " = '"
                        + wanted
                        + "'")
            .orElse("");
    return amongRows(recipients.rows(), new Term(address.sql + ofKind, address.parameters));
  }

  private Term labelled(Labels labels, Collection<String> names) {
    return amongRows(labels.rows(), named("r", labels.label(), EXACT, names));
  }

  private Term amongRows(Related rows, Term ofRow) {
    return new Term(
        sql.render("m.{id} IN (SELECT r.")
            + MappedSql.quote(rows.messageId())
            + " FROM "
            + MappedSql.quote(rows.table())
            + " r WHERE "
            + ofRow.sql
            + ")",
        ofRow.parameters);
  }

  private void attached(boolean wanted) {
    Optional<String> some =
        mapping
            .attachments()
            .map(
                attachments ->
                    "EXISTS (SELECT 1 FROM "
                        + MappedSql.quote(attachments.rows().table())
                        + " a WHERE a."
                        + MappedSql.quote(attachments.rows().messageId())
                        + sql.render(" = m.{id})"));
    and(Optional.of(new Term((wanted ? "" : "NOT ") + some.orElse("0"), List.of())));
  }

  private Term sized(String comparison, long bytes) {
    return term(
        "typeof({m.size_bytes}) IN ('integer', 'real') AND {m.size_bytes} " + comparison + " ?",
        bytes);
  }

  private Term sent(Time time, String comparison, Instant bound) {
    long millis = Times.ceilMillis(bound);
    return switch (time.format()) {
      case EPOCH_MILLIS ->
          term(
              "typeof({m.sent_at}) IN ('integer', 'real') AND {m.sent_at} " + comparison + " ?",
              millis);
      case EPOCH_SECONDS ->
          term(
              "typeof({m.sent_at}) IN ('integer', 'real') AND {m.sent_at} " + comparison + " ?",
              millis / 1000.0);
      case NATIVE ->
          term(
              "typeof({m.sent_at}) = 'text' AND round(unixepoch({m.sent_at}, 'subsec') * 1000) "
                  + comparison
                  + " ?",
              millis);
    };
  }
}
