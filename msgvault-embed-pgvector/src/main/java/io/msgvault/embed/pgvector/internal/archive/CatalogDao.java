package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Reads the database's catalogs: tables, and the objects installed on them. */
interface CatalogDao {
  /**
   * A table or view.
   *
   * @param inherits whether it takes part in inheritance, or is a partition of another
   * @param unfitPartition one of its partitions that triggers could not watch, if there is one
   */
  record Table(
      String name,
      String kind,
      String persistence,
      boolean inherits,
      @Nullable String unfitPartition) {}

  /** A column of a table. */
  record TableColumn(
      String tableName,
      String name,
      String type,
      String base,
      TableCatalog.Kind kind,
      boolean binaryCollation,
      boolean notNull,
      boolean unique,
      boolean uniqueInPartition,
      String generated,
      int number) {
    Column column() {
      return new Column(
          name,
          type,
          base,
          kind,
          binaryCollation,
          notNull,
          unique,
          uniqueInPartition,
          generated,
          number);
    }
  }

  @SqlQuery(
      """
      SELECT c.relname AS name, c.relkind::text AS kind, c.relpersistence::text AS persistence,
             EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i
                      WHERE c.oid = i.inhrelid OR (c.oid = i.inhparent AND c.relkind <> 'p'))
               AS inherits,
             (SELECT min(CAST(t.relid AS text)) FROM pg_partition_tree(c.oid) AS t
                JOIN pg_catalog.pg_class p ON p.oid = t.relid
               WHERE p.relkind = 'f' OR p.relpersistence <> 'p') AS unfit_partition
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
       WHERE s.nspname = :schema AND c.relname = ANY (:tables)
         AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""")
  @RegisterConstructorMapper(Table.class)
  List<Table> tables(String schema, Collection<String> tables);

  /** A domain counts as the type that it is made of. */
  @SqlQuery(
      """
      WITH RECURSIVE columns AS (
        SELECT c.relname, a.attrelid, a.attnum, a.attname, a.attnotnull, a.atttypid, a.atttypmod,
               a.attcollation, a.attgenerated
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
      SELECT c.relname AS table_name, c.attname AS name,
             format_type(c.atttypid, c.atttypmod) AS type,
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
                        WHERE l.oid = c.attcollation), true) AS binary_collation,
             c.attnotnull AS not_null,
             EXISTS (SELECT 1 FROM pg_catalog.pg_index x
                      WHERE x.indrelid = c.attrelid AND x.indisunique AND x.indisvalid
                        AND x.indimmediate AND x.indnkeyatts = 1 AND x.indkey[0] = c.attnum
                        AND x.indpred IS NULL) AS unique,
             EXISTS (SELECT 1 FROM pg_catalog.pg_index x
                      WHERE x.indrelid = c.attrelid AND x.indisunique AND x.indisvalid
                        AND x.indimmediate AND x.indkey[0] = c.attnum AND x.indpred IS NULL
                        AND NOT EXISTS (
                          SELECT 1 FROM unnest(x.indkey) WITH ORDINALITY AS more (number, place)
                           WHERE more.place BETWEEN 2 AND x.indnkeyatts AND NOT EXISTS (
                             SELECT 1 FROM pg_partition_tree(c.attrelid) AS t
                               JOIN pg_catalog.pg_partitioned_table r ON r.partrelid = t.relid
                               JOIN pg_catalog.pg_attribute k
                                 ON k.attrelid = t.relid AND k.attnum = ANY (r.partattrs)
                               JOIN pg_catalog.pg_attribute m
                                 ON m.attrelid = c.attrelid AND m.attname = k.attname
                              WHERE m.attnum = more.number))) AS unique_in_partition,
             c.attgenerated::text AS generated, c.attnum AS number
        FROM columns c JOIN bases b ON b.type = c.atttypid
        JOIN pg_catalog.pg_type t ON t.oid = b.base AND t.typtype <> 'd'
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace""")
  @RegisterConstructorMapper(TableColumn.class)
  List<TableColumn> columns(String schema, Collection<String> tables);

  /** Returns the statement word for what a name stands for; empty if it stands for nothing. */
  @SqlQuery(
      """
      SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END
        FROM pg_class WHERE oid = to_regclass(:table)""")
  Optional<String> objectType(String table);

  // The objects installed on a table, or in a schema

  @SqlQuery(
      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:table) AND NOT attisdropped")
  Set<String> columnNames(String table);

  @SqlQuery("SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(:table)")
  Set<String> constraints(String table);

  @SqlQuery(
      """
      SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid
       WHERE indrelid = to_regclass(:table) AND indisvalid""")
  Set<String> validIndexes(String table);

  @SqlQuery(
      """
      SELECT tgname FROM pg_trigger AS t
       WHERE tgrelid = to_regclass(:table) AND NOT tgisinternal AND tgenabled IN ('O', 'A')
         AND (tgtype & 1 = 0 OR NOT EXISTS (
           SELECT 1 FROM pg_partition_tree(t.tgrelid) AS p
            WHERE p.level > 0 AND NOT EXISTS (
              SELECT 1 FROM pg_trigger AS c
               WHERE c.tgrelid = p.relid AND c.tgname = t.tgname
                 AND c.tgenabled IN ('O', 'A'))))""")
  Set<String> enabledTriggers(String table);

  /** Returns the partitions with rows, qualified, on which a trigger is missing or switched off. */
  @SqlQuery(
      """
      SELECT format('%I.%I', n.nspname, c.relname) FROM pg_partition_tree(to_regclass(:table)) AS p
        JOIN pg_class AS c ON c.oid = p.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE p.isleaf AND p.level > 0 AND NOT EXISTS (
         SELECT 1 FROM pg_trigger AS t
          WHERE t.tgrelid = p.relid AND t.tgname = :trigger AND t.tgenabled IN ('O', 'A'))
       ORDER BY 1""")
  List<String> partitionsWithout(String table, String trigger);

  /** Returns the tables, qualified, whose triggers of their own call a function of the schema. */
  @SqlQuery(
      """
      SELECT format('%I.%I', n.nspname, c.relname) FROM pg_trigger AS t
        JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_proc AS p ON p.oid = t.tgfoid
       WHERE p.pronamespace = to_regnamespace(:schema) AND p.proname = :function""")
  List<String> tablesThatCall(String schema, String function);

  /** Returns the table, and not one of its partitions, whose triggers call a function. */
  @SqlQuery(
      """
      SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_proc p ON p.oid = t.tgfoid
       WHERE p.pronamespace = to_regnamespace(:schema) AND p.proname = :function
         AND t.tgparentid = 0 LIMIT 1""")
  Optional<String> tableWatchedBy(String schema, String function);

  /** Returns the functions of other mappings that renew the messages of a table. */
  @SqlQuery(
      """
      SELECT DISTINCT p.proname FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
       WHERE t.tgrelid = to_regclass(:table) AND starts_with(p.proname::text, 'embed_renew')
         AND p.proname <> 'embed_renew{own}'
       ORDER BY 1""")
  List<String> otherMappings(String table);

  /** Returns whether the functions were created for another search path than the present one. */
  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT 1 FROM pg_proc
         WHERE pronamespace = to_regnamespace(:schema) AND proname = 'embed_renew{own}'
           AND NOT proconfig @> ARRAY['search_path=' || current_setting('search_path')])""")
  boolean hasOutdatedFunctions(String schema);

  @SqlQuery(
      """
      SELECT proname || '(' || oidvectortypes(proargtypes) || ')' FROM pg_proc
       WHERE pronamespace = to_regnamespace(:schema)""")
  Set<String> functions(String schema);

  @SqlQuery("SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(:schema)")
  Set<String> relations(String schema);
}
