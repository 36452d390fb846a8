package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.LockedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Finds what of a host's own triggers, rules and policies keeps stamps from landing, or changes
 * from being noticed. The catalogs tell some of it. The rest shows when a message is stamped, in a
 * part of the transaction that is undone. If there is no message, one is inserted there as well,
 * unless a column needs a value that only the host can know.
 */
final class HostObstacles {
  /** Stands for a generation that no message is stamped for. */
  private static final long TRIAL = Long.MAX_VALUE;

  private static final String REMEDY =
      ": let it pass updates that change only columns which begin with embed_";

  private final Database.Session archive;
  private final String messages;
  private final Statements catalog;

  private HostObstacles(Database.Session archive) {
    this.archive = archive;
    this.messages = archive.sql("{messages}");
    this.catalog = archive.dao(Statements.class);
  }

  /** Returns a line for each obstacle, with the remedy. */
  static List<String> find(Database.Session archive) {
    HostObstacles obstacles = new HostObstacles(archive);
    List<String> found = new ArrayList<>(obstacles.inCatalogs());
    if (found.isEmpty()) {
      obstacles.byTrial().ifPresent(found::add);
    }
    return found;
  }

  private List<String> inCatalogs() {
    List<String> found = new ArrayList<>();
    for (String trigger : catalog.laterTriggers(messages)) {
      found.add(
          "the trigger "
              + trigger
              + " fires after those of the library, and may change a text that they have seen: give"
              + " it a name that sorts before zz_embed");
    }
    for (String rule : catalog.updateRules(messages)) {
      found.add(
          "the rule "
              + Database.quote(rule)
              + " of "
              + messages
              + " rewrites updates, and stamps are updates: drop it, and use a trigger");
    }
    for (String table : List.of(messages, archive.sql("{bodies}"))) {
      if (catalog.hidesRows(table)) {
        found.add(
            "row-level security of "
                + table
                + " applies to the role, and would hide messages from it: use a role with BYPASSRLS,"
                + " or the table's owner without FORCE ROW LEVEL SECURITY");
        break; // the two may be one
      }
    }
    return found;
  }

  private Optional<String> byTrial() {
    boolean installed = catalog.hasColumn(messages, "embed_gen");
    boolean allowed = installed ? catalog.mayUpdate(messages) : catalog.owns(messages);
    return allowed && !catalog.isReadOnly()
        ? archive.tryOut(() -> stamp(installed))
        : Optional.empty();
  }

  private Optional<String> stamp(boolean installed) {
    archive.execute("SET CONSTRAINTS ALL IMMEDIATE");
    if (!installed) {
      archive.execute("ALTER TABLE {messages} ADD embed_gen bigint, ADD embed_outcome text");
    }
    List<Long> ids = new ArrayList<>();
    anyMessage().ifPresent(ids::add);
    for (String partition : catalog.partitionsWithTriggers(messages)) {
      anyMessageOf(partition).ifPresent(ids::add);
    }
    try {
      return ids.stream().flatMap(id -> stamp(id).stream()).findFirst();
    } catch (LockedException e) {
      throw e;
    } catch (StoreException e) {
      return Optional.of(
          messages
              + " refuses an update of a message"
              + ofTriggers()
              + REMEDY
              + " ("
              + e.getMessage()
              + ")");
    }
  }

  private Optional<String> stamp(long id) {
    List<Long> stamped =
        archive.tryOut(
            () ->
                archive
                    .query(
                        """
                        UPDATE {messages} AS m SET embed_gen = :trial, embed_outcome = 'BLANK'
                         WHERE {m.id} = :id RETURNING coalesce(m.embed_gen, 0)""")
                    .bind("trial", TRIAL)
                    .bind("id", id)
                    .mapTo(Long.class)
                    .list());
    return stamped.equals(List.of(TRIAL))
        ? Optional.empty()
        : Optional.of(
            messages + " leaves a message as it is when it is updated" + ofTriggers() + REMEDY);
  }

  private String ofTriggers() {
    List<String> triggers = catalog.updateTriggers(messages);
    return triggers.isEmpty()
        ? ""
        : ", by one of the triggers "
            + triggers.stream().map(Database::quote).collect(Collectors.joining(", "));
  }

  /** Returns a message that no other transaction holds; inserts one if there is none. */
  private Optional<Long> anyMessage() {
    Optional<Long> there = anyMessageOf(messages);
    return there.isPresent() ? there : insertMessage();
  }

  private Optional<Long> anyMessageOf(String table) {
    return archive
        .query("SELECT {m.id} FROM {table} AS m LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED")
        .define("table", table)
        .mapTo(Long.class)
        .findFirst();
  }

  private Optional<Long> insertMessage() {
    List<RequiredColumn> required = catalog.requiredColumns(messages, archive.sql("{id}"));
    if (required.stream().anyMatch(column -> column.sample == null)) {
      return Optional.empty();
    }
    StringBuilder names = new StringBuilder(archive.sql("{id}"));
    StringBuilder samples = new StringBuilder("1");
    for (RequiredColumn column : required) {
      names.append(", ").append(Database.quote(column.name));
      samples.append(", ").append(column.sample);
    }
    archive.execute("SAVEPOINT embed_insert");
    try {
      archive
          .update("INSERT INTO {messages} ({names}) OVERRIDING SYSTEM VALUE VALUES ({samples})")
          .define("names", names)
          .define("samples", samples)
          .execute();
      return Optional.of(1L);
    } catch (JdbiException refused) {
      archive.execute("ROLLBACK TO SAVEPOINT embed_insert");
      return Optional.empty(); // the host knows what a row needs, and this class does not
    }
  }

  /**
   * A column that must be given a value.
   *
   * @param sample an expression of a value that it may have; null if none is known
   */
  record RequiredColumn(String name, @Nullable String sample) {}

  /** Reads the catalogs. */
  interface Statements {
    /**
     * Returns triggers that fire before a row is written and after those of the library, each with
     * its table. A partition may have some of its own.
     */
    @SqlQuery(
        """
        SELECT format('"%s" of "%s"."%s"', t.tgname, n.nspname, c.relname)
          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE tgrelid IN (SELECT to_regclass(:table)::oid
                           UNION SELECT relid FROM pg_partition_tree(to_regclass(:table)))
           AND NOT tgisinternal AND tgparentid = 0 AND tgenabled IN ('O', 'A')
           AND tgtype & 3 = 3 AND tgtype & 20 <> 0 AND tgname::text COLLATE "C" > 'zz_embed_'
           AND left(tgname::text, 9) <> 'zz_embed_'
         ORDER BY 1""")
    List<String> laterTriggers(String table);

    /** Returns the host's triggers for updates, those of partitions too. */
    @SqlQuery(
        """
        SELECT DISTINCT tgname FROM pg_trigger
         WHERE tgrelid IN (SELECT to_regclass(:table)::oid
                           UNION SELECT relid FROM pg_partition_tree(to_regclass(:table)))
           AND NOT tgisinternal AND tgparentid = 0 AND tgenabled IN ('O', 'A')
           AND tgtype & 16 <> 0 AND left(tgname::text, 9) <> 'zz_embed_'
         ORDER BY 1""")
    List<String> updateTriggers(String table);

    /** Returns the partitions, qualified, that have triggers of their own for updates. */
    @SqlQuery(
        """
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_partition_tree(to_regclass(:table)) AS p
          JOIN pg_class AS c ON c.oid = p.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE p.isleaf AND p.level > 0 AND EXISTS (
           SELECT 1 FROM pg_trigger AS t
            WHERE t.tgrelid = p.relid AND NOT t.tgisinternal AND t.tgparentid = 0
              AND t.tgenabled IN ('O', 'A') AND t.tgtype & 17 = 17
              AND left(t.tgname::text, 9) <> 'zz_embed_')
         ORDER BY 1""")
    List<String> partitionsWithTriggers(String table);

    @SqlQuery(
        """
        SELECT rulename FROM pg_rewrite
         WHERE ev_class = to_regclass(:table) AND ev_type = '2' AND ev_enabled IN ('O', 'A')
         ORDER BY 1""")
    List<String> updateRules(String table);

    @SqlQuery("SELECT row_security_active(to_regclass(:table)::oid)")
    boolean hidesRows(String table);

    @SqlQuery(
        """
        SELECT EXISTS (SELECT 1 FROM pg_attribute
                        WHERE attrelid = to_regclass(:table) AND attname = :column
                          AND NOT attisdropped)""")
    boolean hasColumn(String table, String column);

    @SqlQuery("SELECT has_column_privilege(to_regclass(:table)::oid, 'embed_gen', 'UPDATE')")
    boolean mayUpdate(String table);

    @SqlQuery("SELECT current_setting('transaction_read_only') = 'on'")
    boolean isReadOnly();

    @SqlQuery("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)")
    boolean owns(String table);

    /** Returns the columns without a default, except the key, each with a value for it. */
    @SqlQuery(
        """
        SELECT a.attname AS name,
               CASE WHEN f.confrelid IS NOT NULL
                      THEN format('(SELECT %I FROM %s LIMIT 1)', r.attname, f.confrelid::regclass)
                    WHEN t.typcategory = 'E' THEN format('(enum_range(NULL::%s))[1]', type.name)
                    WHEN t.typcategory = 'D' THEN format('CAST(now() AS %s)', type.name)
                    WHEN b.oid = 'uuid'::regtype THEN 'gen_random_uuid()'
                    WHEN b.oid IN ('json'::regtype, 'jsonb'::regtype) OR t.typcategory = 'A'
                      THEN format('CAST(''{}'' AS %s)', type.name)
                    WHEN b.oid = 'bytea'::regtype OR t.typcategory = 'S'
                      THEN format('CAST(''1'' AS %s)', type.name)
                    WHEN t.typcategory = 'B' THEN 'true'
                    WHEN t.typcategory IN ('N', 'T') THEN format('CAST(''1'' AS %s)', type.name)
               END AS sample
          FROM pg_attribute a
          JOIN pg_type t ON t.oid = a.atttypid
          JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
         CROSS JOIN LATERAL format_type(a.atttypid, a.atttypmod) AS type (name)
          LEFT JOIN pg_constraint f
            ON f.contype = 'f' AND f.conrelid = a.attrelid AND f.conkey = ARRAY[a.attnum]
          LEFT JOIN pg_attribute r ON r.attrelid = f.confrelid AND r.attnum = f.confkey[1]
         WHERE a.attrelid = to_regclass(:table) AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
           AND '"' || a.attname || '"' <> :id
         ORDER BY a.attnum""")
    @RegisterConstructorMapper(RequiredColumn.class)
    List<RequiredColumn> requiredColumns(String table, String id);
  }
}
