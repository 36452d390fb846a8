package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.Stamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgArchiveTest {
  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  @Test
  void installingAgainKeepsArchive() {
    PgArchive archive = install();
    long id = archive.store(mail("1").build()).id();
    UUID identity = archive.archiveId();
    PgArchive again = install();
    assertEquals(identity, again.archiveId());
    assertEquals(identity, PgArchive.open(TestDatabase.pool(), schema).archiveId());
    assertEquals(OptionalLong.of(id), again.find("main", "1"));
  }

  @Test
  void concurrentInstallationsSucceed() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      Callable<UUID> installation = () -> install().archiveId();
      Set<UUID> identities = new java.util.HashSet<>();
      for (Future<UUID> identity :
          executor.invokeAll(List.of(installation, installation, installation, installation))) {
        identities.add(identity.get());
      }
      assertEquals(1, identities.size());
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void newerSchemaIsRefused() {
    install();
    TestDatabase.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO %s.embed_ledger (component, version) VALUES ('archive', 99)"
                        .formatted(schema)));
    assertTrue(assertThrows(StoreException.class, this::install).getMessage().contains("99"));
    assertThrows(
        StoreException.class, () -> PgMessageStore.open(TestDatabase.pool(), schema).close());
  }

  @Test
  void openingMissingSchemaNamesRemedy() {
    assertThrows(NotInstalledException.class, () -> PgArchive.open(TestDatabase.pool(), schema));
    NotInstalledException refusal =
        assertThrows(
            NotInstalledException.class,
            () -> PgMessageStore.open(TestDatabase.pool(), schema).close());
    assertEquals(schema, refusal.location());
    assertTrue(refusal.getMessage().contains("install"), refusal::getMessage);
  }

  @Test
  void anySchemaNameWorks() {
    String odd = "Mail \"of\" $schema's; --" + UUID.randomUUID();
    try {
      PgArchive archive = PgArchive.install(TestDatabase.pool(), odd);
      long id = archive.store(mail("1").subject("Lunch").build()).id();
      try (PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), odd)) {
        assertEquals("Lunch", messages.find(List.of(id), 10).get(0).subject());
      }
      TestDatabase.drop(Database.quote(odd));
      TestDatabase.useEverything(TestDatabase.pool(), odd);
    } finally {
      TestDatabase.drop(Database.quote(odd));
    }
    assertThrows(IllegalArgumentException.class, () -> PgArchive.install(TestDatabase.pool(), ""));
  }

  @Test
  void storedMessageIsFoundByItsMetadata() {
    PgArchive archive = install();
    NewMessage message =
        mail("1")
            .type("chat")
            .subject("Lunch at NOON")
            .text("Soup?")
            .sender(new Participant("Ann@Example.org", "Ann"))
            .to(List.of(new Participant("bob@example.org", ""), new Participant("c@x", "")))
            .cc(List.of(new Participant("bob@example.org", "Bob")))
            .bcc(List.of(new Participant("dan@example.org", "")))
            .sentAt(Instant.parse("2024-02-29T12:00:00.123456Z"))
            .sizeBytes(1234)
            .labels(Set.of("food", "work"))
            .attachments(List.of("menu.pdf"))
            .build();
    List<StoreResult> stored =
        archive.storeAll(List.of(mail("0").build(), message, mail("0").build()));
    assertEquals(List.of(true, true, false), stored.stream().map(StoreResult::created).toList());
    assertEquals(stored.get(0).id(), stored.get(2).id());
    assertEquals(new StoreResult(stored.get(1).id(), false), archive.store(message));
    try (PgMessageStore messages = messages()) {
      for (MessageFilter.Builder filter :
          List.of(
              MessageFilter.builder().senders(List.of("ANN@example.org")),
              MessageFilter.builder().to(List.of("bob@example.org")),
              MessageFilter.builder().cc(List.of("bob@example.org")),
              MessageFilter.builder().recipients(List.of("dan@example.org")),
              MessageFilter.builder().labels(List.of("work")),
              MessageFilter.builder().types(List.of("chat")),
              MessageFilter.builder().withAttachment(),
              MessageFilter.builder().minBytes(1234).maxBytes(1234),
              MessageFilter.builder()
                  .from(Instant.parse("2024-02-29T12:00:00.123456Z"))
                  .before(Instant.parse("2024-02-29T12:00:00.123456001Z")),
              MessageFilter.builder().subjectContains("at noon"))) {
        assertEquals(
            Optional.of(List.of(stored.get(1).id())),
            messages.findMatching(filter.build(), 5),
            () -> filter.build().toString());
      }
    }
  }

  @Test
  void headersCoverLiveAndDeletedMessages() {
    PgArchive archive = install();
    NewMessage message =
        mail("1")
            .type("chat")
            .subject("Lunch")
            .text("Soup?")
            .sender(new Participant("Ann@Example.org", "Ann"))
            .to(List.of(new Participant("z@x", "Zoe"), new Participant("c@x", "")))
            .cc(List.of(new Participant("d@x", "")))
            .bcc(List.of(new Participant("z@x", "")))
            .sentAt(Instant.parse("2024-02-29T12:00:00.123456Z"))
            .sizeBytes(1234)
            .labels(Set.of("work", "food"))
            .attachments(List.of("menu.pdf", "", "a.txt"))
            .build();
    long known = archive.store(message).id();
    long bare = archive.store(mail("2").build()).id();
    archive.delete(bare, Instant.now());
    assertEquals(
        List.of(
            MessageHeader.builder(known, "main", "chat")
                .externalId("1")
                .subject("Lunch")
                .sender(message.sender())
                .to(message.to())
                .cc(message.cc())
                .bcc(List.of(new Participant("z@x", "Zoe")))
                .sentAt(message.sentAt())
                .sizeBytes(message.sizeBytes())
                .labels(message.labels())
                .attachments(message.attachments())
                .build(),
            MessageHeader.builder(bare, "main", "email").externalId("2").live(false).build()),
        archive.headers(List.of(bare, 99L, known, bare)));
    assertEquals(
        List.of("food", "work"), List.copyOf(archive.header(known).orElseThrow().labels()));
    assertEquals(List.of(), archive.headers(List.of()));
  }

  @Test
  void closedArchiveRefusesWork() {
    PgArchive archive = install();
    archive.close();
    archive.close();
    assertThrows(IllegalStateException.class, archive::archiveId);
    assertThrows(IllegalStateException.class, () -> archive.store(mail("1").build()));
    assertThrows(IllegalStateException.class, () -> archive.headers(List.of(1L)));
  }

  @Test
  void timesBeyondRangeAreClamped() {
    PgArchive archive = install();
    archive.store(mail("1").sentAt(Instant.MAX).build());
    archive.store(mail("2").sentAt(Instant.MIN).build());
    try (PgMessageStore messages = messages()) {
      MessageFilter late =
          MessageFilter.builder().from(Instant.parse("9999-01-01T00:00:00Z")).build();
      assertEquals(1, messages.findMatching(late, 5).orElseThrow().size());
      assertEquals(
          2,
          messages
              .findMatching(MessageFilter.builder().from(Instant.MIN).build(), 5)
              .orElseThrow()
              .size());
    }
  }

  @Test
  void updateRestorationAndDeletionCreateWork() {
    PgArchive archive = install();
    long id = archive.store(mail("1").text("old").build()).id();
    try (PgMessageStore messages = messages()) {
      settle(messages);
      assertTrue(archive.update(id, "", "old", ""));
      assertTrue(archive.setLabels(id, Set.of("a", "b")));
      assertEquals(new Coverage(1, 1, 0, 0, 0), messages.coverage(1, Scope.ALL));
      assertTrue(archive.update(id, "", "new", ""));
      assertEquals(new Coverage(1, 0, 0, 0, 1), messages.coverage(1, Scope.ALL));
      settle(messages);
      assertTrue(archive.delete(id, Instant.now()));
      assertFalse(archive.delete(id, Instant.now()));
      assertEquals(new Coverage(0, 0, 0, 0, 0), messages.coverage(1, Scope.ALL));
      assertTrue(archive.restore(id));
      assertFalse(archive.restore(id));
      assertEquals(new Coverage(1, 0, 0, 0, 1), messages.coverage(1, Scope.ALL));
    }
    assertFalse(archive.update(99, "", "", ""));
    assertFalse(archive.setLabels(99, Set.of("a")));
    assertFalse(archive.delete(99, Instant.now()));
    assertEquals(OptionalLong.empty(), archive.find("main", "99"));
  }

  @Test
  void unstorableTextIsRefusedBeforeWriting() {
    PgArchive archive = install();
    for (NewMessage.Builder message :
        List.of(
            mail("1").subject("a\0b"),
            mail("1").text("a\0b"),
            mail("1").html("a\uD800"),
            mail("1").labels(Set.of("\0")),
            mail("1").sender(new Participant("a\0@b", "")))) {
      assertThrows(IllegalArgumentException.class, () -> archive.store(message.build()));
    }
    assertEquals(OptionalLong.empty(), archive.find("main", "1"));
  }

  @Test
  void failuresQuoteNoText() {
    PgArchive archive = install();
    TestDatabase.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "ALTER TABLE %s.messages ADD CHECK (subject <> 'secret')".formatted(schema)));
    StoreException failure =
        assertThrows(
            StoreException.class, () -> archive.store(mail("1").subject("secret").build()));
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertFalse(String.valueOf(cause.getMessage()).contains("secret"), cause::getMessage);
    }
  }

  @Test
  void unstorableCharactersOfReasonsAreReplaced() {
    long id = install().store(mail("1").build()).id();
    try (PgMessageStore messages = messages()) {
      Message message = messages.find(List.of(id), 1).get(0);
      messages.stamp(
          1, List.of(new Stamp(id, message.revision(), new Stamp.Rejected("a\0b\uD83E"))));
      assertEquals("a\uFFFDb\uFFFD", messages.rejections(1, 0, 1).get(0).reason());
    }
  }

  @Test
  void unstorableNamesMatchNothing() {
    PgArchive archive = install();
    archive.store(mail("1").subject("a\uFFFDb").labels(Set.of("\uFFFD")).build());
    try (PgMessageStore messages = messages()) {
      for (MessageFilter.Builder filter :
          List.of(
              MessageFilter.builder().labels(List.of("\0")),
              MessageFilter.builder().sources(List.of("\0")),
              MessageFilter.builder().subjectContains("\0"),
              MessageFilter.builder().senders(List.of("\uD800")))) {
        assertEquals(Optional.of(List.of()), messages.findMatching(filter.build(), 5));
      }
      Scope impossible = new Scope(Set.of("\0"), Set.of());
      assertEquals(new Coverage(0, 0, 0, 0, 0), messages.coverage(1, impossible));
      assertNotEquals(new Coverage(0, 0, 0, 0, 0), messages.coverage(1, Scope.ALL));
    }
  }

  private PgArchive install() {
    return PgArchive.install(TestDatabase.pool(), schema);
  }

  private PgMessageStore messages() {
    return PgMessageStore.open(TestDatabase.pool(), schema);
  }

  private static NewMessage.Builder mail(String externalId) {
    return NewMessage.builder("main", externalId);
  }

  private static void settle(PgMessageStore messages) {
    TestDatabase.settle(messages, 1);
  }
}
