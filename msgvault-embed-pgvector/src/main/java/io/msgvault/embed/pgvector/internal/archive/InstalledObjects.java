package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the scripts add to a host's tables and to its schema, by name. */
final class InstalledObjects {
  /** How {@link #missing} names the table without which nothing is known of the rest. */
  static final String ARCHIVE_TABLE = named("table", "embed_archive");

  private static final List<String> COLUMNS =
      List.of("embed_rev", "embed_gen", "embed_outcome", "embed_reason");
  private static final List<String> CONSTRAINTS = List.of("embed_stamp", "embed_id");
  private static final List<String> INDEXES = List.of("embed_scan", "embed_rejected");
  private static final List<String> TABLES =
      List.of("embed_archive", "embed_counts", "embed_words");
  private static final List<String> SEQUENCES = List.of("embed_revisions");
  private static final List<String> TRIGGERS =
      List.of(
          "zz_embed_insert",
          "zz_embed_update",
          "zz_embed_count_insert",
          "zz_embed_count_update",
          "zz_embed_count_delete",
          "zz_embed_count_truncate",
          "zz_embed_words_insert",
          "zz_embed_words_update",
          "zz_embed_words_delete",
          "zz_embed_words_truncate");
  private static final List<String> FUNCTIONS =
      List.of(
          "embed_renew()",
          "embed_count_inserted()",
          "embed_count_updated()",
          "embed_count_deleted()",
          "embed_count_truncated()",
          "embed_words_message_inserted()",
          "embed_words_message_updated()",
          "embed_words_message_deleted()",
          "embed_words_messages_truncated()",
          "embed_renew_words(bigint[], integer[])",
          "embed_vector(text)",
          "embed_folded(text)");
  private static final List<String> BODY_TRIGGERS =
      List.of(
          "zz_embed_insert",
          "zz_embed_update",
          "zz_embed_delete",
          "zz_embed_truncate",
          "zz_embed_words_insert",
          "zz_embed_words_update",
          "zz_embed_words_delete",
          "zz_embed_words_truncate");
  private static final List<String> BODY_FUNCTIONS =
      List.of(
          "embed_body_inserted()",
          "embed_body_updated()",
          "embed_body_deleted()",
          "embed_bodies_truncated()",
          "embed_renew_messages(bigint[])",
          "embed_words_body_inserted()",
          "embed_words_body_updated()",
          "embed_words_body_deleted()",
          "embed_words_bodies_truncated()");

  private static final String ENABLED_TRIGGERS =
      """
      SELECT tgname FROM pg_trigger
       WHERE tgrelid = to_regclass(:in) AND NOT tgisinternal AND tgenabled IN ('O', 'A')""";

  private static final String RELATIONS =
      "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(:in)";

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

  /** What is not there, or switched off, each with its kind. */
  List<String> missing(Database.Session archive) {
    List<String> missing = new ArrayList<>();
    missing(
        "column",
        COLUMNS,
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:in) AND NOT attisdropped",
        archive,
        "$messages",
        missing);
    missing(
        "constraint",
        CONSTRAINTS,
        "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(:in)",
        archive,
        "$messages",
        missing);
    missing(
        "index",
        INDEXES,
        """
        SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid
         WHERE indrelid = to_regclass(:in) AND indisvalid""",
        archive,
        "$messages",
        missing);
    missing("trigger", TRIGGERS, ENABLED_TRIGGERS, archive, "$messages", missing);
    missing("trigger", bodyTriggers, ENABLED_TRIGGERS, archive, "$bodies", missing);
    missing(
        "function",
        functions,
        """
        SELECT proname || '(' || oidvectortypes(proargtypes) || ')' FROM pg_proc
         WHERE pronamespace = to_regnamespace(:in)""",
        archive,
        "$schema",
        missing);
    missing("table", TABLES, RELATIONS, archive, "$schema", missing);
    missing("sequence", SEQUENCES, RELATIONS, archive, "$schema", missing);
    return missing;
  }

  private static void missing(
      String kind,
      Collection<String> names,
      String select,
      Database.Session archive,
      String place,
      List<String> missing) {
    Set<String> there =
        new HashSet<>(
            archive.query(select).bind("in", archive.sql(place)).mapTo(String.class).list());
    names.stream()
        .filter(name -> !there.contains(name))
        .map(
            name ->
                named(kind, name) + (place.equals("$schema") ? "" : " of " + archive.sql(place)))
        .forEach(missing::add);
  }

  private static String named(String kind, String name) {
    return "the " + kind + " " + name + " is missing: install it";
  }

  /** Removes all of it, and nothing else: a view over a column of it is in the way. */
  void remove(Database.Session archive) {
    drop("TRIGGER IF EXISTS %s ON $messages", TRIGGERS, archive);
    drop("TRIGGER IF EXISTS %s ON $bodies", bodyTriggers, archive);
    drop("FUNCTION IF EXISTS $schema.%s", functions, archive);
    for (String constraint : CONSTRAINTS) {
      archive.execute("ALTER TABLE $messages DROP CONSTRAINT IF EXISTS " + constraint);
    }
    drop("INDEX IF EXISTS $schema.%s", INDEXES, archive);
    for (String column : COLUMNS) {
      archive.execute("ALTER TABLE $messages DROP COLUMN IF EXISTS " + column);
    }
    drop("TABLE IF EXISTS $schema.%s", TABLES, archive);
    drop("SEQUENCE IF EXISTS $schema.%s", SEQUENCES, archive);
  }

  private static void drop(String what, List<String> names, Database.Session archive) {
    for (String name : names) {
      archive.execute("DROP " + what.formatted(name));
    }
  }
}
