package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.store.MessageDetails;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests what is read of messages besides their texts. */
class MessageDetailsTest {
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.123456Z");

  @Test
  void bundledTablesNamePeopleInOrder() {
    String schema = TestDatabase.acquireArchive();
    try (PgArchive archive = PgArchive.open(TestDatabase.pool(), schema);
        PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema)) {
      archive.store(
          NewMessage.builder("main", "1")
              .bcc(List.of(new Participant("z@example.org", "")))
              .cc(List.of(new Participant("y@example.org", "Yi Wu")))
              .to(
                  List.of(
                      new Participant("x@example.org", "X"), new Participant("a@example.org", "")))
              .sender(new Participant("Anna@example.org", "Anna Ämter"))
              .attachments(List.of("z.pdf", "", "a.pdf"))
              .sentAt(TIME)
              .conversation("c1")
              .build());
      archive.store(NewMessage.builder("main", "2").build());
      archive.store(NewMessage.builder("main", "3").build());
      archive.delete(3, TIME);
      assertEquals(
          List.of(
              new MessageDetails(
                  1,
                  List.of(
                      "Anna Ämter anna@example.org",
                      "X x@example.org",
                      "a@example.org",
                      "Yi Wu y@example.org",
                      "z@example.org"),
                  List.of("z.pdf", "a.pdf"),
                  Optional.of(TIME),
                  Optional.of("c1")),
              new MessageDetails(2, List.of(), List.of(), Optional.empty(), Optional.empty())),
          messages.details(List.of(9L, 3L, 2L, 1L)));
      assertEquals(
          List.of("c1", "-"),
          archive.headers(List.of(1L, 2L)).stream()
              .map(header -> header.conversation().orElse("-"))
              .toList());
    } finally {
      TestDatabase.releaseArchive(schema);
    }
  }

  @Test
  void mappedTablesNameAddresses() {
    String schema = TestDatabase.freshName();
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id")
            .text("body")
            .sender(Name.in("author"))
            .recipients(
                new Recipients(
                    new Related("targets", "mail"),
                    Optional.of("kind"),
                    Name.by("person", "people", "id", "address")))
            .attachments("files", "mail", "name")
            .sentAt("sent", TimeFormat.EPOCH_MILLIS)
            .build();
    TestMapping.script(
        TestDatabase.pool(),
        """
        CREATE SCHEMA %1$s;
        SET LOCAL search_path = %1$s;
        CREATE TABLE mails (id int PRIMARY KEY, body text, author varchar, sent numeric);
        CREATE TABLE people (id int PRIMARY KEY, address text);
        CREATE TABLE targets (mail int, kind text, person int);
        CREATE TABLE files (mail int, name text);
        INSERT INTO mails VALUES (1, '', 'Anna', 1769860800123.456), (2, '', '', 'NaN'),
          (3, '', NULL, 1e30);
        INSERT INTO people VALUES (1, 'x'), (2, 'y'), (3, 'z'), (4, ''), (5, NULL);
        INSERT INTO targets VALUES (1, 'cc', 3), (1, 'to', 2), (1, 'from', 1), (1, 'to', 1),
          (1, NULL, 2), (1, 'to', 4), (1, 'to', 5), (1, 'to', NULL), (1, 'to', 99);
        INSERT INTO files VALUES (1, 'b'), (1, NULL), (1, ''), (1, 'a'), (2, 'c')"""
            .formatted(schema));
    try (PgMessageStore messages = PgMessageStore.install(TestDatabase.pool(), schema, mapping)) {
      assertEquals(
          List.of(
              new MessageDetails(
                  1,
                  List.of("Anna", "y", "x", "z"),
                  List.of("b", "a"),
                  Optional.of(TIME),
                  Optional.empty()),
              new MessageDetails(2, List.of(), List.of("c"), Optional.empty(), Optional.empty()),
              new MessageDetails(3, List.of(), List.of(), Optional.empty(), Optional.empty())),
          messages.details(List.of(1L, 2L, 3L)));
    } finally {
      TestDatabase.drop(schema);
    }
  }
}
