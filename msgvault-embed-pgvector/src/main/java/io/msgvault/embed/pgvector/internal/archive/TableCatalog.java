package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Describes a host's tables by the catalogs of the database. It notes each missing table and column
 * as a problem, so that all problems are reported at once.
 */
final class TableCatalog {
  private static final Map<String, String> UNSUPPORTED_KINDS =
      Map.of(
          "v", "is a view",
          "m", "is a materialized view",
          "f", "is a foreign table");

  /** Tells types apart as far as statements depend on them. */
  enum Kind {
    TEXT,
    INTEGER,
    NUMBER,
    ENUM,
    BOOLEAN,
    TIME,
    UUID,
    OTHER
  }

  /**
   * A column.
   *
   * @param type the type as a statement writes it
   * @param base the type without its domain, qualified and quoted
   * @param binaryCollation whether its collation calls only the same bytes equal
   * @param unique whether its values are unique by themselves
   * @param uniqueInPartition whether the columns by which rows are distributed make them unique,
   *     and an index begins with it
   * @param generated {@code s} if it is generated and stored, {@code v} if it is generated whenever
   *     it is read, and else empty
   * @param number its number in the table, which stays when it is renamed
   */
  record Column(
      String name,
      String type,
      String base,
      Kind kind,
      boolean binaryCollation,
      boolean notNull,
      boolean unique,
      boolean uniqueInPartition,
      String generated,
      int number) {
    /** Returns what it is, whatever its name. */
    String identity() {
      return number + "/" + kind + (binaryCollation ? "" : "/C");
    }

    /** Returns the column of the row with an alias; an empty alias means the only row. */
    String of(String alias) {
      return (alias.isEmpty() ? "" : alias + ".") + Database.quote(name);
    }

    /** Returns its value as a text that equals only the same bytes. */
    String text(String alias) {
      String text = "CAST(" + of(alias) + " AS text)";
      return binaryCollation ? text : "(" + text + " COLLATE \"C\")";
    }

    /** Returns its value as a text with the letters of ASCII in lower case. */
    String asciiLowerCase(String alias) {
      return "lower(CAST(" + of(alias) + " AS text) COLLATE \"C\")";
    }
  }

  private final String schema;
  private final Map<String, CatalogDao.Table> tables = new HashMap<>();
  private final Map<String, Map<String, Column>> columns = new HashMap<>();
  private final Set<String> problems = new LinkedHashSet<>();

  TableCatalog(Database.Session session, String schema, Collection<String> names) {
    this.schema = schema;
    CatalogDao catalog = session.dao(CatalogDao.class);
    catalog.tables(schema, names).forEach(table -> tables.put(table.name(), table));
    catalog
        .columns(schema, names)
        .forEach(
            column ->
                columns
                    .computeIfAbsent(column.tableName(), name -> new HashMap<>())
                    .put(column.name(), column.column()));
  }

  /**
   * Returns the problems that were noted: missing tables and columns, and those that no store can
   * work over.
   */
  List<String> problems() {
    return List.copyOf(problems);
  }

  void addProblem(String problem) {
    problems.add(problem);
  }

  boolean has(String table, String column) {
    return columns.getOrDefault(table, Map.of()).containsKey(column);
  }

  /**
   * Returns a column of one of some kinds. If it is missing or of another kind, it notes the
   * problem and returns a placeholder. So the caller can go on looking.
   */
  Column column(String table, String name, Kind first, Kind... more) {
    Set<Kind> kinds = EnumSet.of(first, more);
    Optional<Column> found = Optional.ofNullable(columns.getOrDefault(table, Map.of()).get(name));
    if (!tables.containsKey(table)) {
      addProblem("the schema " + quote(schema) + " has no table " + quote(table));
    } else if (found.isEmpty()) {
      addProblem("the table " + quote(table) + " has no column " + quote(name));
    } else if (!kinds.contains(found.get().kind)) {
      addProblem(
          column(table, name)
              + " is of the type "
              + found.get().type
              + ", where "
              + kinds.stream().map(TableCatalog::kindName).collect(Collectors.joining(" or "))
              + " is needed: map another column, or a generated one");
    } else {
      return found.get();
    }
    return new Column(name, "", "", first, true, true, true, true, "", 0);
  }

  /** Notes a problem if a trigger that fires before a write can't see a column's new value. */
  Column requireSeenBefore(String table, Column column) {
    return requireNotGenerated(table, column, !column.generated.isEmpty());
  }

  /** Notes a problem if a column has no value that is stored. */
  Column requireStored(String table, Column column) {
    return requireNotGenerated(table, column, column.generated.equals("v"));
  }

  private Column requireNotGenerated(String table, Column column, boolean generated) {
    if (generated) {
      addProblem(
          column(table, column.name)
              + " is generated, and triggers would not see it change: map the columns that it is"
              + " made of, or make it an ordinary one");
    }
    return column;
  }

  static String column(String table, String name) {
    return "the column " + quote(name) + " of " + quote(table);
  }

  static String quote(String name) {
    return Database.quote(name);
  }

  private static String kindName(Kind kind) {
    return switch (kind) {
      case TEXT -> "text";
      case INTEGER -> "an integer";
      case NUMBER -> "a number";
      case ENUM -> "an enum";
      case BOOLEAN -> "boolean";
      case TIME -> "timestamptz";
      case UUID -> "uuid";
      case OTHER -> "anything";
    };
  }

  /** Returns whether a table is partitioned. */
  boolean isPartitioned(String table) {
    return tables.containsKey(table) && tables.get(table).kind().equals("p");
  }

  /** Notes a problem if triggers could not see every write to a table. */
  void requireWatchable(String table) {
    CatalogDao.Table found =
        tables.getOrDefault(table, new CatalogDao.Table(table, "r", "p", false, null));
    String trouble = UNSUPPORTED_KINDS.getOrDefault(found.kind(), "");
    if (!trouble.isEmpty()) {
      addProblem(quote(table) + " " + trouble + ": map an ordinary or a partitioned table");
    } else if (found.inherits()) {
      addProblem(
          quote(table)
              + " takes part in inheritance or is a partition: map an ordinary table, or the whole"
              + " partitioned one");
    } else if (found.unfitPartition() != null) {
      addProblem(
          "the partition "
              + found.unfitPartition()
              + " of "
              + quote(table)
              + " is a foreign table or unlogged, and triggers could not see every write: make it an"
              + " ordinary table");
    } else if (!found.persistence().equals("p")) {
      addProblem(
          quote(table)
              + " is emptied by the server after a crash, past all triggers: ALTER TABLE … SET LOGGED");
    }
  }
}
