package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tables of a file as they are: their kinds, columns and unique keys. Reads each table once.
 */
final class TableCatalog {
  private final CatalogDao dao;
  private final Map<String, Optional<Table>> tables = new HashMap<>();

  TableCatalog(Session session) {
    this.dao = session.dao(CatalogDao.class);
  }

  /** A column of a table. */
  record Column(String name, String type, int keyPart, boolean generated) {
    /**
     * Returns whether an index on the column serves a comparison with an integer, by the rules of
     * <a href="https://www.sqlite.org/datatype3.html#determination_of_column_affinity">column
     * affinity</a>.
     */
    boolean isNumeric() {
      String declared = type.toUpperCase(Locale.ROOT);
      return declared.contains("INT")
          || !(declared.isEmpty()
              || declared.equals("ANY")
              || Stream.of("CHAR", "CLOB", "TEXT", "BLOB").anyMatch(declared::contains));
    }
  }

  /** A column of a unique key, with the collation that the key compares it by. */
  record KeyColumn(String name, Optional<String> collation) {}

  /** A unique key. A column that is an expression is empty. */
  record UniqueKey(String origin, boolean partial, List<Optional<KeyColumn>> columns) {}

  /** A table. */
  record Table(
      String kind, boolean withoutRowid, Map<String, Column> columns, List<UniqueKey> keys) {
    Optional<Column> column(String name) {
      return Optional.ofNullable(columns.get(fold(name)));
    }

    /** Returns whether the column is another name of the row's number. */
    boolean isRowid(String column) {
      List<Column> key = columns.values().stream().filter(part -> part.keyPart > 0).toList();
      return !withoutRowid
          && key.size() == 1
          && fold(key.get(0).name).equals(fold(column))
          && keys.stream().noneMatch(unique -> unique.origin.equals("pk"));
    }

    /** Returns whether no two rows have the same value in the column. */
    boolean isUnique(String column) {
      return isRowid(column)
          || keys.stream()
              .anyMatch(
                  key ->
                      !key.partial
                          && key.columns.size() == 1
                          && key.columns
                              .get(0)
                              .map(part -> fold(part.name))
                              .equals(Optional.of(fold(column))));
    }

    /**
     * Returns the columns of each unique key. Leaves out a key on an expression. A key on some rows
     * counts as if it were on all, which names too many.
     */
    List<List<KeyColumn>> allKeys() {
      Set<List<KeyColumn>> all = new LinkedHashSet<>();
      for (Column column : columns.values()) {
        if (isRowid(column.name)) {
          all.add(List.of(new KeyColumn(column.name, Optional.empty())));
        }
      }
      for (UniqueKey unique : keys) {
        if (unique.columns.stream().allMatch(Optional::isPresent)) {
          all.add(unique.columns.stream().map(Optional::orElseThrow).toList());
        }
      }
      return List.copyOf(all);
    }

    /** Returns the columns of each unique key, except the keys on this column alone. */
    List<List<KeyColumn>> keysExcept(String column) {
      return allKeys().stream()
          .filter(key -> key.size() != 1 || !fold(key.get(0).name).equals(fold(column)))
          .toList();
    }
  }

  /** Returns a table, if there is one of this name. */
  Optional<Table> table(String name) {
    return tables.computeIfAbsent(fold(name), unread -> read(name));
  }

  private Optional<Table> read(String name) {
    return dao.kind(name)
        .map(kind -> new Table(kind.name(), kind.withoutRowid(), columns(name), keys(name)));
  }

  private Map<String, Column> columns(String table) {
    Map<String, Column> columns = new HashMap<>();
    dao.columns(table).forEach(column -> columns.put(fold(column.name), column));
    return columns;
  }

  private List<UniqueKey> keys(String table) {
    Map<String, UniqueKey> keys = new LinkedHashMap<>();
    for (CatalogDao.KeyPart part : dao.keyParts(table)) {
      keys.computeIfAbsent(
              part.key(), name -> new UniqueKey(part.origin(), part.partial(), new ArrayList<>()))
          .columns
          .add(part.column().map(name -> new KeyColumn(name, Optional.of(part.collation()))));
    }
    return List.copyOf(keys.values());
  }

  /** Folds the case of ASCII letters, which names of tables and columns do not differ in. */
  static String fold(String name) {
    return MessageFilter.fold(name);
  }
}
