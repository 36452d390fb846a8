package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Lookup;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.Time;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteErrors;
import io.msgvault.embed.sqlite.internal.db.Times;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns a filter into a condition on the live rows of {@code messages m}, with its parameters in
 * order. A condition on a column that is not mapped matches nothing.
 *
 * <p>Addresses are compared by NOCASE, which folds ASCII letters and no others. All other names are
 * compared by their bytes, whatever the column's own collation.
 *
 * <p>Many terms are joined as a balanced tree, because SQLite limits the depth of an expression.
 */
public final class FilterSql {
  /** How deep excluded filters may be in each other, well within what SQLite takes. */
  private static final int MAX_NESTING = 100;

  private static final Term NOTHING = new Term("0", List.of());
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");

  private final ArchiveMapping mapping;
  private final MappedSql sql;
  private final Term condition;

  /**
   * Builds the condition.
   *
   * @throws StoreException if excluded filters are nested too deep
   */
  public FilterSql(MappedSql sql, MessageFilter filter) {
    this.sql = sql;
    mapping = sql.mapping();
    condition = joined("AND", List.of(term("{m.live}"), matches(filter, 0)));
  }

  /** Returns the ids of the live messages that match. */
  public Set<Long> filterIds(Session session, long[] ids) throws SQLException {
    Set<Long> kept = new HashSet<>();
    try (PreparedStatement select =
        select(session, sql.render(" AND m.{id} IN (SELECT value FROM json_each(?))"))) {
      int last = bind(select);
      for (String chunk : JsonIds.arrays(ids)) {
        select.setString(last, chunk);
        Arrays.stream(Results.allLongs(select)).forEach(kept::add);
      }
    }
    return kept;
  }

  /** Returns the ids of the live messages that match, ascending; empty if they are too many. */
  public Optional<List<Long>> findMatching(Session session, int limit) throws SQLException {
    try (PreparedStatement select = select(session, " LIMIT ?")) {
      select.setLong(bind(select), limit + 1L);
      long[] ids = Results.allLongs(select);
      Arrays.sort(ids);
      return ids.length > limit
          ? Optional.empty()
          : Optional.of(Arrays.stream(ids).boxed().toList());
    }
  }

  private PreparedStatement select(Session session, String end) throws SQLException {
    return session.prepareOnce(
        sql.render("SELECT m.{id} FROM {messages} m WHERE ") + condition.sql + end);
  }

  /** Returns the condition. */
  String condition() {
    return condition.sql;
  }

  /** Sets the parameters from the first on, and returns the number of the next one. */
  int bind(PreparedStatement statement) throws SQLException {
    int next = 1;
    for (Object parameter : condition.parameters) {
      statement.setObject(next++, parameter);
    }
    return next;
  }

  private record Term(String sql, List<Object> parameters) {}

  private Term term(String template, Object... values) {
    return new Term(sql.render(template), List.of(values));
  }

  private Term matches(MessageFilter filter, int nesting) {
    if (nesting > MAX_NESTING) {
      throw new StoreException(SqliteErrors.FILTER_TOO_LARGE);
    }
    List<Term> terms = new ArrayList<>();
    whereAny(terms, filter.sources(), mapping.source(), FilterSql::isAnyOf);
    whereAny(terms, filter.types(), mapping.type().map(Name::in), FilterSql::isAnyOf);
    whereAny(terms, filter.senders(), mapping.sender(), FilterSql::isAnyAddress);
    whereAny(
        terms,
        filter.conversations(),
        mapping.conversation().map(Name::in),
        FilterSql::isAnyAsText);
    received(terms, Optional.of("to"), filter.to());
    received(terms, Optional.of("cc"), filter.cc());
    received(terms, Optional.of("bcc"), filter.bcc());
    received(terms, Optional.empty(), filter.recipients());
    if (!filter.labels().isEmpty()) {
      terms.add(orNothing(mapping.labels().map(labels -> labelled(labels, filter.labels()))));
    }
    filter.hasAttachment().ifPresent(wanted -> terms.add(attached(wanted)));
    filter.from().ifPresent(from -> terms.add(sent(">=", from)));
    filter.before().ifPresent(before -> terms.add(sent("<", before)));
    filter.minBytes().ifPresent(bytes -> terms.add(sized(">=", bytes)));
    filter.maxBytes().ifPresent(bytes -> terms.add(sized("<=", bytes)));
    filter
        .subjectContains()
        .ifPresent(
            part ->
                terms.add(
                    term(
                        "instr(lower(CAST(ifnull({m.subject}, '') AS TEXT)), ?) > 0",
                        MessageFilter.fold(part))));
    filter.excluded().forEach(excluded -> terms.add(not(matches(excluded, nesting + 1))));
    return terms.isEmpty() ? new Term("1", List.of()) : joined("AND", terms);
  }

  /** Excludes what matches. What is unknown (NULL) does not. */
  private static Term not(Term term) {
    return new Term("NOT ifnull(" + term.sql + ", 0)", term.parameters);
  }

  private static Term orNothing(Optional<Term> term) {
    return term.orElse(NOTHING);
  }

  private static Term joined(String operator, List<Term> terms) {
    if (terms.size() == 1) {
      return terms.get(0);
    }
    int half = terms.size() / 2;
    Term left = joined(operator, terms.subList(0, half));
    Term right = joined(operator, terms.subList(half, terms.size()));
    return new Term(
        "(" + left.sql + "\n " + operator + " " + right.sql + ")",
        Stream.concat(left.parameters.stream(), right.parameters.stream()).toList());
  }

  // Names

  /** A test of a column for being any of some values. */
  private interface Test extends BiFunction<String, Collection<String>, Term> {}

  private static void whereAny(
      List<Term> terms, Collection<String> values, Optional<Name> name, Test test) {
    if (!values.isEmpty()) {
      terms.add(orNothing(name.map(column -> named("m", column, values, test))));
    }
  }

  /** Returns the term that a name of a row is any of these. */
  private static Term named(String row, Name name, Collection<String> values, Test test) {
    String column = MappedSql.column(row, name.column());
    if (name.lookup().isEmpty()) {
      return test.apply(column, values);
    }
    Lookup lookup = name.lookup().get();
    Term found = test.apply(MappedSql.column("l", lookup.name()), values);
    return new Term(
        column
            + " IN (SELECT "
            + MappedSql.column("l", lookup.key())
            + " FROM "
            + MappedSql.quote(lookup.table())
            + " l WHERE "
            + found.sql
            + ")",
        found.parameters);
  }

  private static Term isAnyOf(String column, Collection<?> values) {
    return in(column + " COLLATE BINARY", values);
  }

  private static Term in(String expression, Collection<?> values) {
    return new Term(
        expression
            + Collections.nCopies(values.size(), "?").stream()
                .collect(Collectors.joining(", ", " IN (", ")")),
        List.copyOf(values));
  }

  /** Compares whole addresses, and the ends of addresses with those that begin with an at sign. */
  private static Term isAnyAddress(String column, Collection<String> values) {
    Map<Boolean, List<String>> byKind =
        values.stream().collect(Collectors.partitioningBy(value -> value.startsWith("@")));
    List<Term> terms = new ArrayList<>();
    for (String end : byKind.getOrDefault(true, List.of())) {
      int length = end.codePointCount(0, end.length());
      terms.add(
          new Term(
              "substr(CAST(" + column + " AS TEXT), -" + length + ") = ? COLLATE NOCASE",
              List.of(end)));
    }
    List<String> whole = byKind.getOrDefault(false, List.of());
    if (!whole.isEmpty()) {
      terms.add(in(column + " COLLATE NOCASE", whole));
    }
    return joined("OR", terms);
  }

  /**
   * Compares values of any storage class by their texts. The first term names the values in each
   * class that may hold them, so that an index on the column is of use.
   */
  private static Term isAnyAsText(String column, Collection<String> values) {
    List<Object> stored = new ArrayList<>(values);
    for (String value : values) {
      stored.add(value.getBytes(StandardCharsets.UTF_8));
      if (INTEGER.matcher(value).matches()) {
        stored.add(Long.valueOf(value));
      }
    }
    return joined(
        "AND", List.of(isAnyOf(column, stored), isAnyOf("CAST(" + column + " AS TEXT)", values)));
  }

  // Rows of other tables

  private void received(List<Term> terms, Optional<String> kind, Collection<String> addresses) {
    if (!addresses.isEmpty()) {
      terms.add(
          orNothing(
              mapping
                  .recipients()
                  .filter(recipients -> kind.isEmpty() || recipients.kind().isPresent())
                  .map(recipients -> received(recipients, kind, addresses))));
    }
  }

  private Term received(
      Recipients recipients, Optional<String> kind, Collection<String> addresses) {
    Term address = named("r", recipients.address(), addresses, FilterSql::isAnyAddress);
    String ofKind =
        kind.map(
                wanted ->
                    " AND "
                        + MappedSql.column("r", recipients.kind().orElseThrow())
                        + " = '"
                        + wanted
                        + "'")
            .orElse("");
    return amongRows(recipients.rows(), new Term(address.sql + ofKind, address.parameters));
  }

  private Term labelled(Labels labels, Collection<String> names) {
    return amongRows(labels.rows(), named("r", labels.label(), names, FilterSql::isAnyOf));
  }

  private Term amongRows(Related rows, Term ofRow) {
    return new Term(
        sql.render("m.{id} IN (SELECT ")
            + MappedSql.column("r", rows.messageId())
            + " FROM "
            + MappedSql.quote(rows.table())
            + " r WHERE "
            + ofRow.sql
            + ")",
        ofRow.parameters);
  }

  private Term attached(boolean wanted) {
    String some =
        mapping
            .attachments()
            .map(
                attachments ->
                    "EXISTS (SELECT 1 FROM "
                        + MappedSql.quote(attachments.rows().table())
                        + " a WHERE "
                        + MappedSql.column("a", attachments.rows().messageId())
                        + sql.render(" = m.{id})"))
            .orElse("0");
    return new Term((wanted ? "" : "NOT ") + some, List.of());
  }

  // Numbers

  private Term sized(String comparison, long bytes) {
    if (mapping.sizeBytes().isEmpty()) {
      return NOTHING;
    }
    return term(
        "typeof({m.size_bytes}) IN ('integer', 'real') AND {m.size_bytes} " + comparison + " ?",
        bytes);
  }

  private Term sent(String comparison, Instant bound) {
    return orNothing(mapping.sentAt().map(time -> sent(time, comparison, bound)));
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
