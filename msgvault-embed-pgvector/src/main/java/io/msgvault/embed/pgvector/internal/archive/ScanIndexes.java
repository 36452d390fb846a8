package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Builds the indexes of a table of messages while others write it. What an interrupted build left
 * is dropped and built anew.
 *
 * <p>The server builds no index of a partitioned table in this way. So each partition gets one of
 * its own, which is then attached to that of the table. Later partitions get theirs from the
 * server.
 */
final class ScanIndexes {
  /** A scan seeks in {@code embed_scan}, to each group stamped for another generation or none. */
  private static final Map<String, String> COLUMNS =
      new TreeMap<>(
          Map.of(
              "embed_rejected{own}", "(embed_gen, {id}) WHERE embed_outcome = 'REJECTED'",
              "embed_scan{own}", "({indexed}, {id}) {where_live}"));

  /** The names of the indexes, in the schema of the table. */
  static final Set<String> NAMES = COLUMNS.keySet();

  private final Database archive;
  private final SharedTables tables;
  private final String messages;

  ScanIndexes(Database archive, SharedTables tables, String messages) {
    this.archive = archive;
    this.tables = tables;
    this.messages = messages;
  }

  /** Builds what is missing. */
  void build() {
    boolean partitioned =
        archive.<Boolean>read(session -> session.dao(Statements.class).isPartitioned(messages));
    COLUMNS.forEach(
        (template, columns) -> {
          String name = archive.read(session -> session.sql(template));
          if (partitioned) {
            buildPartitioned(name, columns);
          } else {
            String qualified = archive.read(session -> session.sql("{schema}")) + '.' + name;
            buildAlone(qualified, name, messages, columns);
          }
        });
  }

  private void buildAlone(String qualified, String name, String table, String columns) {
    tables.changeAlone(
        statements -> {
          Optional<Boolean> valid =
              archive.read(session -> session.dao(Statements.class).isValidIndex(qualified));
          if (valid.equals(Optional.of(false))) {
            statements.accept("DROP INDEX CONCURRENTLY {index}", Map.of("index", qualified));
          }
          if (!valid.equals(Optional.of(true))) {
            statements.accept(
                "CREATE INDEX CONCURRENTLY {index} ON {table} " + columns,
                Map.of("index", name, "table", table));
          }
        });
  }

  private void buildPartitioned(String name, String columns) {
    createEmpty(name, messages, columns);
    for (List<Gap> gaps = gaps(name); !gaps.isEmpty(); gaps = gaps(name)) {
      for (Gap gap : gaps) {
        String own = name + '_' + gap.number;
        String qualified = gap.schema + '.' + own;
        if (gap.partitioned) {
          createEmpty(own, gap.table, columns);
        } else {
          buildAlone(qualified, own, gap.table, columns);
        }
        change(
            "ALTER INDEX {parent} ATTACH PARTITION {index}",
            Map.of("parent", gap.parentIndex, "index", qualified));
      }
    }
  }

  /** Creates the index of a partitioned table without those of its partitions. */
  private void createEmpty(String name, String table, String columns) {
    change(
        "CREATE INDEX IF NOT EXISTS {index} ON ONLY {table} " + columns,
        Map.of("index", name, "table", table));
  }

  private void change(String statement, Map<String, String> defined) {
    tables.change(
        session -> {
          session.execute(statement, defined);
          return true;
        });
  }

  private List<Gap> gaps(String name) {
    return archive.read(session -> session.dao(Statements.class).gaps(messages, name));
  }

  /**
   * A partition that has no part of an index, while the table that it is a partition of has one.
   *
   * @param number tells the partition from all others
   */
  record Gap(String schema, String table, long number, boolean partitioned, String parentIndex) {}

  /** Reads the catalogs. */
  interface Statements {
    @SqlQuery("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(:table)")
    boolean isPartitioned(String table);

    @SqlQuery("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:index)")
    Optional<Boolean> isValidIndex(String index);

    @SqlQuery(
        """
        WITH RECURSIVE attached (index, relation) AS (
          SELECT i.indexrelid, i.indrelid
            FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
           WHERE i.indrelid = to_regclass(:table) AND c.relname = :name
          UNION ALL
          SELECT i.indexrelid, i.indrelid
            FROM attached AS a JOIN pg_inherits AS h ON h.inhparent = a.index
            JOIN pg_index AS i ON i.indexrelid = h.inhrelid
        )
        SELECT quote_ident(n.nspname) AS schema, format('%I.%I', n.nspname, c.relname) AS table,
               CAST(c.oid AS bigint) AS number, c.relkind = 'p' AS partitioned,
               format('%I.%I', xn.nspname, x.relname) AS parent_index
          FROM attached AS a JOIN pg_inherits AS p ON p.inhparent = a.relation
          JOIN pg_class AS c ON c.oid = p.inhrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
          JOIN pg_class AS x ON x.oid = a.index
          JOIN pg_namespace AS xn ON xn.oid = x.relnamespace
         WHERE p.inhrelid NOT IN (SELECT relation FROM attached)
         ORDER BY c.oid""")
    @RegisterConstructorMapper(Gap.class)
    List<Gap> gaps(String table, String name);
  }
}
