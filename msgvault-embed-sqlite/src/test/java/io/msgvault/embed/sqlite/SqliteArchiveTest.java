package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes messages through the bundled archive. */
class SqliteArchiveTest {
  private static final ScanLimits LIMITS = new ScanLimits(100, 1_000_000, 1_000);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.006Z");

  private TempFolder folder;
  private SqliteArchive archive;
  private SqliteMessageStore store;

  @BeforeEach
  void open() {
    folder = TempFolder.create();
    archive = SqliteArchive.install(folder.file("archive.db"));
    store = SqliteMessageStore.open(folder.file("archive.db"));
  }

  @AfterEach
  void close() {
    archive.close();
    store.close();
    folder.close();
  }

  private static NewMessage message(String source, String externalId) {
    return NewMessage.builder(source, externalId).subject("subject").text("text").build();
  }

  private void settle() {
    List<Stamp> stamps =
        store.scan(1, Scope.ALL, 0, LIMITS).stream()
            .map(m -> new Stamp(m.id(), m.revision(), new Stamp.Embedded()))
            .toList();
    assertEquals(Set.of(), store.stamp(1, stamps));
  }

  private List<Long> needWork() {
    return store.scan(1, Scope.ALL, 0, LIMITS).stream().map(Message::id).toList();
  }

  @Test
  void storedMessageIsReadBack() {
    Participant ann = new Participant("Ann@Example.ORG", "Ann");
    Participant bob = new Participant("bob@example.org", "");
    Participant cy = new Participant("cy@example.org", "Cy");
    NewMessage stored =
        NewMessage.builder("main", "<1@example.org>")
            .type("sms")
            .subject("Grüße \0 😀")
            .text("text")
            .html("<p>html")
            .sender(ann)
            .to(List.of(cy, bob, cy))
            .cc(List.of(ann))
            .bcc(List.of(bob))
            .sentAt(NOW)
            .sizeBytes(123)
            .labels(List.of("b", "a"))
            .attachments(List.of("plan.pdf", "", "plan.pdf"))
            .conversation("c 1")
            .build();

    long id = archive.store(stored).id();

    assertEquals("ann@example.org", ann.address());
    assertEquals(
        MessageHeader.builder(id, "main", "sms")
            .externalId("<1@example.org>")
            .subject("Grüße \0 😀")
            .sender(stored.sender())
            .to(stored.to())
            .cc(stored.cc())
            .bcc(stored.bcc())
            .sentAt(stored.sentAt())
            .sizeBytes(stored.sizeBytes())
            .labels(Set.of("a", "b"))
            .attachments(stored.attachments())
            .conversation(stored.conversation())
            .build(),
        archive.header(id).orElseThrow());
    Message content = store.find(List.of(id), 100).get(0);
    assertEquals(
        "Grüße \0 😀|text|<p>html",
        content.subject() + "|" + content.text() + "|" + content.html());
  }

  @Test
  void importingAgainCreatesNoDuplicates() {
    List<NewMessage> batch = new ArrayList<>();
    batch.add(message("main", "1"));
    batch.add(message("main", "2"));
    batch.add(message("other", "1"));
    batch.add(message("main", "1"));
    List<StoreResult> first = archive.storeAll(batch);
    assertEquals(
        List.of(true, true, true, false), first.stream().map(StoreResult::created).toList());
    assertEquals(first.get(0).id(), first.get(3).id());
    settle();
    List<StoreResult> second = archive.storeAll(batch);
    assertEquals(
        first.stream().map(StoreResult::id).toList(),
        second.stream().map(StoreResult::id).toList());
    assertTrue(second.stream().noneMatch(StoreResult::created));
    assertEquals(List.of(), needWork());
    assertEquals(OptionalLong.of(first.get(2).id()), archive.find("other", "1"));
    assertEquals(OptionalLong.empty(), archive.find("other", "2"));
  }

  @Test
  void updateNeedsWorkOnlyIfTextChanges() {
    long id = archive.store(message("main", "1")).id();
    settle();
    assertTrue(archive.update(id, "subject", "text", ""));
    assertEquals(List.of(), needWork());
    assertTrue(archive.update(id, "subject", "text", "<p>"));
    assertEquals(List.of(id), needWork());
    assertFalse(archive.update(id + 1, "subject", "text", ""));
    try (SqlClient sql = new SqlClient(folder.file("archive.db"))) {
      assertEquals(OptionalLong.of(1), sql.number("SELECT count(*) FROM message_bodies"));
    }
  }

  @Test
  void newLabelsNeedNoWork() {
    long id = archive.store(message("main", "1")).id();
    settle();
    assertTrue(archive.setLabels(id, Set.of("a", "b")));
    assertTrue(archive.setLabels(id, Set.of("c", "b")));
    assertEquals(Set.of("b", "c"), archive.header(id).orElseThrow().labels());
    assertEquals(List.of(), needWork());
    assertFalse(archive.setLabels(id + 1, Set.of("a")));
  }

  @Test
  void restoredMessageNeedsWork() {
    long id = archive.store(message("main", "1")).id();
    settle();
    assertTrue(archive.delete(id, NOW));
    assertFalse(archive.delete(id, NOW));
    assertFalse(archive.header(id).orElseThrow().live());
    assertEquals(0, store.coverage(1, Scope.ALL).live());
    assertTrue(archive.restore(id));
    assertFalse(archive.restore(id));
    assertFalse(archive.delete(id + 1, NOW));
    assertEquals(List.of(id), needWork());
  }

  @Test
  void participantKeepsFirstName() {
    Participant nameless = new Participant("ann@example.org", "");
    Participant ann = new Participant("ANN@example.org", "Ann");
    Participant other = new Participant("ann@example.org", "Other");
    List<Long> ids = new ArrayList<>();
    for (Participant sender : List.of(nameless, ann, other)) {
      ids.add(
          archive.store(NewMessage.builder("main", "" + ids.size()).sender(sender).build()).id());
    }
    for (MessageHeader header : archive.headers(ids)) {
      assertEquals(new Participant("ann@example.org", "Ann"), header.sender().orElseThrow());
    }
  }

  @Test
  void timesBeyondMillisecondRangeAreLimited() {
    long id = archive.store(NewMessage.builder("main", "1").sentAt(Instant.MAX).build()).id();
    assertEquals(
        Instant.ofEpochMilli(Long.MAX_VALUE), archive.header(id).orElseThrow().sentAt().get());
  }

  @Test
  void headersAreOrderedForAnyNumberOfIds() {
    archive.storeAll(IntStream.range(0, 50).mapToObj(i -> message("main", "" + i)).toList());
    List<Long> ids = new ArrayList<>();
    for (long id = 25_000; id >= -10; id--) {
      ids.add(id);
    }
    List<Long> found = archive.headers(ids).stream().map(MessageHeader::id).toList();
    assertEquals(IntStream.rangeClosed(1, 50).mapToObj(i -> (long) i).toList(), found);
  }

  @Test
  void closedArchiveRefusesEveryCall() {
    archive.close();
    archive.close();
    assertThrows(IllegalStateException.class, () -> archive.store(message("main", "1")));
    assertThrows(IllegalStateException.class, () -> archive.header(1));
    assertThrows(IllegalStateException.class, archive::archiveId);
  }

  @Test
  void messageNeedsNames() {
    assertThrows(IllegalArgumentException.class, () -> message(" ", "1"));
    assertThrows(IllegalArgumentException.class, () -> message("main", ""));
  }
}
