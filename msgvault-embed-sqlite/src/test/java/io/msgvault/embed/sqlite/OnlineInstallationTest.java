package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.Stamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks an installation that is killed, or that writers do not wait for. */
class OnlineInstallationTest {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .source(Name.in("account"))
          .deleted("trashed", Marker.FALSE_WHILE_LIVE)
          .build();

  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("host.db");
  private SqlClient sql;

  @BeforeEach
  void create() {
    sql = new SqlClient(file);
    sql.run("PRAGMA busy_timeout = 20000");
    sql.rows("PRAGMA journal_mode = WAL");
    sql.run(
        """
        CREATE TABLE mails (
          id INTEGER PRIMARY KEY, account TEXT, title TEXT, body TEXT, trashed INTEGER DEFAULT 0,
          ext TEXT UNIQUE, CHECK (title <> ''))
        """);
  }

  @AfterEach
  void close() {
    sql.close();
    folder.close();
  }

  private void fill(int messages) {
    sql.run(
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
        INSERT INTO mails
        SELECT i * 3, 'account ' || i %% 3, 'title ' || i, 'text', i %% 10 = 0, i FROM n
        """
            .formatted(messages));
  }

  /** Installs the mapping in the file that is given, and says so before it begins. */
  public static final class Installer {
    private Installer() {}

    public static void main(String[] arguments) {
      System.out.println("ready");
      SqliteMessageStore.install(Path.of(arguments[0]), MAILS).close();
    }
  }

  private void killInstallationAfter(long millis) throws IOException, InterruptedException {
    Process installer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Installer.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals("ready", installer.inputReader().readLine());
    installer.waitFor(millis, TimeUnit.MILLISECONDS);
    installer.destroyForcibly().waitFor();
  }

  @Test
  void killedInstallationIsGoneOnWithWhileOthersWrite() throws Exception {
    fill(20_000);
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> write(done), task -> new Thread(task).start());
    try {
      Random random = new Random(15);
      for (int i = 0; i < 3; i++) {
        killInstallationAfter(random.nextInt(700));
      }
      SqliteMessageStore.install(file, MAILS).close();
    } finally {
      done.set(true);
    }
    writer.join();
    requireExact();
  }

  /** Writes in every way, at random places, also where nothing is filled yet. */
  private void write(AtomicBoolean done) {
    Random random = new Random(7);
    try (SqlClient client = new SqlClient(file)) {
      client.run("PRAGMA busy_timeout = 20000");
      client.run("PRAGMA synchronous = OFF"); // the disk's time would be the lock's
      for (int i = 0; !done.get(); i++) {
        LockSupport.parkNanos(2_000_000); // SQLite's locks are not fair to those that wait
        long id = 1L + random.nextInt(60_000);
        switch (i % 7) {
          case 0 -> client.run("INSERT OR IGNORE INTO mails (id, account) VALUES (?, 'new')", id);
          case 1 -> client.run("UPDATE mails SET body = body || '.' WHERE id = ?", id);
          case 2 -> client.run("UPDATE mails SET trashed = NOT trashed WHERE id = ?", id);
          case 3 -> client.run("UPDATE mails SET account = 'moved' WHERE id = ?", id);
          case 4 -> client.run("DELETE FROM mails WHERE id = ?", id);
          case 5 -> client.run("UPDATE OR IGNORE mails SET id = ? WHERE id = ?", id, id + 1);
          default ->
              client.run(
                  "REPLACE INTO mails (id, account, ext) VALUES (?, 'other', ?)", id, id % 1000);
        }
      }
    }
  }

  private void requireExact() {
    assertEquals(List.of(), SqliteMessageStore.validate(file, MAILS));
    try (SqliteMessageStore store = SqliteMessageStore.open(file, MAILS)) {
      assertEquals(0, store.miscounted());
      long live = sql.number("SELECT count(*) FROM mails WHERE NOT trashed").orElseThrow();
      assertEquals(live, store.coverage(1, Scope.ALL).live());
      assertEquals(live, store.coverage(1, Scope.ALL).missing());
      assertEquals(live, store.needingWork(1, Scope.ALL, 0, 1_000_000).size());
    }
  }

  @Test
  void storeOpensOnceInstallationHasEnded() {
    fill(10);
    SqliteMessageStore.install(file, MAILS).close();
    sql.run("UPDATE embed_archive SET filled_to = 12");
    sql.run("DELETE FROM embed_stamps WHERE id > 12");
    IncompatibleTablesException refused =
        assertThrows(IncompatibleTablesException.class, () -> SqliteMessageStore.open(file, MAILS));
    assertTrue(refused.getMessage().contains("call SqliteMessageStore.install"));
    assertEquals(refused.problems(), SqliteMessageStore.validate(file, MAILS));
    SqliteMessageStore.install(file, MAILS).close();
    requireExact();
  }

  /** The host's own table is neither altered nor written, and so is free all the time. */
  @Test
  void hostsTableKeepsItsColumnsAndRows() {
    fill(10);
    List<Object> before = new ArrayList<>(sql.rows("SELECT * FROM mails"));
    Object table = sql.column("SELECT sql FROM sqlite_schema WHERE name = 'mails'").get(0);
    try (SqliteMessageStore store = SqliteMessageStore.install(file, MAILS)) {
      for (MessageRevision message : store.needingWork(1, Scope.ALL, 0, 100)) {
        store.stamp(
            1, List.of(new Stamp(message.messageId(), message.revision(), new Stamp.Blank())));
      }
    }
    assertEquals(before, sql.rows("SELECT * FROM mails"));
    assertEquals(table, sql.column("SELECT sql FROM sqlite_schema WHERE name = 'mails'").get(0));
  }

  @Test
  void completeInstallationWritesNothing() {
    fill(10);
    SqliteMessageStore.install(file, MAILS).close();
    long version = sql.number("PRAGMA data_version").orElseThrow();
    SqliteMessageStore.install(file, MAILS).close();
    assertEquals(version, sql.number("PRAGMA data_version").orElseThrow());
  }

  /** Triggers were off for a while: every message is read again, and removals stay known. */
  @Test
  void lostTriggerFillsAgain() {
    fill(10);
    try (SqliteMessageStore store = SqliteMessageStore.install(file, MAILS)) {
      List<MessageRevision> all = store.needingWork(1, Scope.ALL, 0, 100);
      all.forEach(
          message ->
              store.stamp(
                  1,
                  List.of(new Stamp(message.messageId(), message.revision(), new Stamp.Blank()))));
      sql.run("DROP TRIGGER embed_message_update");
      sql.run("DELETE FROM mails WHERE id = 30");
      SqliteMessageStore.install(file, MAILS).close();
      List<MessageRevision> again = store.needingWork(1, Scope.ALL, 0, 100);
      assertEquals(all.size(), again.size());
      assertTrue(again.get(0).revision() > all.get(all.size() - 1).revision());
    }
    requireExact();
  }
}
