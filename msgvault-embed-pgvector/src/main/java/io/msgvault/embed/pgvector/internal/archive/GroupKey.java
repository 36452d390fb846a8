package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Kind;
import java.util.Optional;

/**
 * Stands for a message's type or source in indexes and counts. It is an immutable expression over
 * the column. It is never NULL, so that a scan can seek one group of messages after the other. An
 * enum's labels may be renamed, so its key is the hash of the value that has the label.
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

  /** Returns the SQL type of the keys. */
  String type() {
    return isNumber() ? "bigint" : "text COLLATE \"C\"";
  }

  /** Returns the key of the row with an alias. */
  String of(String alias) {
    return column.map(known -> of(known, alias)).orElse("''::text");
  }

  /** Returns the condition that a key belongs to one of the names of a parameter. */
  String matchesAny(String key, String parameter) {
    if (column.isEmpty()) {
      return "false";
    }
    if (names.isPresent()) {
      LookupTable lookup = names.get();
      return "%s IN (SELECT %s FROM %s AS l WHERE %s = ANY (:%s))"
          .formatted(key, of(lookup.key, "l"), lookup.table, lookup.name.text("l"), parameter);
    }
    Column known = column.get();
    return known.kind() == Kind.ENUM
        ? "%s IN (SELECT hashenumextended(e, 0) FROM unnest(enum_range(NULL::%s)) AS e WHERE e::text = ANY (:%s))"
            .formatted(key, known.base(), parameter)
        : "CAST(%s AS text) = ANY (:%s)".formatted(key, parameter);
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
