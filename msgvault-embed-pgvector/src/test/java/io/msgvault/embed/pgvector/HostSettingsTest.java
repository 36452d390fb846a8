package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests settings of the driver and of the server that a host may have. */
class HostSettingsTest {
  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "options=-c%20standard_conforming_strings=off",
        "options=-c%20standard_conforming_strings=off%20-c%20backslash_quote=off",
        "options=-c%20default_transaction_isolation=serializable",
        "options=-c%20search_path=pg_catalog",
        "options=-c%20DateStyle=German%20-c%20IntervalStyle=sql_standard%20-c%20bytea_output=escape",
        "options=-c%20extra_float_digits=-15",
        "options=-c%20array_nulls=off",
        "options=-c%20default_text_search_config=simple%20-c%20xmloption=document",
        "preferQueryMode=simple",
        "preferQueryMode=extendedForPrepared",
        "preferQueryMode=extendedCacheEverything",
        "prepareThreshold=-1",
        "prepareThreshold=0",
        "prepareThreshold=1",
        "binaryTransfer=false",
        "stringtype=unspecified",
        "autosave=always",
        "reWriteBatchedInserts=true",
        "defaultRowFetchSize=1"
      })
  void everythingWorks(String setting) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(PgStorageOpener.dataSource(TestDatabase.url() + '&' + setting));
    config.setMinimumIdle(1);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      TestDatabase.useEverything(pool, schema);
      TestDatabase.drop(schema);
      requireRunsAndSearches(pool);
      TestDatabase.drop(schema);
      TestMappings.UNUSUAL.install(pool, schema);
      assertEquals(
          List.of(), PgMessageStore.validate(pool, schema, TestMappings.UNUSUAL.mapping()));
    }
  }

  private void requireRunsAndSearches(DataSource dataSource) {
    MailIndex.fill(dataSource, schema, 5);
    String accented = "Zo\u00eb's \u00dcber-Plan C:\\new\\table";
    try (PgArchive archive = PgArchive.install(dataSource, schema);
        MailIndex index = new MailIndex(dataSource, schema);
        PgWordIndex words = PgWordIndex.install(dataSource, schema);
        EmbedJob job = index.builder(new HashEmbedder()).words(words).build()) {
      long id = archive.store(NewMessage.builder("main", "x\\'y").subject(accented).build()).id();
      assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
      assertEquals(BackstopFindings.NONE, job.verify());
      assertEquals(id, archive.find("main", "x\\'y").orElseThrow());
      assertEquals(accented, index.messages.find(List.of(id), 9).get(0).subject());
      assertEquals(
          List.of(id),
          words.search(WordQuery.parse("zoe uber table", words.analyzer()), 9).stream()
              .map(WordHit::messageId)
              .toList());
      assertEquals(
          Set.of(id),
          index.messages.filterIds(
              List.of(id), MessageFilter.builder().subjectContains("c:\\new\\table").build()));
      assertEquals(
          6, index.messages.coverage(1, new Scope(Set.of("email"), Set.of("main"))).embedded());
      Searcher searcher =
          Searcher.builder(index.messages, index.vectors, new HashEmbedder()).words(words).build();
      for (SearchMode mode : SearchMode.values()) {
        SearchResult found = searcher.search(SearchRequest.of("number word3").withMode(mode));
        long best = found.hits().get(0).messageId();
        assertEquals("number 3", index.messages.find(List.of(best), 9).get(0).subject());
      }
    }
  }

  /** The server ends sessions that are idle for longer than a batch takes. */
  @Test
  void leaseOutlivesIdleSessionTimeout() throws Exception {
    DataSource impatient =
        PgStorageOpener.dataSource(TestDatabase.url() + "&options=-c%20idle_session_timeout=2000");
    try (PgVectorStore vectors = PgVectorStore.install(impatient, schema)) {
      vectors.create(TestDatabase.fingerprint(3), 1);
      try (Lease lease = vectors.lease(1).orElseThrow();
          Handle idle = Jdbi.create(impatient).open()) {
        awaitEnd(idle);
        assertTrue(lease.isHeld());
      }
    }
  }

  /** Returns once the server has ended a session for being idle. */
  private static void awaitEnd(Handle idle) {
    int pid = idle.createQuery("SELECT pg_backend_pid()").mapTo(Integer.class).one();
    while (TestDatabase.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = :pid)")
                    .bind("pid", pid)
                    .mapTo(Boolean.class)
                    .one())) {
      Thread.onSpinWait();
    }
  }
}
