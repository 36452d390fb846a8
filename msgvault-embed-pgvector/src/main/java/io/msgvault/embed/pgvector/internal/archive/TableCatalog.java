package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
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
 * A host's tables as the catalogs of the database describe them. What is asked for and not there is
 * noted as a problem, so that all problems are told at once.
 */
final class TableCatalog {
  private static final String TABLES =
      """
      SELECT c.relname, c.relkind::text AS kind, c.relpersistence::text AS persistence,
             EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i
                      WHERE c.oid IN (i.inhrelid, i.inhparent)) AS inherits
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
       WHERE s.nspname = :schema AND c.relname = ANY (:tables)
         AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""";

  /** Domains count as what they are made of. */
  private static final String COLUMNS =
      """
      WITH RECURSIVE columns AS (
        SELECT c.relname, a.attrelid, a.attnum, a.attname, a.attnotnull, a.atttypid, a.atttypmod,
               a.attcollation
          FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
          JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = :schema AND c.relname = ANY (:tables)
           AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
      ), bases (type, base) AS (
        SELECT DISTINCT atttypid, atttypid FROM columns
        UNION ALL
        SELECT b.type, t.typbasetype
          FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base AND t.typtype = 'd'
      )
      SELECT c.relname, c.attname, format_type(c.atttypid, c.atttypmod) AS type,
             quote_ident(n.nspname) || '.' || quote_ident(t.typname) AS base,
             CASE WHEN t.typtype = 'e' THEN 'ENUM'
                  WHEN t.typcategory = 'S' THEN 'TEXT'
                  WHEN t.oid = ANY ('{int2, int4, int8}'::regtype[]) THEN 'INTEGER'
                  WHEN t.oid = ANY ('{numeric, float4, float8}'::regtype[]) THEN 'NUMBER'
                  WHEN t.oid = 'bool'::regtype THEN 'BOOLEAN'
                  WHEN t.oid = 'timestamptz'::regtype THEN 'TIME'
                  WHEN t.oid = 'uuid'::regtype THEN 'UUID'
                  ELSE 'OTHER' END AS kind,
             coalesce((SELECT l.collisdeterministic FROM pg_catalog.pg_collation l
                        WHERE l.oid = c.attcollation), true) AS bytewise,
             c.attnotnull,
             EXISTS (SELECT 1 FROM pg_catalog.pg_index x
                      WHERE x.indrelid = c.attrelid AND x.indisunique AND x.indisvalid
                        AND x.indimmediate AND x.indnkeyatts = 1 AND x.indkey[0] = c.attnum
                        AND x.indpred IS NULL) AS is_unique
        FROM columns c JOIN bases b ON b.type = c.atttypid
        JOIN pg_catalog.pg_type t ON t.oid = b.base AND t.typtype <> 'd'
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace""";

  private static final Map<String, String> UNSUPPORTED_KINDS =
      Map.of(
          "p", "is partitioned",
          "v", "is a view",
          "m", "is a materialized view",
          "f", "is a foreign table");

  /** What matters of a type. */
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
   * @param type as one writes it
   * @param base the type without its domain, qualified and quoted
   * @param binaryCollation whether its collation calls only the same bytes equal
   */
  record Column(
      String name,
      String type,
      String base,
      Kind kind,
      boolean binaryCollation,
      boolean notNull,
      boolean unique) {
    /** The column of the row that goes by an alias; without one, of the only row there is. */
    String of(String alias) {
      return (alias.isEmpty() ? "" : alias + ".") + Database.quote(name);
    }

    /** Its value as a text that equals the same bytes alone. */
    String text(String alias) {
      String text = "CAST(" + of(alias) + " AS text)";
      return binaryCollation ? text : "(" + text + " COLLATE \"C\")";
    }

    /** Its value as a text whose lower case differs in the letters of ASCII alone. */
    String asciiLowerCase(String alias) {
      return "lower(CAST(" + of(alias) + " AS text) COLLATE \"C\")";
    }
  }

  private record Table(String kind, String persistence, boolean inherits) {}

  private final String schema;
  private final Map<String, Table> tables = new HashMap<>();
  private final Map<String, Map<String, Column>> columns = new HashMap<>();
  private final Set<String> problems = new LinkedHashSet<>();

  TableCatalog(Database.Session session, String schema, Collection<String> names) {
    this.schema = schema;
    session
        .query(TABLES)
        .bind("schema", schema)
        .bindArray("tables", String.class, names)
        .map(
            (row, context) ->
                tables.put(
                    row.getString("relname"),
                    new Table(
                        row.getString("kind"),
                        row.getString("persistence"),
                        row.getBoolean("inherits"))))
        .list();
    session
        .query(COLUMNS)
        .bind("schema", schema)
        .bindArray("tables", String.class, names)
        .map(
            (row, context) ->
                columns
                    .computeIfAbsent(row.getString("relname"), name -> new HashMap<>())
                    .put(row.getString("attname"), column(row)))
        .list();
  }

  private static Column column(ResultSet row) throws SQLException {
    return new Column(
        row.getString("attname"),
        row.getString("type"),
        row.getString("base"),
        Kind.valueOf(row.getString("kind")),
        row.getBoolean("bytewise"),
        row.getBoolean("attnotnull"),
        row.getBoolean("is_unique"));
  }

  /** What was asked for in vain, and what can't be worked over. */
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
   * A column of one of some kinds. Where it is not there, or of another kind, that is noted, and
   * one is returned that serves to go on looking.
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
    return new Column(name, "", "", first, true, true, true);
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

  /** Notes it if triggers could not see every write to a table. */
  void requireOrdinaryTable(String table) {
    Table found = tables.getOrDefault(table, new Table("r", "p", false));
    String trouble = UNSUPPORTED_KINDS.getOrDefault(found.kind, "");
    if (!trouble.isEmpty()) {
      addProblem(quote(table) + " " + trouble + ": map an ordinary table");
    } else if (found.inherits) {
      addProblem(quote(table) + " takes part in inheritance: map an ordinary table");
    } else if (!found.persistence.equals("p")) {
      addProblem(
          quote(table)
              + " is emptied by the server after a crash, past all triggers: ALTER TABLE … SET LOGGED");
    }
  }
}
