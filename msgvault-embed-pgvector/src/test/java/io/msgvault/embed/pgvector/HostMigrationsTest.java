package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests changes that a host makes to its tables after the installation. */
class HostMigrationsTest {
  private static final ArchiveMapping BEFORE =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .bodies("bodies", "mail")
          .text("plain")
          .html("page")
          .type("kind")
          .build();

  private static final ArchiveMapping AFTER =
      ArchiveMapping.builder("letters", "number")
          .subject("subject")
          .bodies("contents", "letter")
          .text("body")
          .html("page")
          .type("sort")
          .build();

  private static final String TABLES =
      """
      CREATE SCHEMA %1$s;
      CREATE TYPE %1$s.kind AS ENUM ('chat', 'email');
      CREATE TABLE %1$s.mails (
        dropped int, id int PRIMARY KEY, title text, other text, kind %1$s.kind);
      CREATE TABLE %1$s.bodies (
        mail int PRIMARY KEY REFERENCES %1$s.mails ON DELETE CASCADE, plain text, page text);
      ALTER TABLE %1$s.mails DROP dropped""";

  private static final String RENAMING =
      """
      ALTER TABLE mails RENAME TO letters;
      ALTER TABLE letters RENAME id TO number;
      ALTER TABLE letters RENAME title TO subject;
      ALTER TABLE letters RENAME kind TO sort;
      ALTER TABLE bodies RENAME TO contents;
      ALTER TABLE contents RENAME mail TO letter;
      ALTER TABLE contents RENAME plain TO body""";

  private String schema = TestDatabase.freshName();

  @BeforeEach
  void install() {
    execute(TABLES.formatted(schema));
    PgMessageStore.install(TestDatabase.pool(), schema, BEFORE).close();
    execute(
        """
        INSERT INTO mails (id, title, kind)
        SELECT i, 'heron ' || i, 'chat' FROM generate_series(1, 5) i;
        INSERT INTO bodies SELECT i, 'egret ' || i FROM generate_series(1, 5) i""");
    try (PgMessageStore messages = open(BEFORE)) {
      TestDatabase.settle(messages, 1);
    }
  }

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  @Test
  void renamedTablesAndColumnsAreAdopted() {
    UUID archive = archiveId(BEFORE);
    execute(RENAMING);
    for (List<String> problems :
        List.of(
            PgMessageStore.validate(TestDatabase.pool(), schema, AFTER),
            assertThrows(MappingMismatchException.class, () -> open(AFTER)).differences())) {
      assertTrue(problems.toString().contains("call install to adopt them"), problems::toString);
    }
    PgMessageStore.install(TestDatabase.pool(), schema, AFTER).close();
    assertEquals(archive, archiveId(AFTER));
    requireWatched(AFTER, new Coverage(5, 5, 0, 0, 0), "letters", "number", "contents", "letter");
    assertEquals(List.of(), PgMessageStore.validate(TestDatabase.pool(), schema, AFTER));
  }

  @Test
  void renamedSchemaIsAdopted() {
    String renamed = TestDatabase.freshName();
    execute("ALTER SCHEMA %s RENAME TO %s".formatted(schema, renamed));
    schema = renamed;
    List<String> problems = PgMessageStore.validate(TestDatabase.pool(), schema, BEFORE);
    assertTrue(problems.toString().contains("another schema: install it"), problems::toString);
    PgMessageStore.install(TestDatabase.pool(), schema, BEFORE).close();
    requireWatched(BEFORE, new Coverage(5, 5, 0, 0, 0), "mails", "id", "bodies", "mail");
  }

  @Test
  void otherColumnIsNotTakenForRenamedOne() {
    execute(
        """
        ALTER TABLE mails RENAME title TO former;
        ALTER TABLE mails RENAME other TO subject""");
    ArchiveMapping other =
        ArchiveMapping.builder("mails", "id")
            .subject("subject")
            .bodies("bodies", "mail")
            .text("plain")
            .html("page")
            .type("kind")
            .build();
    MappingMismatchException refusal =
        assertThrows(
            MappingMismatchException.class,
            () -> PgMessageStore.install(TestDatabase.pool(), schema, other).close());
    assertEquals(1, refusal.differences().size(), refusal::getMessage);
  }

  @Test
  void renamedTablesCanBeUninstalledByEitherMapping() {
    execute(RENAMING);
    PgMessageStore.uninstall(TestDatabase.pool(), schema, AFTER);
    PgMessageStore.install(TestDatabase.pool(), schema, AFTER).close();
    execute("ALTER TABLE letters RENAME TO mails; ALTER TABLE contents RENAME TO bodies");
    PgMessageStore.uninstall(TestDatabase.pool(), schema, AFTER);
    execute("INSERT INTO mails (number) VALUES (6)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TRIGGER zz_embed_update ON mails",
        "DROP TRIGGER zz_embed_removed_update ON mails",
        "ALTER TABLE mails DISABLE TRIGGER zz_embed_count_insert",
        "ALTER TABLE bodies DISABLE TRIGGER ALL"
      })
  void missingTriggersAreInstalledAgainAndEverythingNeedsWork(String change) {
    execute(change);
    execute(
        """
        UPDATE mails SET title = 'stork' WHERE id = 1;
        UPDATE bodies SET plain = 'ibis' WHERE mail = 2;
        INSERT INTO mails (id, title) VALUES (6, 'crane')""");
    PgMessageStore.install(TestDatabase.pool(), schema, BEFORE).close();
    assertEquals(List.of(), PgMessageStore.validate(TestDatabase.pool(), schema, BEFORE));
    execute("DELETE FROM mails WHERE id = 6");
    try (PgMessageStore messages = open(BEFORE)) {
      assertEquals(0, messages.miscounted());
    }
    requireWatched(BEFORE, new Coverage(5, 0, 0, 0, 5), "mails", "id", "bodies", "mail");
  }

  /** The recipe of docs/your-own-tables.md for another type of a mapped column. */
  @Test
  void typeOfTextChangesWithoutTriggers() {
    assertThrows(
        RuntimeException.class, () -> execute("ALTER TABLE mails ALTER title TYPE varchar(99)"));
    execute(
        """
        DROP TRIGGER zz_embed_update ON mails;
        ALTER TABLE mails ALTER title TYPE varchar(99)""");
    PgMessageStore.install(TestDatabase.pool(), schema, BEFORE).close();
    requireWatched(BEFORE, new Coverage(5, 0, 0, 0, 5), "mails", "id", "bodies", "mail");
  }

  @Test
  void openStoreNamesRemedyAfterRenaming() {
    try (PgMessageStore messages = open(BEFORE)) {
      execute(RENAMING);
      for (int attempt = 0; attempt < 2; attempt++) {
        StoreException failure =
            assertThrows(StoreException.class, () -> messages.find(List.of(1L), 9));
        assertTrue(failure.getMessage().contains("install the schema"), failure::getMessage);
      }
    }
  }

  /** As after DISCARD ALL by a pooler, or a change of the table. */
  @Test
  void preparedStatementsThatAreGoneArePreparedAgain() {
    try (HikariDataSource pool = TestDatabase.pool(TestDatabase.url() + "&prepareThreshold=1", 1);
        PgMessageStore messages = PgMessageStore.open(pool, schema, BEFORE)) {
      Coverage before = messages.coverage(1, Scope.ALL);
      TestMapping.script(pool, "DO $$BEGIN EXECUTE 'DEALLOCATE ALL'; END$$");
      assertEquals(before, messages.coverage(1, Scope.ALL));
      assertEquals(5, messages.find(List.of(1L, 2L, 3L, 4L, 5L), 9).size());
      execute("ALTER TABLE bodies ALTER plain TYPE varchar");
      assertEquals(5, messages.find(List.of(1L, 2L, 3L, 4L, 5L), 9).size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET LOCAL session_replication_role = replica; INSERT INTO mails (id, title) VALUES (9, 'crane')",
        "SET LOCAL session_replication_role = replica; DELETE FROM mails WHERE id < 3",
        "SET LOCAL session_replication_role = replica; UPDATE mails SET kind = 'email' WHERE id < 3",
        "SET LOCAL session_replication_role = replica; TRUNCATE mails, bodies",
        "SET LOCAL session_replication_role = replica;"
            + " COPY mails (id, title) FROM PROGRAM 'printf \"8\\tcrane\\n9\\tcrane\\n\"'",
        "ALTER TABLE mails DISABLE TRIGGER USER; INSERT INTO mails (id, title) VALUES (9, 'crane');"
            + " UPDATE mails SET embed_gen = 7, embed_outcome = 'BLANK' WHERE id = 2;"
            + " ALTER TABLE mails ENABLE TRIGGER USER"
      })
  void writesWithoutTriggersAreCountedByRecount(String writes) {
    execute(writes);
    try (PgMessageStore messages = open(BEFORE)) {
      for (Scope scope : List.of(Scope.ALL, new Scope(Set.of("chat"), Set.of()))) {
        messages.coverage(1, scope);
        messages.coverage(7, scope);
      }
      long miscounted = messages.miscounted();
      assertTrue(miscounted > 0);
      List<String> problems = PgMessageStore.validate(TestDatabase.pool(), schema, BEFORE);
      assertEquals(1, problems.size(), problems::toString);
      assertTrue(problems.get(0).contains("call recount"), problems::toString);
      PgMessageStore.install(TestDatabase.pool(), schema, BEFORE).close();
      assertEquals(miscounted, messages.recount());
      assertEquals(List.of(), PgMessageStore.validate(TestDatabase.pool(), schema, BEFORE));
      int live = messages.findMatching(MessageFilter.ALL, 99).orElseThrow().size();
      assertEquals(live, messages.coverage(1, Scope.ALL).live());
      assertEquals(
          messages.embeddedIds(1, 0, 99).size(), messages.coverage(1, Scope.ALL).embedded());
    }
  }

  /** An enum's values have other OIDs wherever the type is created again. */
  @Test
  void countsByEnumSurviveDumpAndRestore() {
    String restored = TestDatabase.freshName();
    execute(TABLES.formatted(restored));
    try {
      PgMessageStore.install(TestDatabase.pool(), restored, BEFORE).close();
      for (String table : List.of("mails", "bodies", "embed_counts")) {
        execute(
            """
            SET LOCAL session_replication_role = replica;
            INSERT INTO %1$s.%2$s
            SELECT dumped.* FROM %2$s AS t
             CROSS JOIN LATERAL jsonb_populate_record(NULL::%1$s.%2$s, to_jsonb(t)) AS dumped"""
                .formatted(restored, table));
      }
      try (PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), restored, BEFORE)) {
        Scope chats = new Scope(Set.of("chat"), Set.of());
        assertEquals(new Coverage(5, 5, 0, 0, 0), messages.coverage(1, chats));
        assertEquals(5, messages.scan(2, chats, 0, TestDatabase.LIMITS).size());
        assertEquals(0, messages.miscounted());
      }
    } finally {
      TestDatabase.drop(restored);
    }
  }

  private void requireWatched(
      ArchiveMapping mapping,
      Coverage expected,
      String messagesTable,
      String id,
      String bodiesTable,
      String message) {
    try (PgMessageStore messages = open(mapping)) {
      assertEquals(expected, messages.coverage(1, Scope.ALL));
      TestDatabase.settle(messages, 1);
      execute("UPDATE %s SET page = 'bittern' WHERE %s = 3".formatted(bodiesTable, message));
      execute("UPDATE %s SET %s = 40 WHERE %s = 5".formatted(messagesTable, "other", id));
      execute("INSERT INTO %s (%s) VALUES (7)".formatted(messagesTable, id));
      assertEquals(new Coverage(6, 4, 0, 0, 2), messages.coverage(1, Scope.ALL));
      assertEquals(0, messages.miscounted());
      execute("UPDATE %s SET page = NULL WHERE %s = 3".formatted(bodiesTable, message));
    }
  }

  private UUID archiveId(ArchiveMapping mapping) {
    try (PgMessageStore messages = open(mapping)) {
      return messages.archiveId();
    }
  }

  private PgMessageStore open(ArchiveMapping mapping) {
    return PgMessageStore.open(TestDatabase.pool(), schema, mapping);
  }

  private void execute(String script) {
    TestMapping.script(
        TestDatabase.pool(), "SET LOCAL search_path = %s; %s".formatted(schema, script));
  }
}
