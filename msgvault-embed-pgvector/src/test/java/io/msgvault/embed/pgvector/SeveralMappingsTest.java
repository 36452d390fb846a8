package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.ArchivesResult;
import io.msgvault.embed.search.ArchivesSearcher;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.Removal;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks a helpdesk's tickets and their comments, each an archive of one schema. */
class SeveralMappingsTest {
  private static final ArchiveMapping TICKETS =
      ArchiveMapping.builder("tickets", "id")
          .name("tickets")
          .subject("title")
          .bodies("texts", "ticket")
          .text("body")
          .deleted("closed", ArchiveMapping.Marker.NULL_WHILE_LIVE)
          .build();

  private static final ArchiveMapping COMMENTS =
      ArchiveMapping.builder("comments", "id")
          .name("comments")
          .text("body")
          .conversation("ticket")
          .build();

  /** The bodies of the tickets, as an archive without a name. */
  private static final ArchiveMapping TEXTS =
      ArchiveMapping.builder("texts", "id").text("body").build();

  private final DataSource pool = TestDatabase.pool();
  private final String schema = TestDatabase.freshName();
  private final Embedder embedder = new HashEmbedder();
  private final List<String> indexes = new ArrayList<>();

  @BeforeEach
  void create() {
    TestDatabase.server("CREATE SCHEMA " + schema);
    execute(
        """
        CREATE TABLE tickets (id bigint PRIMARY KEY, title text, closed timestamptz);
        CREATE TABLE texts (
          id bigint PRIMARY KEY,
          ticket bigint UNIQUE REFERENCES tickets ON DELETE CASCADE,
          body text);
        CREATE TABLE comments (id bigint, ticket bigint, body text, PRIMARY KEY (id, ticket))
          PARTITION BY LIST (ticket);
        CREATE TABLE comments_1 PARTITION OF comments FOR VALUES IN (1);
        CREATE TABLE comments_2 PARTITION OF comments FOR VALUES IN (2);
        INSERT INTO tickets VALUES (1, 'printer', NULL), (2, 'x', now());
        INSERT INTO texts VALUES (11, 1, 'smoke comes out'), (12, 2, 'y');
        INSERT INTO comments VALUES (1, 1, 'a fan was stuck'), (2, 1, 'more smoke today')""");
  }

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
    indexes.forEach(TestDatabase::drop);
  }

  /** One archive of the helpdesk, with its stores and its job; its index has its own schema. */
  private final class Archive implements AutoCloseable {
    private final PgMessageStore messages;
    private final PgVectorStore vectors;
    private final PgWordIndex words;

    Archive(ArchiveMapping mapping) {
      String index = TestDatabase.freshName();
      indexes.add(index);
      messages = PgMessageStore.install(pool, schema, mapping);
      vectors = PgVectorStore.install(pool, index);
      words = PgWordIndex.install(pool, index);
    }

    long run() {
      return assertInstanceOf(
              RunOutcome.Completed.class,
              EmbedJob.builder(messages, vectors, embedder).words(words).build().runOnce())
          .counts()
          .embedded();
    }

    Searcher searcher() {
      return Searcher.builder(messages, vectors, embedder).words(words).build();
    }

    @Override
    public void close() {
      words.close();
      vectors.close();
      messages.close();
    }
  }

  @Test
  void hitsTellWhichArchiveTheyAreFrom() {
    try (Archive tickets = new Archive(TICKETS);
        Archive comments = new Archive(COMMENTS)) {
      assertEquals(1, tickets.run());
      assertEquals(2, comments.run());
      ArchivesResult found =
          ArchivesSearcher.builder()
              .archive("tickets", tickets.searcher())
              .archive("comments", comments.searcher())
              .build()
              .search(SearchRequest.of("more smoke today"));
      assertEquals(3, found.hits().size());
      assertEquals("comments", found.hits().get(0).archive());
      assertEquals(2, found.hits().get(0).hit().messageId());
      assertEquals("tickets", found.hits().get(1).archive());
      assertEquals(List.of("tickets", "comments"), List.copyOf(found.answers().keySet()));
    }
  }

  @Test
  void eachMappingFollowsItsOwnTable() {
    try (Archive tickets = new Archive(TICKETS);
        Archive comments = new Archive(COMMENTS)) {
      assertNotEquals(tickets.messages.archiveId(), comments.messages.archiveId());
      tickets.run();
      comments.run();
      execute(
          "UPDATE comments SET body = 'fine now' WHERE id = 2; DELETE FROM tickets WHERE id = 1");
      assertEquals(1, comments.messages.coverage(1, Scope.ALL).missing());
      assertEquals(0, tickets.messages.coverage(1, Scope.ALL).live());
      assertEquals(List.of(1L), removed(tickets));
      assertEquals(List.of(), removed(comments));
      assertEquals(1, comments.run());
      execute("TRUNCATE comments_1");
      assertEquals(List.of(1L, 2L), removed(comments));
      assertEquals(List.of(1L), removed(tickets));
      assertEquals(0, comments.messages.coverage(1, Scope.ALL).live());
      assertEquals(0, comments.messages.miscounted() + tickets.messages.miscounted());
    }
  }

  private static List<Long> removed(Archive archive) {
    return archive.messages.removed(0, 10).stream().map(Removal::messageId).sorted().toList();
  }

  @Test
  void uninstallingOneLeavesTheOthers() {
    List<String> before = TestDatabase.catalog(schema);
    PgMessageStore.install(pool, schema, TEXTS).close();
    PgMessageStore.install(pool, schema, TICKETS).close();
    List<String> two = TestDatabase.catalog(schema);
    try (Archive comments = new Archive(COMMENTS)) {
      comments.run();
      List<String> three = TestDatabase.catalog(schema);
      PgMessageStore.uninstall(pool, schema, TICKETS);
      assertThrows(
          NotInstalledException.class, () -> PgMessageStore.open(pool, schema, TICKETS).close());
      for (ArchiveMapping mapping : List.of(TEXTS, COMMENTS)) {
        assertEquals(List.of(), PgMessageStore.validate(pool, schema, mapping));
      }
      assertEquals(2, comments.messages.coverage(1, Scope.ALL).embedded());
      PgMessageStore.install(pool, schema, TICKETS).close();
      assertEquals(names(three), names(TestDatabase.catalog(schema)));
    }
    PgMessageStore.uninstall(pool, schema, COMMENTS);
    assertEquals(names(two), names(TestDatabase.catalog(schema)));
    PgMessageStore.uninstall(pool, schema, TEXTS);
    PgMessageStore.uninstall(pool, schema, TICKETS);
    assertEquals(names(before), names(TestDatabase.catalog(schema)));
  }

  /** Leaves out the number of a relation's file. */
  private static List<String> names(List<String> catalog) {
    return catalog.stream().map(line -> line.replaceAll("^(relation .*) \\d+$", "$1")).toList();
  }

  /** A text is a message of one archive and the body of a message of another. */
  @Test
  void oneTableIsBodiesHereAndMessagesThere() {
    try (PgMessageStore tickets = PgMessageStore.install(pool, schema, TICKETS);
        PgMessageStore texts = PgMessageStore.install(pool, schema, TEXTS)) {
      for (PgMessageStore store : List.of(tickets, texts)) {
        TestDatabase.settle(store, 1);
        assertTrue(store.coverage(1, Scope.ALL).complete());
      }
      execute("UPDATE texts SET body = 'flames come out' WHERE id = 11");
      assertEquals(1, tickets.coverage(1, Scope.ALL).missing());
      assertEquals(1, texts.coverage(1, Scope.ALL).missing());
    }
  }

  @Test
  void tableOfMessagesTakesOneMapping() {
    PgMessageStore.install(pool, schema, TICKETS).close();
    List<String> catalog = TestDatabase.catalog(schema);
    for (ArchiveMapping second :
        List.of(
            ArchiveMapping.builder("tickets", "id").subject("title").build(),
            ArchiveMapping.builder("tickets", "id").name("titles").subject("title").build())) {
      IncompatibleTablesException refusal =
          assertThrows(
              IncompatibleTablesException.class,
              () -> PgMessageStore.install(pool, schema, second).close());
      assertTrue(refusal.getMessage().contains("the mapping named tickets"), refusal::getMessage);
      assertEquals(refusal.problems(), PgMessageStore.validate(pool, schema, second));
      PgMessageStore.uninstall(pool, schema, second);
    }
    assertEquals(catalog, TestDatabase.catalog(schema));
    PgMessageStore.uninstall(pool, schema, TICKETS);
    PgMessageStore.install(
            pool, schema, ArchiveMapping.builder("tickets", "id").subject("title").build())
        .close();
    assertTrue(
        PgMessageStore.validate(pool, schema, TICKETS)
            .get(0)
            .contains("the mapping without a name"));
  }

  /** Renames columns, tables and the schema, which the next installation adopts. */
  @Test
  void renamedTablesAreAdopted() {
    PgMessageStore.install(pool, schema, COMMENTS).close();
    String renamed = TestDatabase.freshName();
    indexes.add(renamed);
    try (PgMessageStore tickets = PgMessageStore.install(pool, schema, TICKETS)) {
      TestDatabase.settle(tickets, 1);
    }
    execute("ALTER TABLE texts RENAME TO bodies; ALTER TABLE tickets RENAME title TO subject");
    TestDatabase.server("ALTER SCHEMA " + schema + " RENAME TO " + renamed);
    ArchiveMapping now =
        TICKETS.toBuilder().subject("subject").bodies("bodies", "ticket").text("body").build();
    PgMessageStore.install(pool, renamed, COMMENTS).close();
    try (PgMessageStore tickets = PgMessageStore.install(pool, renamed, now)) {
      assertTrue(tickets.coverage(1, Scope.ALL).complete());
      TestMapping.script(pool, "UPDATE %s.bodies SET body = 'z'".formatted(renamed));
      assertEquals(1, tickets.coverage(1, Scope.ALL).missing());
    }
  }

  private void execute(String script) {
    TestMapping.script(pool, "SET LOCAL search_path = %s; %s".formatted(schema, script));
  }
}
