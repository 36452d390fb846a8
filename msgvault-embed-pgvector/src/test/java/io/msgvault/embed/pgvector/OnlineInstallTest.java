package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.archive.ArchiveInstaller;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.NotInstalledException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests installations over a table that others use, and that are interrupted. */
class OnlineInstallTest {
  static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .deleted("trashed", ArchiveMapping.Marker.FALSE_WHILE_LIVE)
          .source(ArchiveMapping.Name.in("account"))
          .build();

  private static final int MESSAGES = 20_000;
  private static final String ORDINARY = "";
  private static final String PARTITIONED = "PARTITION BY HASH (id)";

  private final String schema = TestDatabase.freshName();
  private final DataSource named =
      PgStorageOpener.dataSource(TestDatabase.url() + "&ApplicationName=" + schema);

  @BeforeEach
  void createSchema() {
    TestDatabase.server("CREATE SCHEMA " + schema);
  }

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  private void create(String partitioning, int messages) {
    execute(
        """
        CREATE TABLE mails (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          account text, title text, trashed boolean NOT NULL DEFAULT false
        ) %s;
        %s
        INSERT INTO mails (account, title, trashed)
        SELECT 'a' || i %% 3, 'mail ' || i, i %% 7 = 0 FROM generate_series(1, %d) AS i"""
            .formatted(
                partitioning,
                partitioning.isEmpty()
                    ? ""
                    : """
                      CREATE TABLE mails_0 PARTITION OF mails FOR VALUES WITH (MODULUS 2, REMAINDER 0)
                        PARTITION BY HASH (id);
                      CREATE TABLE mails_00 PARTITION OF mails_0 FOR VALUES WITH (MODULUS 3, REMAINDER 0);
                      CREATE TABLE mails_01 PARTITION OF mails_0 FOR VALUES WITH (MODULUS 3, REMAINDER 1);
                      CREATE TABLE mails_02 PARTITION OF mails_0 FOR VALUES WITH (MODULUS 3, REMAINDER 2);
                      CREATE TABLE mails_1 PARTITION OF mails FOR VALUES WITH (MODULUS 2, REMAINDER 1);""",
                messages));
  }

  @Test
  void installedTableIsNotReadAgain() {
    create(ORDINARY, 10);
    install();
    try (Handle host = TestDatabase.jdbi().open()) {
      host.begin();
      host.execute("LOCK TABLE %s.mails IN ACCESS EXCLUSIVE MODE".formatted(schema));
      assertTimeoutPreemptively(Duration.ofSeconds(30), this::install);
      host.rollback();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ORDINARY, PARTITIONED})
  void writersPassWhileTransactionOfHostIsWaitedFor(String partitioning) throws Exception {
    create(partitioning, 10);
    CompletableFuture<Void> installing;
    try (Handle host = TestDatabase.jdbi().open()) {
      host.begin();
      host.execute(
          "INSERT INTO %s.mails (title) VALUES ('in a long transaction')".formatted(schema));
      installing = OwnThread.run(this::install);
      for (int i = 0; i < 5; i++) {
        TestDatabase.awaitLockWait(schema);
        execute(
            "SET LOCAL statement_timeout = '5s'; INSERT INTO mails (title) VALUES ('meanwhile')");
      }
      assertFalse(installing.isDone());
      host.commit();
    }
    installing.get();
    requireInstalled();
  }

  @Test
  void givesUpInTheEndAndNamesTheSession() {
    create(ORDINARY, 10);
    try (Handle host = TestDatabase.jdbi().open()) {
      host.begin();
      host.execute("SET LOCAL application_name = 'nightly report'");
      host.execute("SELECT count(*) FROM %s.mails".formatted(schema));
      int pid = host.createQuery("SELECT pg_backend_pid()").mapTo(Integer.class).one();
      ArchiveInstaller impatient =
          ArchiveInstaller.of(new Database(named, schema), MAILS)
              .withPatience(Duration.ofSeconds(1));
      TablesInUseException failure = assertThrows(TablesInUseException.class, impatient::install);
      assertTrue(
          failure.getMessage().contains("pid " + pid + " (nightly report"), failure::getMessage);
      host.rollback();
    }
    assertThrows(NotInstalledException.class, this::open);
    install();
    requireInstalled();
  }

  @Test
  void indexOfInterruptedBuildIsBuiltAnew() {
    create(ORDINARY, 10);
    install();
    execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'embed_scan'::regclass");
    execute("DELETE FROM embed_ledger WHERE component = 'stamps'");
    List<String> problems = PgMessageStore.validate(named, schema, MAILS);
    assertTrue(problems.toString().contains("the index embed_scan is missing"), problems::toString);
    assertThrows(NotInstalledException.class, this::open);
    install();
    requireInstalled();
  }

  @Test
  void interruptedInstallationIsRemoved() {
    create(ORDINARY, 10);
    install();
    execute("DROP INDEX embed_scan; DELETE FROM embed_ledger WHERE component = 'stamps'");
    PgMessageStore.uninstall(named, schema, MAILS);
    assertEquals(
        List.of("id", "account", "title", "trashed"),
        TestDatabase.jdbi()
            .withHandle(
                handle ->
                    handle
                        .select(
                            """
                            SELECT attname FROM pg_attribute
                             WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
                             ORDER BY attnum""",
                            schema + ".mails")
                        .mapTo(String.class)
                        .list()));
    install();
    requireInstalled();
  }

  @ParameterizedTest
  @ValueSource(strings = {ORDINARY, PARTITIONED})
  void countsAreExactWhileOthersWriteAndInstall(String partitioning) throws Exception {
    create(partitioning, MESSAGES);
    try (HostWriter writer = new HostWriter(schema)) {
      List<CompletableFuture<Void>> installers =
          List.of(OwnThread.run(this::install), CompletableFuture.runAsync(this::install));
      for (CompletableFuture<Void> installer : installers) {
        installer.get(5, TimeUnit.MINUTES);
      }
      writer.awaitMore(20);
    }
    requireInstalled();
  }

  /** Ends the session of the installation, at moments of any step. */
  @ParameterizedTest
  @ValueSource(strings = {ORDINARY, PARTITIONED})
  void installationWhoseSessionEndsGoesOn(String partitioning) throws Exception {
    create(partitioning, MESSAGES);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (HostWriter writer = new HostWriter(schema)) {
      long start = System.nanoTime();
      install();
      long whole = System.nanoTime() - start;
      PgMessageStore.uninstall(named, schema, MAILS);
      for (int interrupted = 0; interrupted < 6; ) {
        start = System.nanoTime();
        CompletableFuture<Void> installing = OwnThread.run(this::install);
        TimeUnit.NANOSECONDS.sleep(random.nextLong(whole));
        TestDatabase.terminate(schema);
        try {
          installing.get(5, TimeUnit.MINUTES);
          whole = Math.min(whole, System.nanoTime() - start); // the first ones take longest
          PgMessageStore.uninstall(named, schema, MAILS);
        } catch (ExecutionException e) {
          assertTrue(e.getCause() instanceof StoreException, () -> seed + ": " + e);
          interrupted++;
        }
      }
      install();
      writer.awaitMore(20);
    }
    requireInstalled();
  }

  /** Kills the process that installs. */
  @Test
  void installationOfKilledProcessGoesOn() throws Exception {
    create(ORDINARY, MESSAGES);
    Random random = new Random();
    try (HostWriter writer = new HostWriter(schema)) {
      for (int i = 0; i < 3; i++) {
        Process process =
            new ProcessBuilder(
                    System.getProperty("java.home") + "/bin/java",
                    "-cp",
                    System.getProperty("java.class.path"),
                    InstallingProcess.class.getName(),
                    TestDatabase.url(),
                    schema)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals('>', process.getInputStream().read()); // it is about to install
        TimeUnit.MILLISECONDS.sleep(random.nextInt(800));
        process.destroyForcibly().waitFor();
      }
      install();
      writer.awaitMore(20);
    }
    requireInstalled();
  }

  private void install() {
    PgMessageStore.install(named, schema, MAILS).close();
  }

  private PgMessageStore open() {
    return PgMessageStore.open(named, schema, MAILS);
  }

  private void execute(String script) {
    TestMapping.script(
        TestDatabase.pool(), "SET LOCAL search_path = %s; %s".formatted(schema, script));
  }

  /** Requires that all is there and in order, and that each live message is counted and found. */
  private void requireInstalled() {
    assertEquals(List.of(), PgMessageStore.validate(named, schema, MAILS));
    try (PgMessageStore messages = open()) {
      assertEquals(0, messages.miscounted());
      int live = messages.live(Scope.ALL, 0, 1_000_000).size();
      assertEquals(live, messages.coverage(1, Scope.ALL).live());
      assertEquals(live, messages.needingWork(1, Scope.ALL, 0, 1_000_000).size());
      TestDatabase.settle(messages, 1);
      assertTrue(messages.coverage(1, Scope.ALL).complete());
      assertEquals(0, messages.miscounted());
    }
  }
}
