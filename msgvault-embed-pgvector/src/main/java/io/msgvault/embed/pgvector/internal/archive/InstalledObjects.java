package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lists by name what the scripts add to a host's tables and its schema. Columns and constraints
 * have the same names whatever the mapping is called, so a table of messages has room for one.
 */
final class InstalledObjects {
  /** Kinds of objects that an installation adds where they are missing. */
  private static final Set<String> INSTALLED_ANEW = Set.of("trigger", "function", "index");

  /** The table that describes the installation. */
  private static final String ARCHIVE_TABLE = "embed_archive{own}";

  private static final List<String> COLUMNS =
      List.of("embed_rev", "embed_gen", "embed_outcome", "embed_reason");
  private static final List<String> CONSTRAINTS = List.of("embed_stamp", "embed_id");
  private static final List<String> TABLES =
      List.of(ARCHIVE_TABLE, "embed_counts{own}", "embed_removed{own}");
  private static final List<String> SEQUENCES = List.of("embed_revisions{own}");
  private static final List<String> TRIGGERS =
      List.of(
          "zz_embed_insert{own}",
          "zz_embed_update{own}",
          "zz_embed_count_insert{own}",
          "zz_embed_count_update{own}",
          "zz_embed_count_delete{own}",
          "zz_embed_count_truncate{own}",
          "zz_embed_removed_update{own}",
          "zz_embed_removed_delete{own}");
  private static final List<String> FUNCTIONS =
      List.of(
          "embed_renew{own}()",
          "embed_count_inserted{own}()",
          "embed_count_updated{own}()",
          "embed_count_deleted{own}()",
          "embed_count_truncated{own}()",
          "embed_record_removed{own}()");
  private static final List<String> BODY_TRIGGERS =
      List.of("zz_embed_insert{own}", "zz_embed_update{own}", "zz_embed_delete{own}");
  private static final List<String> BODY_FUNCTIONS =
      List.of(
          "embed_body_inserted{own}()",
          "embed_body_updated{own}()",
          "embed_body_deleted{own}()",
          "embed_renew_messages{own}(bigint[])");

  /** The trigger on each partition, which calls a function of the messages or of the bodies. */
  private static final String PARTITION_TRIGGER = "zz_embed_partition_truncate{own}";

  private static final String PARTITION_FUNCTION = "embed_partition_truncated{own}";
  private static final String BODY_PARTITION_FUNCTION = "embed_body_partition_truncated{own}";

  private final List<String> triggers = new ArrayList<>(TRIGGERS);
  private final List<String> bodyTriggers = new ArrayList<>();
  private final List<String> functions = new ArrayList<>(FUNCTIONS);

  /** The function of each placeholder of a partitioned table. */
  private final Map<String, String> partitioned = new LinkedHashMap<>();

  private InstalledObjects(MappedSql tables) {
    if (tables.isPartitioned()) {
      partitioned.put("{messages}", PARTITION_FUNCTION);
    } else {
      triggers.add("zz_embed_removed_truncate{own}");
    }
    if (tables.hasSeparateBodies()) {
      bodyTriggers.addAll(BODY_TRIGGERS);
      functions.addAll(BODY_FUNCTIONS);
      if (tables.hasPartitionedBodies()) {
        partitioned.put("{bodies}", BODY_PARTITION_FUNCTION);
      } else {
        bodyTriggers.add("zz_embed_truncate{own}");
        functions.add("embed_bodies_truncated{own}()");
      }
    }
    partitioned.values().forEach(function -> functions.add(function + "()"));
  }

  static InstalledObjects of(MappedSql tables) {
    return new InstalledObjects(tables);
  }

  /** Returns whether an installation has begun, or is there. */
  static boolean isBegun(Database.Session session) {
    return session
        .dao(CatalogDao.class)
        .relations(session.sql("{schema}"))
        .contains(session.sql(ARCHIVE_TABLE));
  }

  /** Returns a line for each object that is missing or switched off. */
  List<String> missing(Database.Session archive) {
    CatalogDao catalog = archive.dao(CatalogDao.class);
    String schema = archive.sql("{schema}");
    String messages = archive.sql("{messages}");
    Set<String> relations = catalog.relations(schema);
    return Stream.of(
            missing("column", COLUMNS, catalog.columnNames(messages), " of " + messages),
            missing("constraint", CONSTRAINTS, catalog.constraints(messages), " of " + messages),
            missingIndexes(archive).stream(),
            missingTriggers(archive).stream(),
            missingOnPartitions(archive).stream(),
            missing("function", own(archive, functions), catalog.functions(schema), ""),
            missing("table", own(archive, TABLES), relations, ""),
            missing("sequence", own(archive, SEQUENCES), relations, ""))
        .flatMap(lines -> lines)
        .toList();
  }

  /** Returns a line for each trigger that is missing or switched off. */
  List<String> missingTriggers(Database.Session archive) {
    CatalogDao catalog = archive.dao(CatalogDao.class);
    String messages = archive.sql("{messages}");
    String bodies = archive.sql("{bodies}");
    return Stream.concat(
            missing(
                "trigger",
                own(archive, triggers),
                catalog.enabledTriggers(messages),
                " of " + messages),
            missing(
                "trigger",
                own(archive, bodyTriggers),
                catalog.enabledTriggers(bodies),
                " of " + bodies))
        .toList();
  }

  /**
   * Returns a line for each partition that came later, and has no trigger for its truncation yet.
   */
  List<String> missingOnPartitions(Database.Session archive) {
    return partitioned.keySet().stream()
        .flatMap(table -> partitionsWithout(archive, table).stream())
        .map(
            partition ->
                named("trigger", archive.sql(PARTITION_TRIGGER)) + " of the partition " + partition)
        .toList();
  }

  /** Creates the triggers of partitions where they are missing. */
  void addToPartitions(Database.Session archive) {
    partitioned.forEach(
        (table, function) -> {
          for (String partition : partitionsWithout(archive, table)) {
            archive.execute(
                "CREATE OR REPLACE TRIGGER %s BEFORE TRUNCATE ON {partition} FOR EACH STATEMENT EXECUTE FUNCTION {schema}.%s()"
                    .formatted(PARTITION_TRIGGER, function),
                Map.of("partition", partition));
          }
        });
  }

  private static List<String> partitionsWithout(Database.Session archive, String table) {
    return archive
        .dao(CatalogDao.class)
        .partitionsWithout(archive.sql(table), archive.sql(PARTITION_TRIGGER));
  }

  /** Returns a line for each index that is missing or was not built to its end. */
  List<String> missingIndexes(Database.Session archive) {
    String messages = archive.sql("{messages}");
    Set<String> valid = archive.dao(CatalogDao.class).validIndexes(messages);
    return missing("index", own(archive, ScanIndexes.NAMES), valid, " of " + messages).toList();
  }

  private static List<String> own(Database.Session archive, Collection<String> names) {
    return names.stream().map(archive::sql).toList();
  }

  private static Stream<String> missing(
      String kind, Collection<String> names, Set<String> there, String place) {
    return names.stream()
        .filter(name -> !there.contains(name))
        .map(name -> named(kind, name) + place);
  }

  private static String named(String kind, String name) {
    return "the "
        + kind
        + " "
        + name
        + " is missing: "
        + (INSTALLED_ANEW.contains(kind)
            ? "install it"
            : "install it, after uninstalling what is left");
  }

  /** Removes all of it and nothing else; a view over one of its columns prevents that. */
  void remove(Database.Session archive) {
    removeFromPartitions(archive);
    drop("TRIGGER IF EXISTS %s ON {messages}", triggers, archive);
    drop("TRIGGER IF EXISTS %s ON {bodies}", bodyTriggers, archive);
    drop("FUNCTION IF EXISTS {schema}.%s", functions, archive);
    for (String constraint : CONSTRAINTS) {
      archive.execute("ALTER TABLE {messages} DROP CONSTRAINT IF EXISTS " + constraint);
    }
    drop("INDEX IF EXISTS {schema}.%s", ScanIndexes.NAMES, archive);
    for (String column : COLUMNS) {
      archive.execute("ALTER TABLE {messages} DROP COLUMN IF EXISTS " + column);
    }
    drop("TABLE IF EXISTS {schema}.%s", TABLES, archive);
    drop("SEQUENCE IF EXISTS {schema}.%s", SEQUENCES, archive);
  }

  /** Removes the triggers of partitions, of detached ones too. */
  private void removeFromPartitions(Database.Session archive) {
    for (String function : partitioned.values()) {
      archive
          .dao(CatalogDao.class)
          .tablesThatCall(archive.sql("{schema}"), archive.sql(function))
          .forEach(
              table ->
                  archive.execute(
                      "DROP TRIGGER " + PARTITION_TRIGGER + " ON {table}", Map.of("table", table)));
    }
  }

  private static void drop(String what, Collection<String> names, Database.Session archive) {
    for (String name : names) {
      archive.execute("DROP " + what.formatted(name));
    }
  }
}
