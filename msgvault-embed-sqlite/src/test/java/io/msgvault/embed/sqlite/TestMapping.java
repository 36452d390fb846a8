package io.msgvault.embed.sqlite;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import java.util.List;
import java.util.Optional;

/** Tables that hosts may have, with their mappings. */
@SuppressWarnings("ImmutableEnumChecker") // of records and strings
enum TestMapping {
  /**
   * Reserved words, placeholders, blanks, other scripts, punctuation; nearly everything in tables
   * of its own.
   */
  UNUSUAL(
      ArchiveMapping.builder("{group}", "{select}")
          .subject("from where")
          .text("{order}")
          .html("<p>; --")
          .bodies("tëxte; DROP TABLE x; --", "to")
          .deleted("is null", Marker.FALSE_WHILE_LIVE)
          .type("{m.id} %s $1 ?")
          .source(Name.by("values", "источники", "key", "na'me"))
          .sender(Name.in("sender's"))
          .recipients(
              new Recipients(
                  new Related("table", "index"),
                  Optional.of("case"),
                  Name.by("when", "people `{x}`", "id", "e-mail")))
          .labels(new Labels(new Related("[labels]", "primary"), Name.in("limit")))
          .attachments("{attach}", "on", "file\\name")
          .conversation("$thread")
          .sentAt("date()", TimeFormat.EPOCH_SECONDS)
          .build(),
      """
      CREATE TABLE "{group}" (
        "from where" COLLATE NOCASE, "{m.id} %s $1 ?" COLLATE NOCASE, "{select}" INTEGER PRIMARY KEY,
        "is null" BOOLEAN DEFAULT FALSE, "values" INTEGER, "sender's" TEXT, "date()" INTEGER,
        "$thread" COLLATE NOCASE)
      """,
      """
      CREATE TABLE "tëxte; DROP TABLE x; --" (
        number INTEGER PRIMARY KEY, "{order}" TEXT, "<p>; --" BLOB, "to" INT NOT NULL UNIQUE)
      """,
      """
      CREATE TABLE "источники" ("key" INTEGER PRIMARY KEY, "na'me" TEXT UNIQUE)
      """,
      """
      CREATE TABLE "people `{x}`" ("id" INTEGER PRIMARY KEY, "e-mail" TEXT UNIQUE)
      """,
      """
      CREATE TABLE "table" ("index" INTEGER, "case" TEXT, "when" INTEGER)
      """,
      """
      CREATE TABLE "[labels]" ("primary" INTEGER, "limit" TEXT COLLATE NOCASE)
      """,
      """
      CREATE TABLE "{attach}" ("on" INTEGER, "file\\name" COLLATE NOCASE)
      """),

  /** An id and a text. */
  MINIMAL(
      ArchiveMapping.builder("notes", "id").text("body").build(),
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");

  private final ArchiveMapping mapping;
  private final List<String> tables;

  TestMapping(ArchiveMapping mapping, String... tables) {
    this.mapping = mapping;
    this.tables = List.of(tables);
  }

  ArchiveMapping mapping() {
    return mapping;
  }

  /** Returns the statements that create the tables. */
  List<String> tables() {
    return tables;
  }
}
