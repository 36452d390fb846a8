package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Kind;
import java.util.Optional;

/**
 * What stands for a message's type or source in indexes and counts: an immutable expression over
 * the column that is never NULL, so that groups of messages can be sought one after the other. An
 * enum's labels may be renamed, so its key is the hash of the value that has the label.
 *
 * @param column the column, if one is mapped
 * @param names the table of names by the column's value, if it has not the name itself
 */
record GroupKey(Optional<Column> column, Optional<LookupTable> names) {
  /** No integer of a host, one may hope. */
  private static final String NULL_SENTINEL = "'-9223372036854775808'::bigint";

  /** A table of names, with the columns of key and name. */
  record LookupTable(String table, Column key, Column name) {}

  static GroupKey none() {
    return new GroupKey(Optional.empty(), Optional.empty());
  }

  /** Whether there is anything to tell groups apart by. */
  boolean isMapped() {
    return column.isPresent();
  }

  /** The type of the keys. */
  String type() {
    return isNumber() ? "bigint" : "text COLLATE \"C\"";
  }

  /** The key of the row that goes by an alias. */
  String of(String alias) {
    return column.map(known -> of(known, alias)).orElse("''::text");
  }

  /** The condition that a key is of a name among those of a parameter. */
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
