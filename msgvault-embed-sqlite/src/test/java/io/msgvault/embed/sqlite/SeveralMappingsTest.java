package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.ArchivesResult;
import io.msgvault.embed.search.ArchivesSearcher;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.Removal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks a helpdesk's tickets and their comments, each an archive of one file. */
class SeveralMappingsTest {
  private static final ArchiveMapping TICKETS =
      ArchiveMapping.builder("tickets", "id")
          .name("tickets")
          .subject("title")
          .text("body")
          .deleted("closed", ArchiveMapping.Marker.NULL_WHILE_LIVE)
          .build();

  private static final ArchiveMapping COMMENTS =
      ArchiveMapping.builder("comments", "id")
          .name("comments")
          .text("body")
          .conversation("ticket_id")
          .build();

  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("helpdesk.db");
  private final Embedder embedder = new HashEmbedder();
  private SqlClient sql;

  @BeforeEach
  void create() {
    sql = new SqlClient(file);
    sql.run("CREATE TABLE tickets (id INTEGER PRIMARY KEY, title TEXT, body TEXT, closed INTEGER)");
    sql.run("CREATE TABLE comments (id INTEGER PRIMARY KEY, ticket_id INTEGER, body TEXT)");
    sql.run("INSERT INTO tickets VALUES (1, 'printer', 'smoke comes out', NULL), (2, 'x', 'y', 1)");
    sql.run("INSERT INTO comments VALUES (1, 1, 'a fan was stuck'), (2, 1, 'more smoke today')");
  }

  @AfterEach
  void close() {
    sql.close();
    folder.close();
  }

  /** One archive of the helpdesk, with its stores and its job. */
  private final class Archive implements AutoCloseable {
    private final SqliteMessageStore messages;
    private final SqliteVectorStore vectors;

    Archive(ArchiveMapping mapping) {
      messages = SqliteMessageStore.install(file, mapping);
      vectors = SqliteVectorStore.install(folder.file(mapping.messages() + "-vectors.db"));
    }

    long run() {
      return assertInstanceOf(
              RunOutcome.Completed.class,
              EmbedJob.builder(messages, vectors, embedder).build().runOnce())
          .counts()
          .embedded();
    }

    Searcher searcher() {
      return Searcher.builder(messages, vectors, embedder).build();
    }

    @Override
    public void close() {
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
      sql.run("UPDATE comments SET body = 'fine now' WHERE id = 2");
      sql.run("DELETE FROM tickets WHERE id = 1");
      assertEquals(1, comments.messages.coverage(1, Scope.ALL).missing());
      assertEquals(0, tickets.messages.coverage(1, Scope.ALL).live());
      assertEquals(List.of(1L), removed(tickets));
      assertEquals(List.of(), removed(comments));
      assertEquals(1, comments.run());
    }
  }

  private static List<Long> removed(Archive archive) {
    return archive.messages.removed(0, 10).stream().map(Removal::messageId).toList();
  }

  @Test
  void uninstallingOneLeavesTheOther() {
    List<Object> before = schema();
    SqliteMessageStore.install(file, TICKETS).close();
    List<Object> alone = schema();
    try (Archive comments = new Archive(COMMENTS)) {
      comments.run();
      SqliteMessageStore.uninstall(file, TICKETS);
      assertEquals(List.of(), SqliteMessageStore.validate(file, COMMENTS));
      assertEquals(2, comments.messages.coverage(1, Scope.ALL).embedded());
      assertThrows(NotInstalledException.class, () -> SqliteMessageStore.open(file, TICKETS));
      SqliteMessageStore.install(file, TICKETS).close();
    }
    SqliteMessageStore.uninstall(file, COMMENTS);
    assertEquals(alone, schema());
    SqliteMessageStore.uninstall(file, TICKETS);
    assertEquals(before, schema());
  }

  private List<Object> schema() {
    return new ArrayList<>(
        sql.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"));
  }

  /** Also of one table twice, and beside one without a name. */
  @Test
  void oneTableFitsSeveralMappings() {
    ArchiveMapping titles = ArchiveMapping.builder("tickets", "id").subject("title").build();
    try (SqliteMessageStore whole = SqliteMessageStore.install(file, TICKETS);
        SqliteMessageStore short1 = SqliteMessageStore.install(file, titles)) {
      long before = short1.needingWork(1, Scope.ALL, 0, 1).get(0).revision();
      long wholeBefore = whole.needingWork(1, Scope.ALL, 0, 1).get(0).revision();
      sql.run("UPDATE tickets SET body = 'the fan' WHERE id = 1");
      assertEquals(before, short1.needingWork(1, Scope.ALL, 0, 1).get(0).revision());
      assertNotEquals(wholeBefore, whole.needingWork(1, Scope.ALL, 0, 1).get(0).revision());
    }
  }
}
