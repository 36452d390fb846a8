package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Checks that install creates files with their schema, and that closing leaves no handle. */
class OpenAndCloseTest {
  private TempFolder folder;

  @BeforeEach
  void create() {
    folder = TempFolder.create();
  }

  @AfterEach
  void delete() {
    folder.close();
  }

  private static NewMessage message(String externalId) {
    return NewMessage.builder("main", externalId).text("text").build();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // links need a privilege there
  void linkOpensTheSameFile() throws IOException {
    Path file = folder.file("both.db");
    Path link = Files.createSymbolicLink(folder.file("link.db"), file);
    try (SqliteArchive archive = SqliteArchive.install(file);
        SqliteVectorStore vectors = SqliteVectorStore.install(file)) {
      archive.store(message("1"));
      vectors.create(new Fingerprint("model", 2, "text", Scope.ALL), 1);
      try (SqliteMessageStore linked = SqliteMessageStore.openReadOnly(link)) {
        assertEquals(1, linked.coverage(1, Scope.ALL).live(), "what stands in the log alone");
      }
      try (SqliteVectorStore linked = SqliteVectorStore.install(link);
          Lease held = vectors.lease(1).orElseThrow()) {
        assertTrue(held.isHeld());
        assertTrue(linked.lease(1).isEmpty(), "the lease is taken by the file's own name");
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closingLeavesNoHandle() throws IOException {
    Path file = folder.file("both.db");
    SqliteMessageStore messages = SqliteMessageStore.install(file);
    SqliteArchive archive = SqliteArchive.install(file);
    SqliteVectorStore vectors = SqliteVectorStore.install(file);
    archive.store(message("1"));
    messages.coverage(1, Scope.ALL);
    vectors.create(new Fingerprint("model", 2, "text", Scope.ALL), 1);
    Lease lease = vectors.lease(1).orElseThrow();
    assertTrue(lease.isHeld());
    assertTrue(vectors.lease(1).isEmpty());
    assertThrows(IllegalArgumentException.class, () -> vectors.search(1, new float[2], 0));
    assertFalse(handles().isEmpty());

    messages.close();
    archive.close();
    vectors.close();

    assertEquals(List.of(), handles());
    assertFalse(lease.isHeld());
    lease.close();
    assertEquals(List.of("both.db", "both.db.lease-1"), folder.names());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void failedOpenLeavesNoHandle() throws IOException {
    Path file = folder.file("text.db");
    Files.writeString(file, "no database ".repeat(100));
    assertThrows(StoreException.class, () -> SqliteArchive.install(file));
    assertThrows(StoreException.class, () -> SqliteVectorStore.openReadOnly(file));
    assertEquals(List.of(), handles());
    assertEquals(List.of("text.db"), folder.names());
  }

  private List<String> handles() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(OpenAndCloseTest::target)
          .filter(target -> target.startsWith(folder.path().toString()))
          .toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedSinceListed) {
      return "";
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void onlyOwnerCanReadFiles() throws IOException {
    try (SqliteArchive archive = SqliteArchive.install(folder.file("archive.db"));
        SqliteVectorStore vectors = SqliteVectorStore.install(folder.file("vectors.db"))) {
      archive.store(message("1"));
      vectors.create(new Fingerprint("model", 2, "text", Scope.ALL), 1);
      vectors.lease(1).orElseThrow().close();
      assertEquals(7, folder.names().size(), folder.names()::toString);
      for (String name : folder.names()) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.file(name))),
            name);
      }
    }
  }

  @Test
  void concurrentInstallsCreateOneArchive() throws Exception {
    Path file = folder.file("archive.db");
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Callable<UUID>> openers =
          IntStream.range(0, 12)
              .<Callable<UUID>>mapToObj(
                  i ->
                      () -> {
                        try (SqliteMessageStore store = SqliteMessageStore.install(file)) {
                          return store.archiveId();
                        }
                      })
              .toList();
      Set<UUID> ids =
          threads.invokeAll(openers).stream()
              .map(OpenAndCloseTest::result)
              .collect(Collectors.toSet());
      assertEquals(1, ids.size());
    } finally {
      threads.shutdown();
    }
  }

  private static UUID result(Future<UUID> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void idsAreRandomUuids() {
    for (int i = 0; i < 20; i++) {
      try (SqliteArchive archive = SqliteArchive.install(folder.file("archive-" + i + ".db"))) {
        assertEquals(4, archive.archiveId().version());
        assertEquals(2, archive.archiveId().variant());
      }
    }
  }

  @Test
  void installKeepsHostTables() {
    Path file = folder.file("host.db");
    try (SqlClient sql = new SqlClient(file)) {
      sql.run("CREATE TABLE notes (note TEXT)");
      sql.run("INSERT INTO notes VALUES ('mine')");
    }
    SqliteArchive.install(file).close();
    SqliteVectorStore.install(file).close();
    try (SqlClient sql = new SqlClient(file)) {
      assertEquals(List.of("mine"), sql.column("SELECT note FROM notes"));
      assertEquals(
          List.of("archive", "stamps", "vectors"),
          sql.column("SELECT component FROM embed_ledger ORDER BY component"));
    }
  }

  @Test
  void collidingSchemaInstallsNothing() {
    Path file = folder.file("host.db");
    try (SqlClient sql = new SqlClient(file)) {
      sql.run("CREATE TABLE messages (body TEXT)");
    }
    assertThrows(StoreException.class, () -> SqliteArchive.install(file));
    try (SqlClient sql = new SqlClient(file)) {
      assertEquals(
          List.of("messages"), sql.column("SELECT name FROM sqlite_schema WHERE type = 'table'"));
    }
  }

  @Test
  void laterVersionIsRefusedByEveryVerb() {
    Path file = folder.file("archive.db");
    SqliteArchive.install(file).close();
    try (SqlClient sql = new SqlClient(file)) {
      sql.run("INSERT INTO embed_ledger VALUES ('archive', 99, 'later')");
    }
    NewerSchemaException refused =
        assertThrows(NewerSchemaException.class, () -> SqliteArchive.install(file));
    assertEquals(99, refused.found());
    assertThrows(NewerSchemaException.class, () -> SqliteArchive.openReadOnly(file));
    SqliteVectorStore.install(file).close(); // its schema is another matter
  }

  @Test
  void openRequiresInstallation() {
    Path file = folder.file("host.db");
    List<Runnable> opens =
        List.of(
            () -> SqliteArchive.open(file),
            () -> SqliteArchive.openReadOnly(file),
            () -> SqliteMessageStore.open(file),
            () -> SqliteMessageStore.openReadOnly(file),
            () -> SqliteVectorStore.open(file),
            () -> SqliteVectorStore.openReadOnly(file));
    for (Runnable open : opens) {
      NotInstalledException refused = assertThrows(NotInstalledException.class, open::run);
      assertTrue(refused.getMessage().contains(".install"), refused::getMessage);
    }
    assertEquals(List.of(), folder.names());
    try (SqlClient sql = new SqlClient(file)) {
      sql.run("CREATE TABLE notes (note TEXT)");
    }
    opens.forEach(open -> assertThrows(NotInstalledException.class, open::run));
    assertEquals(List.of("host.db"), folder.names());
  }

  @Test
  void openWritesNoSchema() {
    Path file = folder.file("both.db");
    SqliteArchive.install(file).close();
    assertThrows(NotInstalledException.class, () -> SqliteVectorStore.open(file));
    SqliteArchive.open(file).close();
    SqliteMessageStore.open(file).close();
    try (SqlClient sql = new SqlClient(file)) {
      assertEquals(
          List.of("archive", "stamps"),
          sql.column("SELECT component FROM embed_ledger ORDER BY component"));
    }
  }

  @Test
  void uninstallDropsOnlyTheTablesOfVectors() {
    Path file = folder.file("both.db");
    SqliteArchive.install(file).close();
    List<Object> before;
    try (SqlClient sql = new SqlClient(file)) {
      before =
          new ArrayList<>(
              sql.rows(
                  "SELECT type, name, sql FROM sqlite_schema WHERE name <> 'sqlite_sequence'"
                      + " ORDER BY name"));
    }
    try (SqliteVectorStore vectors = SqliteVectorStore.install(file)) {
      fill(vectors, 1);
    }
    SqliteVectorStore.uninstall(file);
    SqliteVectorStore.uninstall(file);
    try (SqlClient sql = new SqlClient(file)) {
      assertEquals(
          before,
          sql.rows(
              "SELECT type, name, sql FROM sqlite_schema WHERE name <> 'sqlite_sequence'"
                  + " ORDER BY name"));
    }
    assertThrows(NotInstalledException.class, () -> SqliteVectorStore.open(file));
  }

  @Test
  void foreignEncodingIsRefused() {
    Path file = folder.file("utf16.db");
    try (SqlClient sql = new SqlClient(file)) {
      sql.run("PRAGMA encoding = 'UTF-16'");
      sql.run("CREATE TABLE notes (note TEXT)");
    }
    StoreException refused = assertThrows(StoreException.class, () -> SqliteArchive.install(file));
    assertTrue(refused.getMessage().contains("UTF-16"), refused::getMessage);
  }

  @Test
  void missingFolderIsNamed() {
    Path file = folder.file("missing").resolve("archive.db");
    StoreException refused = assertThrows(StoreException.class, () -> SqliteArchive.install(file));
    assertTrue(refused.getMessage().contains("folder"), refused::getMessage);
  }

  @Test
  void fileNameMayHaveSpecialCharacters() {
    String name = "a b?c#d%20e;f&mode=memory='é.db";
    try (SqliteArchive archive = SqliteArchive.install(folder.file(name))) {
      archive.store(message("1"));
    }
    assertEquals(List.of(name), folder.names());
    try (SqliteMessageStore store = SqliteMessageStore.openReadOnly(folder.file(name))) {
      assertEquals(1, store.coverage(1, Scope.ALL).live());
    }
  }

  @Test
  void errorsContainNoMessageText() {
    Path file = folder.file("archive.db");
    try (SqliteArchive archive = SqliteArchive.install(file)) {
      long id = archive.store(message("1")).id();
      try (SqlClient sql = new SqlClient(file)) {
        sql.run("DROP TABLE labels");
        sql.run("DROP TABLE message_bodies");
      }
      List<Runnable> failing =
          List.of(
              () -> archive.setLabels(id, Set.of("secret")),
              () -> archive.update(id, "secret", "secret", "secret"));
      for (Runnable write : failing) {
        Throwable cause = assertThrows(StoreException.class, write::run);
        for (; cause != null; cause = cause.getCause()) {
          assertFalse(cause.toString().contains("secret"), cause::toString);
        }
      }
      try (SqlClient sql = new SqlClient(file)) {
        assertEquals(List.of(""), sql.column("SELECT subject FROM messages"));
      }
    }
  }

  @Test
  void dropRetiredFreesSpaceForTheNextGeneration() throws IOException {
    Path file = folder.file("vectors.db");
    try (SqliteVectorStore vectors = SqliteVectorStore.install(file)) {
      fill(vectors, 1);
      vectors.lease(1).orElseThrow().close();
      vectors.forceRetire(1);
      vectors.dropRetired();
      vectors.dropRetired();
      assertEquals(List.of("vectors.db", "vectors.db-shm", "vectors.db-wal"), folder.names());
    }
    long size = Files.size(file);
    try (SqliteVectorStore vectors = SqliteVectorStore.install(file)) {
      fill(vectors, 2);
    }
    assertTrue(Files.size(file) <= size + 65_536, () -> "the file grew");
  }

  private static void fill(SqliteVectorStore vectors, long generation) {
    vectors.create(new Fingerprint("model", 256, "text", Scope.ALL), generation);
    float[] vector = new float[256];
    vector[3] = 1;
    vectors.upsert(
        generation,
        IntStream.rangeClosed(1, 1200)
            .mapToObj(
                id -> new MessageVectors(id, 1, "digest", List.of(new ChunkVector(0, 1, vector))))
            .toList());
  }
}
