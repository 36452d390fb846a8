package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.JdbcHostTransaction;
import io.msgvault.embed.text.WordAnalyzer;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how stores use the host's connections, and what they do when these break. */
class ConnectionsTest {
  private final String schema = TestDatabase.acquireArchive();

  @AfterEach
  void release() {
    TestDatabase.dropIndex(schema);
    TestDatabase.releaseArchive(schema);
  }

  @Test
  void connectionsWithoutAutoCommitAreRefused() throws Exception {
    try (HikariDataSource pool = pool(config -> config.setAutoCommit(false))) {
      requireRefusal(pool, "auto-commit off");
      try (Connection connection = pool.getConnection()) {
        assertFalse(connection.getAutoCommit());
      }
    }
  }

  @Test
  void connectionInBegunTransactionIsRefused() {
    try (HikariDataSource pool = pool(config -> config.setConnectionInitSql("BEGIN"))) {
      requireRefusal(pool, "in a transaction of yours");
    }
  }

  /** Requires that nothing can be done over a data source, and that the remedy is named. */
  private void requireRefusal(DataSource dataSource, String cause) {
    ArchiveMapping mapping = TestMappings.SINGLE_TABLE.mapping();
    List<Executable> calls =
        List.of(
            () -> PgArchive.install(dataSource, schema),
            () -> PgArchive.open(dataSource, schema),
            () -> PgArchive.openReadOnly(dataSource, schema),
            () -> PgMessageStore.install(dataSource, schema),
            () -> PgMessageStore.open(dataSource, schema),
            () -> PgMessageStore.install(dataSource, schema, mapping),
            () -> PgMessageStore.openReadOnly(dataSource, schema, mapping),
            () -> PgMessageStore.validate(dataSource, schema, mapping),
            () -> PgMessageStore.uninstall(dataSource, schema, mapping),
            () -> PgVectorStore.install(dataSource, schema),
            () -> PgVectorStore.open(dataSource, schema),
            () -> PgVectorStore.uninstall(dataSource, schema),
            () -> PgWordIndex.install(dataSource, schema),
            () -> PgWordIndex.open(dataSource, schema),
            () -> PgWordIndex.openReadOnly(dataSource, schema),
            () -> PgWordIndex.uninstall(dataSource, schema));
    for (Executable call : calls) {
      StoreException refusal = assertThrows(StoreException.class, call);
      assertTrue(refusal.getMessage().contains(cause), refusal::getMessage);
      assertTrue(refusal.getMessage().contains("TransactionAware"), refusal::getMessage);
    }
  }

  @Test
  void callsWithinHostsTransactionAreRefused() {
    try (HostTransaction<PgArchive> host =
        JdbcHostTransaction.begin(TestDatabase.pool(), source -> PgArchive.open(source, schema))) {
      NewMessage message = NewMessage.builder("main", "1").text("text").build();
      List<Executable> calls =
          List.of(
              () -> host.store().store(message),
              () -> host.store().update(1, "", "", ""),
              () -> host.store().setLabels(1, Set.of()),
              () -> host.store().delete(1, Instant.EPOCH),
              () -> host.store().restore(1),
              () -> host.store().find("main", "1"),
              () -> host.store().headers(List.of(1L)),
              () -> host.store().archiveId());
      for (Executable call : calls) {
        assertThrows(StoreException.class, call);
        assertTrue(host.isOpen());
      }
    }
  }

  @Test
  void wordsWithinHostsTransactionAreRefused() {
    PgWordIndex.install(TestDatabase.pool(), schema).close();
    try (HostTransaction<PgWordIndex> host =
        JdbcHostTransaction.begin(
            TestDatabase.pool(), source -> PgWordIndex.open(source, schema))) {
      MessageWords message = new MessageWords(1, 1, Map.of(WordField.BODY, "tea"));
      WordQuery query = WordQuery.parse("tea", WordAnalyzer.english());
      List<Executable> calls =
          List.of(
              () -> host.store().bind(new UUID(1, 2)),
              () -> host.store().archive(),
              () -> host.store().upsert(List.of(message)),
              () -> host.store().delete(List.of(1L)),
              () -> host.store().compact(),
              () -> host.store().size(),
              () -> host.store().entries(0, 1),
              () -> host.store().entries(List.of(1L)),
              () -> host.store().lastRun(),
              () -> host.store().recordRun(1),
              () -> host.store().search(query, 1),
              () -> host.store().search(query, 1, List.of(1L)),
              () -> host.store().statistics(List.of()));
      for (Executable call : calls) {
        assertThrows(StoreException.class, call);
        assertTrue(host.isOpen());
      }
    } finally {
      PgWordIndex.uninstall(TestDatabase.pool(), schema);
    }
  }

  @Test
  void storesWorkOverSerializableConnections() {
    try (HikariDataSource pool =
        pool(config -> config.setTransactionIsolation("TRANSACTION_SERIALIZABLE"))) {
      TestDatabase.useEverything(pool, schema);
    }
  }

  @Test
  void connectionsAreReturnedUnchanged() {
    try (HikariDataSource pool =
        pool(
            config -> {
              config.setMaximumPoolSize(3);
              config.setConnectionInitSql(
                  "SET statement_timeout = '20s'; SET lock_timeout = '10s'");
            })) {
      Map<String, String> before = state(pool);
      TestDatabase.useEverything(pool, schema);
      assertEquals(before, state(pool));
    }
  }

  /** Returns the settings of the sessions, and other state that a session may keep. */
  private static Map<String, String> state(HikariDataSource pool) {
    Map<String, String> state = new TreeMap<>();
    try (Handle one = Jdbi.create(pool).open();
        Handle other = Jdbi.create(pool).open();
        Handle third = Jdbi.create(pool).open()) {
      addState(state, "one ", one);
      addState(state, "other ", other);
      addState(state, "third ", third);
    }
    return state;
  }

  private static void addState(Map<String, String> state, String session, Handle handle) {
    handle
        .createQuery(
            """
            SELECT name, setting FROM pg_settings
                        WHERE source = 'session' AND name NOT LIKE 'transaction%'
            UNION ALL SELECT 'lock', locktype FROM pg_locks
                       WHERE pid = pg_backend_pid() AND locktype = 'advisory'
            UNION ALL SELECT 'temporary', relname FROM pg_class WHERE relpersistence = 't'""")
        .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(entry -> state.put(session + entry.getKey(), entry.getValue()));
  }

  @Test
  void brokenConnectionFreesLease() {
    DataSource named =
        PgStorageOpener.dataSource(TestDatabase.url() + "&ApplicationName=" + schema);
    try (PgVectorStore vectors = PgVectorStore.builder(named, schema).install();
        PgVectorStore other = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      vectors.create(TestDatabase.fingerprint(3), 1);
      try (Lease lease = vectors.lease(1).orElseThrow()) {
        assertTrue(lease.isHeld());
        assertTrue(other.lease(1).isEmpty());
        TestDatabase.terminate(schema);
        assertFalse(lease.isHeld());
        String cause = lease.lossCause().orElseThrow();
        assertTrue(cause.contains("the server ended the session"), cause);
        try (Lease next = other.lease(1).orElseThrow()) {
          assertTrue(next.isHeld());
          assertTrue(vectors.lease(1).isEmpty());
        }
      }
    }
  }

  @Test
  void brokenConnectionFreesSharedLeaseAndStripes() {
    DataSource named =
        PgStorageOpener.dataSource(TestDatabase.url() + "&ApplicationName=" + schema);
    try (PgVectorStore vectors = PgVectorStore.builder(named, schema).install();
        PgVectorStore other = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      vectors.create(TestDatabase.fingerprint(3), 1);
      try (SharedLease share = vectors.sharedLease(1).orElseThrow();
          Lease claim = share.claim(1).orElseThrow();
          SharedLease next = other.sharedLease(1).orElseThrow()) {
        assertTrue(share.isHeld() && claim.isHeld());
        assertTrue(next.claim(1).isEmpty());
        TestDatabase.terminate(schema);
        assertFalse(share.isHeld() || claim.isHeld());
        assertTrue(next.claim(1).orElseThrow().isHeld());
        assertTrue(next.tryExclusive().isPresent());
      }
    }
  }

  @Test
  void closingStoreReturnsLeasesToPool() {
    try (HikariDataSource pool = pool(config -> config.setMaximumPoolSize(3))) {
      PgVectorStore vectors = PgVectorStore.builder(pool, schema).install();
      vectors.create(TestDatabase.fingerprint(3), 1);
      Lease lease = vectors.lease(1).orElseThrow();
      assertEquals(1, pool.getHikariPoolMXBean().getActiveConnections());
      vectors.close();
      assertFalse(lease.isHeld());
      assertEquals(0, pool.getHikariPoolMXBean().getActiveConnections());
      lease.close();
    }
  }

  /**
   * The lease takes one, whatever the run does one after the other takes another, and the third is
   * for the lease of the generation that serves while another one is built.
   */
  @Test
  void poolOfThreeIsEnoughForJob() {
    MailIndex.fill(TestDatabase.pool(), schema, 40);
    try (HikariDataSource pool =
            pool(
                config -> config.setMaximumPoolSize(3),
                config -> config.setConnectionTimeout(5_000));
        MailIndex index = new MailIndex(pool, schema);
        EmbedJob job = index.builder(new HashEmbedder()).build()) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      TestMapping.script(pool, "DELETE FROM %s.messages WHERE id <= 3".formatted(schema));
      assertInstanceOf(RunOutcome.Completed.class, job.rebuild());
      assertEquals(List.of(), index.messages.removed(0, 10));
      assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
      index.requireExact();
    }
  }

  @Test
  void poolThatIsTooSmallIsNamed() throws Exception {
    try (HikariDataSource pool =
            pool(
                config -> config.setMaximumPoolSize(3),
                config -> config.setConnectionTimeout(250));
        PgVectorStore vectors = PgVectorStore.install(pool, schema)) {
      vectors.create(TestDatabase.fingerprint(3), 1);
      try (Lease lease = vectors.lease(1).orElseThrow();
          Connection second = pool.getConnection();
          Connection third = pool.getConnection()) {
        assertTrue(lease.isHeld() && !second.isClosed() && !third.isClosed());
        StoreException refusal = assertThrows(StoreException.class, vectors::generations);
        for (String part :
            List.of("no connection within 0 s: the pool has 3", "1 more for its lease", "larger")) {
          assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
        }
      }
      assertEquals(1, vectors.generations().size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void smallPoolServesSearchesButNoJob(int size) {
    PgVectorStore.install(TestDatabase.pool(), schema).close();
    try (HikariDataSource pool =
        pool(
            config -> config.setMaximumPoolSize(size),
            config -> config.setConnectionTimeout(250))) {
      for (Executable opening :
          List.<Executable>of(
              () -> PgVectorStore.open(pool, schema), () -> PgVectorStore.install(pool, schema))) {
        PoolTooSmallException refusal = assertThrows(PoolTooSmallException.class, opening);
        assertTrue(refusal.getMessage().contains("make the pool larger"), refusal::getMessage);
      }
      assertEquals(0, pool.getHikariPoolMXBean().getActiveConnections());
      try (PgVectorStore vectors = PgVectorStore.openReadOnly(pool, schema)) {
        assertEquals(List.of(), vectors.generations());
      }
    }
  }

  /** A pool that can't reach the server waits in vain, too, but not for want of connections. */
  @Test
  void unreachableServerIsNotTakenForSmallPool() {
    try (HikariDataSource pool =
        pool(
            config -> config.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/none"),
            config -> config.setConnectionTimeout(250),
            config -> config.setInitializationFailTimeout(-1))) {
      StoreException failure =
          assertThrows(StoreException.class, () -> PgVectorStore.open(pool, schema));
      assertTrue(failure.getMessage().contains("could not be made"), failure::getMessage);
    }
  }

  @Test
  void connectionBrokenMidwayChangesNothing() throws Exception {
    DataSource named =
        PgStorageOpener.dataSource(TestDatabase.url() + "&ApplicationName=" + schema);
    long id = PgArchive.install(named, schema).store(NewMessage.builder("main", "1").build()).id();
    try (PgMessageStore messages = PgMessageStore.open(named, schema);
        Handle host = TestDatabase.jdbi().open()) {
      long revision = messages.find(List.of(id), 1).get(0).revision();
      host.begin();
      host.execute("UPDATE %s.messages SET size_bytes = 1".formatted(schema));
      CompletableFuture<Set<Long>> stamping =
          OwnThread.supply(
              () -> messages.stamp(1, List.of(new Stamp(id, revision, new Stamp.Embedded()))));
      TestDatabase.awaitLockWait(schema);
      TestDatabase.terminate(schema);
      ExecutionException failure = assertThrows(ExecutionException.class, stamping::get);
      assertTrue(failure.getCause() instanceof StoreException, () -> "" + failure.getCause());
      host.rollback();
      assertEquals(1, messages.coverage(1, Scope.ALL).missing());
    }
  }

  @SafeVarargs
  private static HikariDataSource pool(Consumer<HikariConfig>... settings) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(TestDatabase.url());
    config.setMaximumPoolSize(4);
    for (Consumer<HikariConfig> setting : settings) {
      setting.accept(config);
    }
    return new HikariDataSource(config);
  }
}
