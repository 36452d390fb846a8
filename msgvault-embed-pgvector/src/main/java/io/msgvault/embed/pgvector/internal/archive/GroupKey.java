package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Kind;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Stands for a message's type or source in indexes and counts. In indexes it is an immutable
 * expression over the column, which is never NULL, so that a scan can seek one group of messages
 * after the other.
 *
 * <p>An enum's labels may be renamed, so its key in an index is the hash of the value that has the
 * label. That hash is another one in every database, because it is made of the value's OID. An
 * index is built again where a database is restored, but a table is not. So the table of counts has
 * the values themselves.
 *
 * @param column the column, if one is mapped
 * @param names the table of names by the column's value; empty if the column has the name itself
 */
record GroupKey(Optional<Column> column, Optional<LookupTable> names) {
  /** Stands for NULL; assumed not to occur as a value of a host. */
  private static final String NULL_SENTINEL = "'-9223372036854775808'::bigint";

  /** A table of names, with its columns of key and name. */
  record LookupTable(String table, Column key, Column name) {}

  static GroupKey none() {
    return new GroupKey(Optional.empty(), Optional.empty());
  }

  /** Returns whether a column is mapped. */
  boolean isMapped() {
    return column.isPresent();
  }

  /** Returns the key of the row with an alias, for an index. */
  String of(String alias) {
    return column.map(known -> of(known, alias)).orElse("''::text");
  }

  /** Returns the key of the row with an alias, for the table of counts. */
  String counted(String alias) {
    return enumColumn().map(known -> value(known, alias)).orElseGet(() -> of(alias));
  }

  /** Returns the definition of a column of such keys in the table of counts. */
  String countedType() {
    return enumColumn()
        .map(Column::base)
        .orElse((isNumber() ? "bigint" : "text COLLATE \"C\"") + " NOT NULL");
  }

  /** Returns the condition that an index's key belongs to one of the names of a parameter. */
  String matchesAny(String key, String parameter) {
    if (names.isEmpty() && enumColumn().isPresent()) {
      return "%s IN (SELECT hashenumextended(e, 0) FROM unnest(enum_range(NULL::%s)) AS e WHERE e::text = ANY (:%s))"
          .formatted(key, enumColumn().get().base(), parameter);
    }
    return matchesAny(key, parameter, GroupKey::of);
  }

  /** Returns the condition that a key of counts belongs to one of the names of a parameter. */
  String countedMatchesAny(String key, String parameter) {
    return matchesAny(key, parameter, enumColumn().isPresent() ? GroupKey::value : GroupKey::of);
  }

  private String matchesAny(
      String key, String parameter, BiFunction<Column, String, String> keyOf) {
    if (column.isEmpty()) {
      return "false";
    }
    return names
        .map(
            lookup ->
                "%s IN (SELECT %s FROM %s AS l WHERE %s = ANY (:%s))"
                    .formatted(
                        key,
                        keyOf.apply(lookup.key, "l"),
                        lookup.table,
                        lookup.name.text("l"),
                        parameter))
        .orElseGet(() -> "CAST(%s AS text) = ANY (:%s)".formatted(key, parameter));
  }

  private Optional<Column> enumColumn() {
    return column.filter(known -> known.kind() == Kind.ENUM);
  }

  /** Returns a value of an enum, without its domain. */
  private static String value(Column column, String alias) {
    return "CAST(" + column.of(alias) + " AS " + column.base() + ")";
  }

  private boolean isNumber() {
    return column.map(known -> isNumber(known)).orElse(false);
  }

  private static boolean isNumber(Column column) {
    return column.kind() == Kind.INTEGER || column.kind() == Kind.ENUM;
  }

  private static String of(Column column, String alias) {
    String value =
        switch (column.kind()) {
          case INTEGER -> "CAST(" + column.of(alias) + " AS bigint)";
          case ENUM -> "hashenumextended(" + column.of(alias) + ", 0)";
          default -> "CAST(" + column.of(alias) + " AS text)";
        };
    return "coalesce("
        + value
        + ", "
        + (isNumber(column) ? NULL_SENTINEL + ")" : "'') COLLATE \"C\"");
  }
}
