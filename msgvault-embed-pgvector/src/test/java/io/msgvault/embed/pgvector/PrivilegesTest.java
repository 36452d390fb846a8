package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordQuery;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Tests roles of minimal privileges, in a database whose extension has its own schema, which no
 * search path names.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivilegesTest {
  private final String name = TestDatabase.freshName();
  private final String owner = name + "_owner";
  private final String reader = name + "_reader";
  private final String stamper = name + "_stamper";
  private final String host = name + "_host";

  @BeforeAll
  void createDatabase() {
    TestDatabase.jdbi()
        .useHandle(
            handle -> {
              for (String role : List.of(owner, reader, stamper, host)) {
                handle.execute("CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(role));
              }
              handle.execute("CREATE DATABASE " + name);
            });
    admin(
        """
        CREATE SCHEMA ext;
        GRANT USAGE ON SCHEMA ext TO PUBLIC;
        CREATE SCHEMA mail AUTHORIZATION %s"""
            .formatted(owner));
    MissingExtensionException refusal =
        assertThrows(
            MissingExtensionException.class,
            () -> PgVectorStore.builder(as(owner), "mail").install().close());
    assertTrue(refusal.getMessage().contains("CREATE EXTENSION vector"), refusal::getMessage);
    admin("CREATE EXTENSION vector SCHEMA ext");
    PgArchive.install(as(owner), "mail");
    PgVectorStore.builder(as(owner), "mail").install().close();
    PgWordIndex.install(as(owner), "mail").close();
    admin(
        """
        GRANT USAGE ON SCHEMA mail TO %2$s, %3$s, %4$s;
        GRANT SELECT ON ALL TABLES IN SCHEMA mail TO %2$s, %3$s;
        ALTER DEFAULT PRIVILEGES FOR ROLE %1$s IN SCHEMA mail GRANT SELECT ON TABLES TO %2$s;
        GRANT UPDATE (embed_rev, embed_gen, embed_outcome, embed_reason) ON mail.messages TO %3$s;
        GRANT UPDATE ON mail.embed_archive TO %3$s;
        GRANT INSERT, UPDATE, DELETE ON mail.embed_counts TO %3$s;
        GRANT DELETE ON mail.embed_removed TO %3$s;
        GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE
           ON mail.messages, mail.message_bodies, mail.sources TO %4$s;
        GRANT TRUNCATE ON mail.message_participants, mail.message_labels, mail.attachments TO %4$s"""
            .formatted(owner, reader, stamper, host));
  }

  @AfterAll
  void dropDatabase() {
    TestDatabase.jdbi()
        .useHandle(
            handle -> {
              handle.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
              for (String role : List.of(owner, reader, stamper, host)) {
                handle.execute("DROP ROLE IF EXISTS " + role);
              }
            });
  }

  @Test
  void eachRoleWorksWithItsOwnPrivileges() {
    Jdbi.create(as(host))
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO mail.sources (id, name) VALUES (1, 'main');
                    INSERT INTO mail.messages (id, source_id, subject) VALUES (1, 1, 'a'), (2, 1, 'b');
                    INSERT INTO mail.message_bodies VALUES (1, 'text', NULL);
                    UPDATE mail.message_bodies SET body_text = 'other';
                    UPDATE mail.messages SET deleted_at = now() WHERE id = 2"""));
    float[] query = {1, 2, 3};
    try (PgMessageStore stamping = PgMessageStore.open(as(stamper), "mail");
        PgMessageStore reading = PgMessageStore.open(as(reader), "mail");
        PgVectorStore owning = PgVectorStore.builder(as(owner), "mail").exactUpTo(0).install();
        PgVectorStore searching =
            PgVectorStore.builder(as(reader), "mail").exactUpTo(0).install()) {
      assertEquals(new Coverage(1, 0, 0, 0, 1), reading.coverage(1, Scope.ALL));
      assertEquals(1, reading.scan(1, Scope.ALL, 0, TestDatabase.LIMITS).size());
      assertEquals(1, reading.needingWork(1, Scope.ALL, 0, 9).size());
      assertEquals(1, reading.live(Scope.ALL, 0, 9).size());
      assertEquals(1, reading.details(List.of(1L, 2L)).size());
      assertEquals(2, reading.removed(0, 9).get(0).messageId());
      assertThrows(
          MissingPrivilegeException.class, () -> reading.settleRemoved(reading.removed(0, 9)));
      stamping.settleRemoved(stamping.removed(0, 9));
      assertEquals(List.of(), reading.removed(0, 9));
      long generation = stamping.reserveGenerationId(0);
      owning.bind(reading.archiveId());
      owning.create(TestDatabase.fingerprint(3), generation);
      owning.upsert(generation, List.of(TestDatabase.message(1, query)));
      TestDatabase.settle(stamping, generation);
      stamping.unstamp(List.of(1L));
      TestDatabase.settle(stamping, generation);
      owning.activate(generation, CoverageCheck.NONE);
      assertEquals(new Coverage(1, 1, 0, 0, 0), reading.coverage(generation, Scope.ALL));
      searching.bind(reading.archiveId());
      assertEquals(1, searching.search(generation, query, 3).size());
      assertEquals(1, searching.searchExactly(generation, query, 3, List.of(1L)).size());
      assertEquals(1, searching.vectors(generation, List.of(1L)).size());
      MissingPrivilegeException refusal =
          assertThrows(
              MissingPrivilegeException.class,
              () -> searching.upsert(generation, List.of(TestDatabase.message(2, query))));
      assertTrue(refusal.getMessage().contains("privilege"), refusal::getMessage);
      assertThrows(StoreException.class, () -> reading.unstamp(List.of(1L)));
      owning.forceRetire(generation);
      owning.dropRetired();
      assertEquals(0, searching.size(generation).chunks());
      Jdbi.create(as(host)).useHandle(handle -> handle.execute("TRUNCATE mail.messages CASCADE"));
      assertEquals(1, reading.removed(0, 9).get(0).messageId());
      assertEquals(new Coverage(0, 0, 0, 0, 0), reading.coverage(generation, Scope.ALL));
    }
  }

  @Test
  void readerSearchesWordsAndWritesNone() {
    MessageWords message = new MessageWords(1, 1, Map.of(WordField.BODY, "tea"));
    try (PgWordIndex owning = PgWordIndex.open(as(owner), "mail");
        PgWordIndex searching = PgWordIndex.open(as(reader), "mail")) {
      owning.upsert(List.of(message));
      owning.compact();
      WordQuery query = WordQuery.parse("tea", searching.analyzer());
      assertEquals(1, searching.search(query, 9).size());
      assertEquals(1, searching.search(query, 9, List.of(1L)).size());
      assertThrows(MissingPrivilegeException.class, () -> searching.upsert(List.of(message)));
      assertThrows(MissingPrivilegeException.class, () -> searching.delete(List.of(1L)));
      assertThrows(
          MissingPrivilegeException.class, () -> PgWordIndex.uninstall(as(reader), "mail"));
      assertEquals(1, owning.size());
    }
  }

  @Test
  void missingUseOfExtensionsSchemaIsNamed() {
    admin("REVOKE USAGE ON SCHEMA ext FROM PUBLIC");
    try {
      MissingPrivilegeException refusal =
          assertThrows(
              MissingPrivilegeException.class, () -> PgVectorStore.open(as(reader), "mail"));
      assertTrue(
          refusal.getMessage().contains("GRANT USAGE ON SCHEMA \"ext\""), refusal::getMessage);
    } finally {
      admin("GRANT USAGE ON SCHEMA ext TO PUBLIC");
    }
  }

  private void admin(String script) {
    Jdbi.create(as("")).useHandle(handle -> handle.execute(script));
  }

  /** Returns connections as one of the roles, or as the administrator if none is named. */
  private DataSource as(String role) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(TestDatabase.url());
    dataSource.setDatabaseName(name);
    if (!role.isEmpty()) {
      dataSource.setUser(role);
      dataSource.setPassword("secret");
    }
    return dataSource;
  }
}
