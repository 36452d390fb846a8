package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.Stamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests stamping, by a run and by a migration, while a host's transaction holds rows. */
class LocksTest {
  private final String schema = TestDatabase.acquireArchive();
  private final DataSource named =
      PgStorageOpener.dataSource(TestDatabase.url() + "&ApplicationName=" + schema);
  private final PgMessageStore messages = PgMessageStore.open(named, schema);
  private Handle host;

  @BeforeEach
  void fill() {
    PgArchive archive = PgArchive.install(named, schema);
    archive.storeAll(
        List.of(
            NewMessage.builder("main", "1").text("one").build(),
            NewMessage.builder("main", "2").text("two").build()));
    host = TestDatabase.jdbi().open();
    host.begin();
    host.execute("SET LOCAL search_path = " + schema);
  }

  @AfterEach
  void release() {
    host.rollback();
    host.close();
    messages.close();
    TestDatabase.releaseArchive(schema);
  }

  @Test
  void stampWaitsForUnrelatedWriteAndSucceeds() throws Exception {
    host.execute("UPDATE messages SET size_bytes = 1");
    CompletableFuture<Set<Long>> stamping = stampAll();
    TestDatabase.awaitLockWait(schema);
    host.commit();
    assertEquals(Set.of(), stamping.get());
    assertEquals(new Coverage(2, 2, 0, 0, 0), messages.coverage(1, Scope.ALL));
  }

  @Test
  void stampWaitsForEditAndMisses() throws Exception {
    List<Message> read = read();
    host.execute("UPDATE message_bodies SET body_text = 'other' WHERE body_text = 'two'");
    CompletableFuture<Set<Long>> stamping = stampAll();
    TestDatabase.awaitLockWait(schema);
    host.commit();
    assertEquals(Set.of(read.get(1).id()), stamping.get());
    assertEquals(new Coverage(2, 1, 0, 0, 1), messages.coverage(1, Scope.ALL));
  }

  @Test
  void hostIsNotDeadlockVictim() throws Exception {
    List<Message> read = read();
    lock(read.get(1).id());
    CompletableFuture<Set<Long>> stamping = stampAll();
    TestDatabase.awaitLockWait(schema);
    lock(read.get(0).id());
    host.commit();
    assertEquals(Set.of(), stamping.get());
  }

  @Test
  void waitingStampReleasesItsRows() throws Exception {
    List<Message> read = read();
    lock(read.get(1).id());
    CompletableFuture<Set<Long>> stamping = stampAll();
    requireRowIsFree(read.get(0).id(), stamping);
    host.commit();
    assertEquals(Set.of(), stamping.get());
  }

  @Test
  void waitingMigrationReleasesItsRows() throws Exception {
    List<MessageRevision> read =
        read().stream().map(m -> new MessageRevision(m.id(), m.revision())).toList();
    Generation generation =
        Generation.builder(1, TestDatabase.fingerprint(3), Instant.EPOCH)
            .state(Generation.State.ACTIVE)
            .activated(Optional.of(Instant.EPOCH))
            .build();
    LegacyIndex legacy = messages.legacyIndex(Migration.ofActiveGeneration());
    legacy.begin();
    try {
      lock(read.get(1).messageId());
      CompletableFuture<Boolean> stamping =
          OwnThread.supply(
              () -> {
                legacy.stamp(generation, read);
                return true;
              });
      requireRowIsFree(read.get(0).messageId(), stamping);
      host.commit();
      assertEquals(true, stamping.get());
      assertEquals(new Coverage(2, 2, 0, 0, 0), messages.coverage(1, Scope.ALL));
    } finally {
      legacy.markStamped();
      TestDatabase.jdbi()
          .useHandle(
              handle ->
                  handle.execute(
                      "DELETE FROM %s.embed_ledger WHERE component = 'migration'"
                          .formatted(schema)));
    }
  }

  /** Requires that a writer gets a row of a statement that waits for the next one. */
  private void requireRowIsFree(long id, CompletableFuture<?> waiting) {
    TestDatabase.awaitLockWait(schema);
    try (Handle another = TestDatabase.jdbi().open()) {
      another.begin();
      another.execute("SET LOCAL statement_timeout = '5s'");
      another.execute("UPDATE %s.messages SET size_bytes = 7 WHERE id = ?".formatted(schema), id);
      another.commit();
      assertFalse(waiting.isDone());
    }
  }

  private void lock(long id) {
    host.execute("UPDATE messages SET size_bytes = 1 WHERE id = ?", id);
  }

  private List<Message> read() {
    return messages.scan(1, Scope.ALL, 0, TestDatabase.LIMITS);
  }

  private CompletableFuture<Set<Long>> stampAll() {
    List<Stamp> stamps =
        read().stream()
            .map(message -> new Stamp(message.id(), message.revision(), new Stamp.Embedded()))
            .toList();
    return OwnThread.supply(() -> messages.stamp(1, stamps));
  }
}
