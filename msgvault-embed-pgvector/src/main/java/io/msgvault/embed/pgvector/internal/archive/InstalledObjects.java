package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Lists by name what the scripts add to a host's tables and its schema. */
final class InstalledObjects {
  /** The line of {@link #missing} for the table that describes the installation. */
  static final String ARCHIVE_TABLE = named("table", "embed_archive");

  private static final List<String> COLUMNS =
      List.of("embed_rev", "embed_gen", "embed_outcome", "embed_reason");
  private static final List<String> CONSTRAINTS = List.of("embed_stamp", "embed_id");
  private static final List<String> INDEXES = List.of("embed_scan", "embed_rejected");
  private static final List<String> TABLES =
      List.of("embed_archive", "embed_counts", "embed_removed");
  private static final List<String> SEQUENCES = List.of("embed_revisions");
  private static final List<String> TRIGGERS =
      List.of(
          "zz_embed_insert",
          "zz_embed_update",
          "zz_embed_count_insert",
          "zz_embed_count_update",
          "zz_embed_count_delete",
          "zz_embed_count_truncate",
          "zz_embed_removed_update",
          "zz_embed_removed_delete",
          "zz_embed_removed_truncate");
  private static final List<String> FUNCTIONS =
      List.of(
          "embed_renew()",
          "embed_count_inserted()",
          "embed_count_updated()",
          "embed_count_deleted()",
          "embed_count_truncated()",
          "embed_record_removed()");
  private static final List<String> BODY_TRIGGERS =
      List.of("zz_embed_insert", "zz_embed_update", "zz_embed_delete", "zz_embed_truncate");
  private static final List<String> BODY_FUNCTIONS =
      List.of(
          "embed_body_inserted()",
          "embed_body_updated()",
          "embed_body_deleted()",
          "embed_bodies_truncated()",
          "embed_renew_messages(bigint[])");

  private final List<String> bodyTriggers;
  private final List<String> functions;

  private InstalledObjects(List<String> bodyTriggers, List<String> functions) {
    this.bodyTriggers = bodyTriggers;
    this.functions = functions;
  }

  static InstalledObjects of(MappedSql tables) {
    return tables.hasSeparateBodies()
        ? new InstalledObjects(
            BODY_TRIGGERS, Stream.concat(FUNCTIONS.stream(), BODY_FUNCTIONS.stream()).toList())
        : new InstalledObjects(List.of(), FUNCTIONS);
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
            missing("index", INDEXES, catalog.validIndexes(messages), " of " + messages),
            missingTriggers(archive).stream(),
            missing("function", functions, catalog.functions(schema), ""),
            missing("table", TABLES, relations, ""),
            missing("sequence", SEQUENCES, relations, ""))
        .flatMap(lines -> lines)
        .toList();
  }

  /** Returns a line for each trigger that is missing or switched off. */
  List<String> missingTriggers(Database.Session archive) {
    CatalogDao catalog = archive.dao(CatalogDao.class);
    String messages = archive.sql("{messages}");
    String bodies = archive.sql("{bodies}");
    return Stream.concat(
            missing("trigger", TRIGGERS, catalog.enabledTriggers(messages), " of " + messages),
            missing("trigger", bodyTriggers, catalog.enabledTriggers(bodies), " of " + bodies))
        .toList();
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
        + (kind.equals("trigger") || kind.equals("function")
            ? "install it"
            : "install it, after uninstalling what is left");
  }

  /** Removes all of it and nothing else; a view over one of its columns prevents that. */
  void remove(Database.Session archive) {
    drop("TRIGGER IF EXISTS %s ON {messages}", TRIGGERS, archive);
    drop("TRIGGER IF EXISTS %s ON {bodies}", bodyTriggers, archive);
    drop("FUNCTION IF EXISTS {schema}.%s", functions, archive);
    for (String constraint : CONSTRAINTS) {
      archive.execute("ALTER TABLE {messages} DROP CONSTRAINT IF EXISTS " + constraint);
    }
    drop("INDEX IF EXISTS {schema}.%s", INDEXES, archive);
    for (String column : COLUMNS) {
      archive.execute("ALTER TABLE {messages} DROP COLUMN IF EXISTS " + column);
    }
    drop("TABLE IF EXISTS {schema}.%s", TABLES, archive);
    drop("SEQUENCE IF EXISTS {schema}.%s", SEQUENCES, archive);
  }

  private static void drop(String what, List<String> names, Database.Session archive) {
    for (String name : names) {
      archive.execute("DROP " + what.formatted(name));
    }
  }
}
