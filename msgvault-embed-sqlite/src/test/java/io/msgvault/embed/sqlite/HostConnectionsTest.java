package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.Collation;
import org.sqlite.Function;

/** Checks schemas that use what only the host's own connections know, or that forbid a stamp. */
class HostConnectionsTest {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id").subject("title").text("body").build();

  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("host.db");

  @AfterEach
  void close() {
    folder.close();
  }

  /** What a host registers on each of its connections. */
  private static void prepare(Connection connection) throws SQLException {
    Collation.create(
        connection,
        "LOCALIZED",
        new Collation() {
          @Override
          protected int xCompare(String one, String other) {
            return one.compareToIgnoreCase(other);
          }
        });
    Function.create(
        connection,
        "norm",
        new Function() {
          @Override
          protected void xFunc() throws SQLException {
            result(String.valueOf(value_text(0)).toLowerCase(Locale.ROOT));
          }
        },
        1,
        Function.FLAG_DETERMINISTIC);
  }

  private void createMails(String... statements) throws SQLException {
    try (Connection host = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = host.createStatement()) {
      prepare(host);
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
    }
  }

  private static final String INSERT =
      "INSERT INTO mails (title, body) VALUES ('Boiler', 'the boiler'), ('Garden', 'the garden')";

  private static final String TABLE =
      "CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT, body TEXT, seen TEXT)";

  private RunOutcome run(SqliteMessageStore messages) {
    try (SqliteVectorStore vectors = SqliteVectorStore.install(folder.file("vectors.db"))) {
      return EmbedJob.builder(messages, vectors, new HashEmbedder()).build().runOnce();
    }
  }

  // Collations, functions and modules

  /** What the library reads and writes needs none of these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT COLLATE LOCALIZED, body TEXT)",
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT, body TEXT, ext TEXT COLLATE"
            + " LOCALIZED UNIQUE)",
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT CHECK (norm(title) <> ''), body"
            + " TEXT)"
      })
  void storeNeedsNothingThatOnlyHostsWritesUse(String schema) throws SQLException {
    createMails(schema, INSERT);
    assertEquals(1, SqliteMessageStore.validate(file, MAILS).size());
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, MAILS)) {
      assertInstanceOf(RunOutcome.Completed.class, run(messages));
      createMails(
          "UPDATE mails SET title = 'Attic' WHERE id = 1", "DELETE FROM mails WHERE id = 2");
      assertEquals(1, messages.coverage(1, Scope.ALL).missing());
    }
    assertEquals(List.of(), SqliteMessageStore.validate(file, MAILS));
    SqliteMessageStore.uninstall(file, MAILS);
    assertEquals(1, SqliteMessageStore.validate(file, MAILS).size());
  }

  @Test
  void filterThatLacksCollationNamesRemedy() throws SQLException {
    createMails(
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, body TEXT, account TEXT COLLATE LOCALIZED)",
        "CREATE INDEX mails_account ON mails (account)",
        "INSERT INTO mails VALUES (1, 'heron', 'one'), (2, 'crane', 'other')");
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id").text("body").type("account").build();
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, mapping)) {
      MessageFilter filter = MessageFilter.builder().types(List.of("one")).build();
      assertEquals(List.of(1L), messages.findMatching(filter, 10).orElseThrow());
    }
  }

  @Test
  void filterUsesCollationOfHost() throws SQLException {
    createMails(
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, body TEXT, account TEXT COLLATE LOCALIZED)",
        "INSERT INTO mails VALUES (1, 'heron', 'Élan'), (2, 'crane', 'other')");
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id").text("body").source(Name.in("account")).build();
    try (SqliteMessageStore messages =
        SqliteMessageStore.builder(file, mapping)
            .connectionSetup(HostConnectionsTest::prepare)
            .install()) {
      MessageFilter filter = MessageFilter.builder().sources(List.of("Élan")).build();
      assertEquals(List.of(1L), messages.findMatching(filter, 10).orElseThrow());
    }
  }

  // Triggers of the host's

  /** The library updates no row of the host's, so none of these ever runs for a stamp. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEFORE UPDATE ON mails BEGIN SELECT raise(ABORT, 'mails are append-only'); END",
        "BEFORE UPDATE ON mails BEGIN SELECT raise(IGNORE); END",
        "AFTER UPDATE ON mails BEGIN SELECT norm(NEW.title); END",
        "AFTER UPDATE ON mails BEGIN INSERT INTO missing VALUES (1); END"
      })
  void triggerForUpdatesIsInNoOnesWay(String trigger) throws SQLException {
    createMails(TABLE, INSERT, "CREATE TRIGGER host " + trigger);
    try (SqliteMessageStore messages = SqliteMessageStore.install(file, MAILS)) {
      RunOutcome.Completed outcome = assertInstanceOf(RunOutcome.Completed.class, run(messages));
      assertEquals(2, outcome.counts().embedded());
    }
    assertEquals(List.of(), SqliteMessageStore.validate(file, MAILS));
  }

  // Set-up

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void setupThatLeavesTransactionIsRefused(boolean byDriver) throws SQLException {
    createMails(TABLE);
    StoreException refused =
        assertThrows(
            StoreException.class,
            () ->
                SqliteMessageStore.builder(file, MAILS)
                    .connectionSetup(
                        connection -> {
                          if (byDriver) {
                            connection.setAutoCommit(false);
                          } else {
                            try (Statement statement = connection.createStatement()) {
                              statement.execute("BEGIN");
                            }
                          }
                        })
                    .install());
    assertTrue(refused.getMessage().contains("auto-commit"), refused::getMessage);
  }

  @Test
  void setupThatFailsIsReported() throws SQLException {
    createMails(TABLE);
    StoreException refused =
        assertThrows(
            StoreException.class,
            () ->
                SqliteMessageStore.builder(file, MAILS)
                    .connectionSetup(
                        connection -> {
                          throw new SQLException("the extension is not there");
                        })
                    .install());
    assertTrue(refused.getMessage().contains("the extension is not there"), refused::getMessage);
  }
}
