package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what happens when a host changes its schema after installing. */
class ChangedSchemaTest {
  private static final ScanLimits ALL = new ScanLimits(1_000, 1_000_000, 1_000_000);

  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id").subject("title").text("body").build();

  private static final ArchiveMapping WITH_BODIES =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("txt")
          .bodies("bodies", "mail_id")
          .build();

  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("host.db");
  private final HashEmbedder embedder = new HashEmbedder();
  private SqlClient sql;
  private SqliteVectorStore vectors;

  @BeforeEach
  void create() {
    sql = new SqlClient(file);
    vectors = SqliteVectorStore.install(folder.file("vectors.db"));
  }

  @AfterEach
  void close() {
    vectors.close();
    sql.close();
    folder.close();
  }

  private RunOutcome.Completed run(SqliteMessageStore messages) {
    return assertInstanceOf(
        RunOutcome.Completed.class,
        EmbedJob.builder(messages, vectors, embedder).withoutBackstop().build().runOnce());
  }

  private void createMails() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT, body TEXT, colour TEXT)");
    for (int i = 1; i <= 3; i++) {
      sql.run("INSERT INTO mails VALUES (?, 'title', ?, 'red')", i, "heron number " + i);
    }
  }

  // Rebuilding a table as SQLite describes it: create, copy, drop, rename

  @Test
  void rebuiltTableOfMessagesIsNoticedAndMended() {
    createMails();
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, MAILS)) {
      assertEquals(3, run(messages).counts().embedded());
      sql.run("BEGIN");
      sql.run("CREATE TABLE new_mails (id INTEGER PRIMARY KEY, title TEXT, body TEXT)");
      sql.run("INSERT INTO new_mails SELECT id, title, body FROM mails");
      sql.run("DROP TABLE mails");
      sql.run("ALTER TABLE new_mails RENAME TO mails");
      sql.run("COMMIT");
      sql.run("UPDATE mails SET body = 'a crane' WHERE id = 2");
      RunOutcome.Failed noticed =
          assertInstanceOf(
              RunOutcome.Failed.class,
              EmbedJob.builder(messages, vectors, embedder).build().runOnce());
      requireRemedy(assertInstanceOf(IncompatibleTablesException.class, noticed.cause()));
    }
    requireRemedy(
        assertThrows(
            IncompatibleTablesException.class, () -> SqliteMessageStore.open(file, MAILS)));
    assertTrue(SqliteMessageStore.validate(file, MAILS).get(0).contains("is missing"));
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, MAILS)) {
      assertEquals(List.of(), SqliteMessageStore.validate(file, MAILS));
      RunOutcome.Completed mended = run(messages);
      assertEquals(3, mended.counts().embedded());
      assertEquals(2, mended.counts().reused());
      sql.run("UPDATE mails SET body = 'a stork' WHERE id = 3");
      assertEquals(1, messages.coverage(1, Scope.ALL).missing());
    }
  }

  private static void requireRemedy(IncompatibleTablesException refused) {
    assertTrue(
        refused.problems().get(0).contains("missing: call SqliteMessageStore.install"),
        refused::getMessage);
  }

  private void createMailsWithBodies() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT)");
    sql.run("CREATE TABLE bodies (mail_id INTEGER PRIMARY KEY, txt TEXT)");
    sql.run("INSERT INTO mails VALUES (1, 'title')");
    sql.run("INSERT INTO bodies VALUES (1, 'a heron')");
  }

  /** No trigger of one of the two tables names the other. */
  @ParameterizedTest
  @ValueSource(strings = {"mails", "bodies"})
  void tableIsRebuiltWithoutFurtherAdo(String table) {
    createMailsWithBodies();
    SqliteMessageStore.install(file, WITH_BODIES).close();
    sql.run("BEGIN");
    copy(table);
    sql.run("ALTER TABLE copied RENAME TO " + table);
    sql.run("COMMIT");
    requireRebuiltTableIsMended();
  }

  private void requireRebuiltTableIsMended() {
    requireRemedy(
        assertThrows(
            IncompatibleTablesException.class, () -> SqliteMessageStore.open(file, WITH_BODIES)));
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, WITH_BODIES)) {
      assertEquals(1, run(messages).counts().embedded());
      sql.run("UPDATE bodies SET txt = 'a crane'");
      assertEquals(1, messages.coverage(1, Scope.ALL).missing());
      sql.run("DELETE FROM mails");
      assertEquals(List.of(1L), removed(messages));
    }
  }

  private static List<Long> removed(SqliteMessageStore messages) {
    return messages.removed(0, 100).stream().map(Removal::messageId).toList();
  }

  private void copy(String table) {
    String columns =
        table.equals("mails")
            ? "id INTEGER PRIMARY KEY, title TEXT"
            : "mail_id INTEGER PRIMARY KEY, txt TEXT";
    sql.run("CREATE TABLE copied (" + columns + ")");
    sql.run(
        "INSERT INTO copied SELECT "
            + (table.equals("mails") ? "id, title" : "mail_id, txt")
            + " FROM "
            + table);
    sql.run("DROP TABLE " + table);
  }

  // Lost triggers

  @Test
  void droppedTriggerIsNoticedByOpenStore() {
    createMails();
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, MAILS)) {
      run(messages);
      sql.run("DROP TRIGGER embed_message_update");
      requireRemedy(
          assertThrows(
              IncompatibleTablesException.class, () -> messages.scan(1, Scope.ALL, 0, ALL)));
      SqliteMessageStore.install(file, MAILS).close();
      assertEquals(3, messages.scan(1, Scope.ALL, 0, ALL).size());
    }
  }

  @Test
  void droppedTriggerOfBundledTablesIsNoticedAndMended() {
    Path bundled = folder.file("archive.db");
    SqliteArchive.install(bundled).close();
    try (SqlClient client = new SqlClient(bundled)) {
      client.run("INSERT INTO sources (id, name) VALUES (1, 'main')");
      client.run("INSERT INTO messages (id, source_id, subject) VALUES (1, 1, 'heron')");
      client.run("DROP TRIGGER embed_body_insert");
      requireRemedy(
          assertThrows(IncompatibleTablesException.class, () -> SqliteMessageStore.open(bundled)));
      requireRemedy(
          assertThrows(
              IncompatibleTablesException.class, () -> SqliteMessageStore.openReadOnly(bundled)));
      try (SqliteMessageStore messages = SqliteMessageStore.install(bundled)) {
        run(messages);
        client.run("INSERT INTO message_bodies VALUES (1, 'a crane', NULL)");
        assertEquals(1, messages.coverage(1, Scope.ALL).missing());
      }
    }
  }

  /** A client switches a trigger off for a while, and switches it on again. */
  @Test
  void textChangedWhileTriggerWasOffIsFoundByBackstop() {
    createMails();
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, MAILS)) {
      run(messages);
      Object trigger =
          sql.column("SELECT sql FROM sqlite_schema WHERE name = 'embed_message_update'").get(0);
      sql.run("DROP TRIGGER embed_message_update");
      sql.run("UPDATE mails SET body = '' WHERE id = 1");
      sql.run("UPDATE mails SET body = 'a much longer text about a crane' WHERE id = 2");
      sql.run(String.valueOf(trigger));
      Searcher searcher = Searcher.builder(messages, vectors, embedder).build();
      searcher
          .search(SearchRequest.of("heron number 1").withMode(SearchMode.VECTOR))
          .hits()
          .forEach(
              hit -> assertEquals(hit.messageId() == 3, hit.passage().isPresent(), hit::toString));
      EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build();
      assertEquals(new BackstopFindings(0, 0, 2, 0, 0, 0, 0, 0), job.verify());
      RunOutcome.Completed healed = assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
      assertEquals(2, healed.counts().embedded());
      assertEquals(BackstopFindings.NONE, job.verify());
    }
  }

  // Unique keys

  /** The key compares in another way than the column: SQLite deletes a row without a trigger. */
  @Test
  void replaceOverKeyOfOtherCollationIsSeen() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT, ext TEXT)");
    sql.run("CREATE TABLE bodies (no INTEGER PRIMARY KEY, mail_id INTEGER UNIQUE, txt, hash TEXT)");
    sql.run("CREATE UNIQUE INDEX mails_ext ON mails (ext COLLATE NOCASE)");
    sql.run("CREATE UNIQUE INDEX bodies_hash ON bodies (hash COLLATE NOCASE)");
    sql.run("INSERT INTO mails VALUES (1, 'heron', 'a'), (2, 'crane', 'b'), (3, 'stork', 'c')");
    sql.run("INSERT INTO bodies VALUES (1, 1, 'one', 'x'), (2, 2, 'two', 'y')");
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, WITH_BODIES)) {
      run(messages);
      sql.run("REPLACE INTO bodies VALUES (3, 3, 'three', 'X')");
      List<Message> changed = messages.scan(1, Scope.ALL, 0, ALL);
      assertEquals(List.of(1L, 3L), changed.stream().map(Message::id).toList());
      assertEquals("", changed.get(0).text());
      run(messages);
      sql.run("REPLACE INTO mails (id, title, ext) VALUES (4, 'swan', 'B')");
      assertEquals(List.of(2L), removed(messages));
      EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build();
      assertEquals(1, job.verify().orphans());
      job.runBackstop();
      assertEquals(BackstopFindings.NONE, job.verify());
      assertEquals(3, messages.coverage(1, Scope.ALL).embedded());
    }
  }

  // Settings of the host's connection

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRAGMA trusted_schema = OFF",
        "PRAGMA recursive_triggers = ON",
        "PRAGMA legacy_alter_table = ON",
        "PRAGMA foreign_keys = ON",
        "PRAGMA case_sensitive_like = ON"
      })
  void hostMayWriteWithAnySetting(String pragma) {
    createMailsWithBodies();
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, WITH_BODIES)) {
      run(messages);
      sql.run(pragma);
      sql.run("INSERT INTO mails (id, title) VALUES (2, 'new')");
      sql.run("INSERT INTO bodies VALUES (2, 'a crane')");
      sql.run("REPLACE INTO bodies VALUES (1, 'a stork')");
      sql.run("UPDATE mails SET title = 'changed' WHERE id = 1");
      assertEquals(2, messages.coverage(1, Scope.ALL).missing());
      sql.run("DELETE FROM mails WHERE id = 2");
      assertEquals(List.of(2L), removed(messages));
      assertEquals(1, run(messages).counts().embedded());
    }
  }
}
