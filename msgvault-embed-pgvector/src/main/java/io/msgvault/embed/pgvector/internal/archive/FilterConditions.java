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
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Renders the conditions of filters over a mapping, on the row {@code m} of a message. A filter on
 * an unmapped column matches nothing.
 */
final class FilterConditions {
  private static final int NANOS = 9;

  private static final Set<String> NAMES =
      Set.of(
          "types",
          "sources",
          "senders",
          "to",
          "cc",
          "bcc",
          "recipients",
          "labels",
          "has_attachment",
          "sent_from",
          "sent_before",
          "min_size",
          "max_size",
          "subject_contains");

  private final Map<String, String> conditions = new HashMap<>();
  private final TableCatalog catalog;
  private final String schema;
  private final String messageId;
  private final Function<Instant, Object> toComparable;

  FilterConditions(TableCatalog catalog, String schema, ArchiveMapping mapping, Column id) {
    this.catalog = catalog;
    this.schema = schema;
    messageId = id.of("m");
    String table = mapping.messages();
    mapping
        .type()
        .map(Name::in)
        .ifPresent(
            name -> conditions.put("types", nameCondition(table, name, "m", exactly("types"))));
    mapping
        .source()
        .ifPresent(
            name -> conditions.put("sources", nameCondition(table, name, "m", exactly("sources"))));
    mapping
        .sender()
        .ifPresent(
            name ->
                conditions.put(
                    "senders", nameCondition(table, name, "m", ignoringCase("senders"))));
    mapping.recipients().ifPresent(this::recipients);
    mapping
        .labels()
        .ifPresent(
            labels ->
                conditions.put(
                    "labels",
                    relatedRowCondition(
                        labels.rows(),
                        nameCondition(
                            labels.rows().table(), labels.label(), "r", exactly("labels")))));
    mapping.attachments().ifPresent(attachments -> attachments(attachments.rows()));
    mapping
        .sizeBytes()
        .map(name -> catalog.column(table, name, Kind.INTEGER, Kind.NUMBER).of("m"))
        .ifPresent(
            size -> {
              conditions.put("min_size", size + " >= :minBytes");
              conditions.put("max_size", size + " <= :maxBytes");
            });
    toComparable = mapping.sentAt().map(time -> sent(table, time)).orElse(time -> 0L);
    conditions.put(
        "subject_contains",
        mapping
            .subject()
            .map(name -> catalog.column(table, name, Kind.TEXT).asciiLowerCase("m"))
            .map(subject -> "strpos(coalesce(" + subject + ", ''), :subject) > 0")
            .orElse("strpos('', :subject) > 0"));
  }

  /** Returns the condition that a placeholder stands for; empty if it is none of a filter. */
  Optional<String> find(String name) {
    return NAMES.contains(name)
        ? Optional.of(conditions.getOrDefault(name, "false"))
        : Optional.empty();
  }

  /** Returns whether what the condition needs is mapped, so that it has its parameter. */
  boolean isMapped(String name) {
    return conditions.containsKey(name);
  }

  /** Returns a time as the column of times sent is compared with it, by ≥ and by &lt;. */
  Object toComparable(Instant time) {
    return toComparable.apply(time);
  }

  private void recipients(Recipients recipients) {
    String table = recipients.rows().table();
    Optional<Column> kind =
        recipients.kind().map(name -> catalog.column(table, name, Kind.TEXT, Kind.ENUM));
    for (String group : List.of("to", "cc", "bcc", "recipients")) {
      boolean any = group.equals("recipients");
      String ofKind =
          kind.map(
                  column ->
                      column.text("r") + (any ? " IN ('to', 'cc', 'bcc')" : " = '" + group + "'"))
              .orElse(any ? "true" : "false");
      conditions.put(
          group,
          relatedRowCondition(
              recipients.rows(),
              nameCondition(table, recipients.address(), "r", ignoringCase(group))
                  + " AND "
                  + ofKind));
    }
  }

  private void attachments(Related rows) {
    conditions.put(
        "has_attachment",
        "EXISTS (SELECT 1 FROM %s AS r WHERE %s = %s)"
            .formatted(
                MappedSql.qualified(schema, rows.table()), messageIdColumn(rows), messageId));
  }

  private Function<Instant, Object> sent(String table, Time time) {
    boolean isNative = time.format() == TimeFormat.NATIVE;
    Column column =
        isNative
            ? catalog.column(table, time.column(), Kind.TIME)
            : catalog.column(table, time.column(), Kind.INTEGER, Kind.NUMBER);
    conditions.put("sent_from", column.of("m") + " >= :from");
    conditions.put("sent_before", column.of("m") + " < :before");
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

  private static BiFunction<Column, String, String> exactly(String parameter) {
    return (column, alias) -> column.text(alias) + " = ANY (:" + parameter + ")";
  }

  private static BiFunction<Column, String, String> ignoringCase(String parameter) {
    return (column, alias) -> column.asciiLowerCase(alias) + " = ANY (:" + parameter + ")";
  }

  /** Returns the condition that a row's name passes a test. */
  private String nameCondition(
      String table, Name name, String alias, BiFunction<Column, String, String> test) {
    Column column =
        catalog.column(table, name.column(), Kind.TEXT, Kind.INTEGER, Kind.ENUM, Kind.UUID);
    if (name.lookup().isEmpty()) {
      return test.apply(column, alias);
    }
    GroupKey.LookupTable names =
        MappedSql.lookupTable(catalog, schema, column, name.lookup().get());
    return "%s IN (SELECT %s FROM %s AS l WHERE %s)"
        .formatted(
            column.of(alias), names.key().of("l"), names.table(), test.apply(names.name(), "l"));
  }

  /** Returns the condition that one of the rows that belong to a message passes a test. */
  private String relatedRowCondition(Related rows, String condition) {
    return "%s IN (SELECT %s FROM %s AS r WHERE %s)"
        .formatted(
            messageId, messageIdColumn(rows), MappedSql.qualified(schema, rows.table()), condition);
  }

  private String messageIdColumn(Related rows) {
    return catalog.column(rows.table(), rows.messageId(), Kind.INTEGER).of("r");
  }
}
