package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.Stamp;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests what installing, opening, opening to read only and uninstalling write. */
class VerbsTest {
  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  @Test
  void openingMissingIndexNamesRemedy() {
    PgArchive.install(TestDatabase.pool(), schema).close();
    for (Executable open :
        List.<Executable>of(
            () -> PgVectorStore.open(TestDatabase.pool(), schema),
            () -> PgVectorStore.openReadOnly(TestDatabase.pool(), schema))) {
      NotInstalledException refusal = assertThrows(NotInstalledException.class, open);
      assertEquals(schema, refusal.location());
      assertTrue(refusal.getMessage().contains("PgVectorStore.install"), refusal::getMessage);
    }
  }

  @Test
  void installingMessageStoreCreatesBundledTables() {
    try (PgMessageStore messages = PgMessageStore.install(TestDatabase.pool(), schema);
        PgArchive archive = PgArchive.open(TestDatabase.pool(), schema)) {
      assertEquals(archive.archiveId(), messages.archiveId());
    }
  }

  @Test
  void readOnlyStoresReadAndRefuseWrites() {
    long id;
    try (PgArchive archive = PgArchive.install(TestDatabase.pool(), schema);
        PgVectorStore vectors = PgVectorStore.install(TestDatabase.pool(), schema)) {
      id = archive.store(NewMessage.builder("main", "1").subject("A fan").build()).id();
      vectors.bind(archive.archiveId());
      vectors.create(TestDatabase.fingerprint(2), 1);
    }
    try (PgArchive archive = PgArchive.openReadOnly(TestDatabase.pool(), schema);
        PgMessageStore messages = PgMessageStore.openReadOnly(TestDatabase.pool(), schema);
        PgVectorStore vectors = PgVectorStore.openReadOnly(TestDatabase.pool(), schema)) {
      vectors.bind(archive.archiveId());
      for (Executable write :
          List.<Executable>of(
              () -> archive.delete(id, Instant.EPOCH),
              () -> messages.reserveGenerationId(0),
              () -> messages.stamp(1, List.of(new Stamp(id, 1, new Stamp.Embedded()))),
              () -> messages.unstamp(List.of(id)),
              () -> vectors.create(TestDatabase.fingerprint(2), 1),
              () -> vectors.activate(1, generation -> {}),
              () -> vectors.delete(1, List.of(id)),
              () -> vectors.lease(1),
              () -> vectors.sharedLease(1))) {
        StoreException refusal = assertThrows(StoreException.class, write);
        assertTrue(refusal.getMessage().contains("read only"), refusal::getMessage);
      }
      assertEquals(1, messages.coverage(1, Scope.ALL).live());
      assertEquals(1, archive.headers(List.of(id)).size());
      assertEquals(1, vectors.generations().size());
    }
  }

  @Test
  void uninstallingIndexKeepsArchive() {
    try (PgArchive archive = PgArchive.install(TestDatabase.pool(), schema)) {
      archive.store(NewMessage.builder("main", "1").build());
      try (PgVectorStore vectors = PgVectorStore.install(TestDatabase.pool(), schema)) {
        vectors.create(TestDatabase.fingerprint(2), 1);
        vectors.beginRun(1, RunKind.FILL, Instant.EPOCH);
      }
      PgVectorStore.uninstall(TestDatabase.pool(), schema);
      PgVectorStore.uninstall(TestDatabase.pool(), schema);
      assertThrows(
          NotInstalledException.class, () -> PgVectorStore.open(TestDatabase.pool(), schema));
      assertEquals(
          List.of(),
          TestDatabase.jdbi()
              .withHandle(
                  handle ->
                      handle
                          .select(
                              "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(?)"
                                  + " AND relname ~ '^embed_(binding|generations|chunks|runs|messages)'",
                              schema)
                          .mapTo(String.class)
                          .list()));
      assertTrue(archive.find("main", "1").isPresent());
      PgVectorStore.install(TestDatabase.pool(), schema).close();
    }
  }
}
