package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that a store opened for reading writes nothing and reads the current state. */
class ReadOnlyTest {
  private static final UUID ARCHIVE = UUID.fromString("00000000-0000-4000-8000-000000000001");

  private TempFolder folder;
  private Path archiveFile;
  private Path vectorsFile;

  @BeforeEach
  void write() {
    folder = TempFolder.create();
    archiveFile = folder.file("archive.db");
    vectorsFile = folder.file("vectors.db");
    try (SqliteArchive archive = SqliteArchive.install(archiveFile)) {
      archive.store(message("1"));
    }
    try (SqliteVectorStore vectors = SqliteVectorStore.install(vectorsFile)) {
      vectors.create(new Fingerprint("model", 2, "text", Scope.ALL), 1);
      vectors.upsert(
          1,
          List.of(
              new MessageVectors(
                  1, 1, "digest", List.of(new ChunkVector(0, 1, new float[] {1, 2})))));
      vectors.activate(1, CoverageCheck.NONE);
    }
  }

  @AfterEach
  void delete() {
    folder.close();
  }

  private static NewMessage message(String externalId) {
    return NewMessage.builder("main", externalId).subject("subject").text("text").build();
  }

  @Test
  void readingLeavesNoTrace() throws IOException {
    byte[] archiveBefore = Files.readAllBytes(archiveFile);
    byte[] vectorsBefore = Files.readAllBytes(vectorsFile);
    try (SqliteMessageStore messages = SqliteMessageStore.openReadOnly(archiveFile);
        SqliteArchive archive = SqliteArchive.openReadOnly(archiveFile);
        SqliteVectorStore vectors = SqliteVectorStore.openReadOnly(vectorsFile)) {
      assertEquals(1, messages.coverage(1, Scope.ALL).missing());
      assertEquals("subject", archive.header(1).orElseThrow().subject());
      assertEquals(1, vectors.search(1, new float[] {1, 0}, 5).size());
      assertEquals(List.of("archive.db", "vectors.db"), folder.names());
    }
    assertEquals(List.of("archive.db", "vectors.db"), folder.names());
    assertArrayEquals(archiveBefore, Files.readAllBytes(archiveFile));
    assertArrayEquals(vectorsBefore, Files.readAllBytes(vectorsFile));
  }

  @Test
  void writesAreRefusedWithRemedy() {
    try (SqliteMessageStore messages = SqliteMessageStore.openReadOnly(archiveFile);
        SqliteArchive archive = SqliteArchive.openReadOnly(archiveFile);
        SqliteVectorStore vectors = SqliteVectorStore.openReadOnly(vectorsFile)) {
      List<Runnable> writes =
          List.of(
              () -> messages.unstamp(List.of(1L)),
              () -> messages.stamp(1, List.of()),
              () -> messages.reserveGenerationId(0),
              () -> archive.store(message("2")),
              () -> archive.delete(1, Instant.EPOCH),
              () -> vectors.lease(1),
              () -> vectors.upsert(1, List.of()),
              () -> vectors.lowerWatermarks(1),
              () -> vectors.forceRetire(1));
      for (Runnable write : writes) {
        StoreException refused = assertThrows(StoreException.class, write::run);
        assertTrue(refused.getMessage().contains("open it for writing"), refused::getMessage);
      }
      vectors.dropRetired(); // nothing to do, so nothing to refuse
      assertEquals(List.of("archive.db", "vectors.db"), folder.names());
    }
  }

  @Test
  void bindChecksWithoutBinding() {
    try (SqliteVectorStore vectors = SqliteVectorStore.openReadOnly(vectorsFile)) {
      vectors.bind(ARCHIVE);
      vectors.bind(UUID.randomUUID());
    }
    try (SqliteVectorStore vectors = SqliteVectorStore.install(vectorsFile)) {
      vectors.bind(ARCHIVE);
    }
    try (SqliteVectorStore vectors = SqliteVectorStore.openReadOnly(vectorsFile)) {
      vectors.bind(ARCHIVE);
      assertThrows(ArchiveMismatchException.class, () -> vectors.bind(UUID.randomUUID()));
    }
  }

  @Test
  void readerSeesLaterWrites() {
    try (SqliteMessageStore messages = SqliteMessageStore.openReadOnly(archiveFile)) {
      assertEquals(1, messages.coverage(1, Scope.ALL).live());
      try (SqliteArchive archive = SqliteArchive.install(archiveFile)) {
        archive.store(message("2"));
        assertEquals(2, messages.coverage(1, Scope.ALL).live());
        archive.store(message("3"));
        assertEquals(3, messages.coverage(1, Scope.ALL).live());
      }
      assertEquals(3, messages.coverage(1, Scope.ALL).live());
    }
    try (SqliteMessageStore messages = SqliteMessageStore.openReadOnly(archiveFile)) {
      assertEquals(3, messages.coverage(1, Scope.ALL).live());
      SqliteArchive archive = SqliteArchive.install(archiveFile);
      archive.store(message("4"));
      archive.close();
      assertEquals(4, messages.coverage(1, Scope.ALL).live());
    }
  }

  @Test
  void readerSeesLogOfKilledWriter() throws IOException {
    Path copy = folder.file("copy.db");
    try (SqliteArchive archive = SqliteArchive.install(archiveFile)) {
      archive.store(message("2"));
      Files.copy(archiveFile, copy);
      Files.copy(folder.file("archive.db-wal"), folder.file("copy.db-wal"));
    }
    try (SqliteMessageStore messages = SqliteMessageStore.openReadOnly(copy)) {
      assertEquals(2, messages.coverage(1, Scope.ALL).live());
    }
  }

  @Test
  void fileThatIsNoArchiveIsNamed() throws IOException {
    assertThrows(
        StoreException.class, () -> SqliteMessageStore.openReadOnly(folder.file("missing.db")));
    assertThrows(StoreException.class, () -> SqliteMessageStore.openReadOnly(vectorsFile));
    assertThrows(StoreException.class, () -> SqliteVectorStore.openReadOnly(archiveFile));
    Files.writeString(folder.file("text.db"), "no database ".repeat(100));
    StoreException refused =
        assertThrows(
            StoreException.class, () -> SqliteMessageStore.openReadOnly(folder.file("text.db")));
    assertTrue(refused.getMessage().contains("not an SQLite file"), refused::getMessage);
    assertEquals(List.of("archive.db", "text.db", "vectors.db"), folder.names());
  }
}
