package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.IncompatibleTablesException;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

  static Stream<Arguments> hostsOwn() {
    return Stream.of(
        Arguments.of(
            "",
            "CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT COLLATE LOCALIZED, body TEXT)"),
        Arguments.of(
            "collation sequence: LOCALIZED",
            "CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT, body TEXT, ext TEXT COLLATE"
                + " LOCALIZED UNIQUE)"),
        Arguments.of(
            "function: norm",
            "CREATE TABLE mails (id INTEGER PRIMARY KEY, title TEXT CHECK (norm(title) <> ''), body"
                + " TEXT)"),
        Arguments.of(
            "function: norm",
            TABLE
                + "; CREATE TRIGGER t AFTER UPDATE ON mails BEGIN UPDATE mails SET seen ="
                + " norm(NEW.title) WHERE id = NEW.id AND seen IS NOT norm(NEW.title); END"),
        Arguments.of(
            "collation sequence: LOCALIZED",
            TABLE
                + "; CREATE TRIGGER t AFTER UPDATE ON mails WHEN NEW.seen = 'x' COLLATE LOCALIZED"
                + " BEGIN SELECT 1; END"));
  }

  /** Nothing is embedded before a refusal, and a host that gives its own is never refused. */
  @ParameterizedTest
  @MethodSource("hostsOwn")
  void whatConnectionsLackIsFoundBeforeEmbedding(String lacking, String schema)
      throws SQLException {
    createMails(schema, INSERT);
    List<String> found = SqliteMessageStore.validate(file, MAILS);
    if (lacking.isEmpty()) {
      assertEquals(1, found.size(), found::toString);
      try (SqliteMessageStore messages = SqliteMessageStore.install(file, MAILS)) {
        assertInstanceOf(RunOutcome.Completed.class, run(messages));
      }
      return;
    }
    requireRemedy(lacking, found.get(1));
    StoreException refused =
        assertThrows(StoreException.class, () -> SqliteMessageStore.install(file, MAILS));
    requireRemedy(lacking, refused.getMessage());
    assertEquals(found, SqliteMessageStore.validate(file, MAILS));
    SqliteMessageStore.Builder builder =
        SqliteMessageStore.builder(file, MAILS).connectionSetup(HostConnectionsTest::prepare);
    assertEquals(1, builder.validate().size());
    try (SqliteMessageStore messages = builder.install()) {
      RunOutcome.Completed outcome = assertInstanceOf(RunOutcome.Completed.class, run(messages));
      assertEquals(2, outcome.counts().embedded());
    }
    assertEquals(List.of(), builder.validate());
    try (SqliteMessageStore messages = builder.openReadOnly()) {
      assertEquals(2, messages.coverage(1, Scope.ALL).embedded());
    }
    builder.uninstall();
    assertEquals(1, builder.validate().size());
  }

  private static void requireRemedy(String lacking, String problem) {
    assertTrue(problem.contains(lacking) && problem.contains("connectionSetup"), problem);
  }

  /** Modules cannot be given by this test, so only the refusals are tested. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "module: vec0      | CREATE VIRTUAL TABLE entries USING vec0(entry)",
        "constructor failed: entries | CREATE VIRTUAL TABLE entries USING fts5(entry, tokenize = porter5)"
      })
  void moduleThatConnectionsLackIsFound(String lacking, String virtualTable) throws SQLException {
    createMails(
        TABLE,
        INSERT,
        "PRAGMA writable_schema = ON",
        "INSERT INTO sqlite_schema VALUES ('table', 'entries', 'entries', 0, '%s')"
            .formatted(virtualTable));
    createMails(
        "CREATE TRIGGER t AFTER UPDATE ON mails BEGIN INSERT INTO entries VALUES (NEW.title); END");
    requireRemedy(lacking, SqliteMessageStore.validate(file, MAILS).get(1));
    StoreException refused =
        assertThrows(StoreException.class, () -> SqliteMessageStore.install(file, MAILS));
    requireRemedy(lacking, refused.getMessage());
  }

  /** The host adds its trigger after installing. */
  @Test
  void triggerAddedLaterIsFoundByOpening() throws SQLException {
    createMails(TABLE, INSERT);
    SqliteMessageStore.install(file, MAILS).close();
    createMails("CREATE TRIGGER t AFTER UPDATE ON mails BEGIN SELECT norm(NEW.title); END");
    IncompatibleTablesException refused =
        assertThrows(IncompatibleTablesException.class, () -> SqliteMessageStore.open(file, MAILS));
    requireRemedy("function: norm", refused.getMessage());
    assertEquals(refused.problems(), SqliteMessageStore.validate(file, MAILS));
    SqliteMessageStore.openReadOnly(file, MAILS).close();
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

  // Triggers that forbid a stamp

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEFORE UPDATE ON mails BEGIN SELECT raise(ABORT, 'mails are append-only'); END",
        "BEFORE UPDATE ON mails BEGIN SELECT raise(ROLLBACK, 'mails are append-only'); END",
        "BEFORE UPDATE ON mails BEGIN SELECT raise(IGNORE); END",
        "AFTER UPDATE ON mails WHEN NEW.embed_gen IS NOT NULL BEGIN UPDATE mails SET embed_gen ="
            + " NULL WHERE id = NEW.id; END",
        "AFTER UPDATE ON mails BEGIN INSERT INTO gone.log VALUES (1); END"
      })
  void triggerThatForbidsStampIsFoundBeforeEmbedding(String trigger) throws SQLException {
    boolean needsColumns = trigger.contains("embed_gen IS NOT NULL");
    createMails(TABLE, INSERT);
    String create = "CREATE TRIGGER host " + trigger.replace("INTO gone.log", "INTO missing");
    if (needsColumns) {
      SqliteMessageStore.install(file, MAILS).close();
    }
    createMails(create);
    List<String> found = SqliteMessageStore.validate(file, MAILS);
    String problem = found.get(found.size() - 1);
    assertTrue(problem.contains("stamp") && problem.contains("triggers"), problem);
    if (!needsColumns) {
      IncompatibleTablesException refused =
          assertThrows(
              IncompatibleTablesException.class, () -> SqliteMessageStore.install(file, MAILS));
      assertEquals(List.of(problem), refused.problems());
    }
    assertEquals(found, SqliteMessageStore.validate(file, MAILS));
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
