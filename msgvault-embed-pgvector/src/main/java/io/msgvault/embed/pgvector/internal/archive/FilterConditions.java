package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.Time;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Kind;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Renders the conditions of filters over a mapping, on the row {@code m} of a message. What is not
 * mapped has no condition, and matches nothing.
 *
 * <p>Related rows are asked for by {@code EXISTS}: in an exclusion the planner can look them up for
 * each message, where it would read all of an {@code IN} anew.
 */
final class FilterConditions {
  private static final int NANOS = 9;

  private final Map<String, NameCondition> names = new HashMap<>();
  private final Map<String, UnaryOperator<String>> values = new HashMap<>();
  private final TableCatalog catalog;
  private final String schema;
  private final String messageId;
  private final Optional<Column> conversation;
  private final String hasAttachment;
  private final Function<Instant, Object> toComparable;

  /** Renders that the column of the row with an alias passes. */
  @FunctionalInterface
  interface Test {
    String on(Column column, String alias);
  }

  /** Renders that a name of the message, such as its sender, passes a test. */
  @FunctionalInterface
  interface NameCondition {
    String passing(Test test);
  }

  FilterConditions(TableCatalog catalog, String schema, ArchiveMapping mapping, Column id) {
    this.catalog = catalog;
    this.schema = schema;
    messageId = id.of("m");
    String table = mapping.messages();
    mapping.type().ifPresent(name -> names.put("types", name(table, Name.in(name), "m")));
    mapping.source().ifPresent(name -> names.put("sources", name(table, name, "m")));
    mapping.sender().ifPresent(name -> names.put("senders", name(table, name, "m")));
    mapping.recipients().ifPresent(this::recipients);
    mapping
        .labels()
        .ifPresent(
            labels ->
                names.put(
                    "labels",
                    relatedName(
                        labels.rows(), name(labels.rows().table(), labels.label(), "r"), "true")));
    conversation =
        mapping.conversation().map(name -> catalog.column(table, name, Kind.TEXT, Kind.values()));
    hasAttachment =
        mapping
            .attachments()
            .map(attachments -> relatedRow(attachments.rows()).apply("true"))
            .orElse("false");
    mapping
        .sizeBytes()
        .map(name -> catalog.column(table, name, Kind.INTEGER, Kind.NUMBER).of("m"))
        .ifPresent(
            size -> {
              values.put("minBytes", bytes -> size + " >= " + bytes);
              values.put("maxBytes", bytes -> size + " <= " + bytes);
            });
    toComparable = mapping.sentAt().map(time -> sent(table, time)).orElse(time -> 0L);
    String subject =
        mapping
            .subject()
            .map(name -> catalog.column(table, name, Kind.TEXT).asciiLowerCase("m"))
            .orElse("''");
    values.put("subject", part -> "strpos(coalesce(" + subject + ", ''), " + part + ") > 0");
  }

  /** Returns the condition on a name; empty if it is not mapped. */
  Optional<NameCondition> name(String group) {
    return Optional.ofNullable(names.get(group));
  }

  /** Returns the condition on a single value, by its parameter; empty if it is not mapped. */
  Optional<UnaryOperator<String>> value(String group) {
    return Optional.ofNullable(values.get(group));
  }

  /** Returns the column of the conversation, if it is mapped. */
  Optional<Column> conversation() {
    return conversation;
  }

  String hasAttachment() {
    return hasAttachment;
  }

  /** Returns a time as the column of times sent is compared with it, by ≥ and by &lt;. */
  Object toComparable(Instant time) {
    return toComparable.apply(time);
  }

  private void recipients(Recipients recipients) {
    String table = recipients.rows().table();
    Optional<Column> kind =
        recipients.kind().map(name -> catalog.column(table, name, Kind.TEXT, Kind.ENUM));
    NameCondition address = name(table, recipients.address(), "r");
    for (String group : List.of("to", "cc", "bcc", "recipients")) {
      boolean any = group.equals("recipients");
      String ofKind =
          kind.map(
                  column ->
                      column.text("r") + (any ? " IN ('to', 'cc', 'bcc')" : " = '" + group + "'"))
              .orElse(any ? "true" : "false");
      names.put(group, relatedName(recipients.rows(), address, ofKind));
    }
  }

  private Function<Instant, Object> sent(String table, Time time) {
    boolean isNative = time.format() == TimeFormat.NATIVE;
    Column column =
        isNative
            ? catalog.column(table, time.column(), Kind.TIME)
            : catalog.column(table, time.column(), Kind.INTEGER, Kind.NUMBER);
    values.put("from", from -> column.of("m") + " >= " + from);
    values.put("before", before -> column.of("m") + " < " + before);
    if (isNative) {
      return PgValues::ceiling;
    }
    int digits = time.format() == TimeFormat.EPOCH_MILLIS ? 3 : 0;
    return column.kind() == Kind.INTEGER
        ? instant -> ceilingToLong(seconds(instant).movePointRight(digits))
        : instant -> seconds(instant).movePointRight(digits);
  }

  private static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(time.getNano(), NANOS));
  }

  /** Returns the first whole number that is not below, within the range of a bigint. */
  private static long ceilingToLong(BigDecimal number) {
    BigInteger ceiling = number.setScale(0, RoundingMode.CEILING).toBigInteger();
    BigInteger limit = BigInteger.valueOf(Long.MAX_VALUE);
    return ceiling.max(limit.negate()).min(limit).longValue();
  }

  /** Returns the condition that a name of the row with an alias passes. */
  private NameCondition name(String table, Name name, String alias) {
    Column column =
        catalog.column(table, name.column(), Kind.TEXT, Kind.INTEGER, Kind.ENUM, Kind.UUID);
    if (name.lookup().isEmpty()) {
      return test -> test.on(column, alias);
    }
    GroupKey.LookupTable lookup =
        MappedSql.lookupTable(catalog, schema, column, name.lookup().get());
    return test ->
        "EXISTS (SELECT 1 FROM %s AS l WHERE %s = %s AND %s)"
            .formatted(
                lookup.table(),
                lookup.key().of("l"),
                column.of(alias),
                test.on(lookup.name(), "l"));
  }

  /** Returns the condition that a related row has a name that passes, and fulfils another. */
  private NameCondition relatedName(Related rows, NameCondition name, String other) {
    UnaryOperator<String> exists = relatedRow(rows);
    return test -> exists.apply(name.passing(test) + " AND " + other);
  }

  /** Returns the condition that a row {@code r} that belongs to the message fulfils another. */
  private UnaryOperator<String> relatedRow(Related rows) {
    String table = MappedSql.qualified(schema, rows.table());
    String key = catalog.column(rows.table(), rows.messageId(), Kind.INTEGER).of("r");
    return condition ->
        "EXISTS (SELECT 1 FROM %s AS r WHERE %s = %s AND %s)"
            .formatted(table, key, messageId, condition);
  }
}
