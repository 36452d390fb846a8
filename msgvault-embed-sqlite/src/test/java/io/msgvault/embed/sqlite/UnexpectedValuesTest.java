package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads values that another client may have stored. */
class UnexpectedValuesTest {
  private static final ScanLimits LIMITS = new ScanLimits(100, 1_000_000, 4);

  private TempFolder folder;
  private SqlClient sql;
  private SqliteMessageStore store;

  @BeforeEach
  void open() {
    folder = TempFolder.create();
    store = SqliteMessageStore.install(folder.file("archive.db"));
    sql = new SqlClient(folder.file("archive.db"));
    sql.run("INSERT INTO sources (id, name) VALUES (1, 'main')");
  }

  @AfterEach
  void close() {
    store.close();
    sql.close();
    folder.close();
  }

  private void insert(String subject, String text) {
    sql.run("INSERT INTO messages (id, source_id, subject) VALUES (1, 1, " + subject + ")");
    sql.run("INSERT INTO message_bodies (message_id, text) VALUES (1, " + text + ")");
  }

  private Message scanned() {
    return store.scan(1, Scope.ALL, 0, LIMITS).get(0);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "'abcd',             abcd, false",
        "'abcde',            abcd, true",
        "x'61626364',        abcd, false",
        "x'6162636465',      abcd, true",
        "1234,               1234, false",
        "12.5,               12.5, false",
        "-1234,              -123, true",
        "'ééééé',            éééé, true",
        "'éééé',             éééé, false",
        "'😀😀😀😀',         😀😀😀😀, false",
        "'a😀😀😀😀',        a😀😀😀, true",
        "'ab'||char(0)||'d', ab\u0000d, false",
        "'ab'||char(0)||'de', ab\u0000d, true",
        "x'ff',              \ufffd, false",
        "x'ffffffff',        \ufffd\ufffd\ufffd\ufffd, false",
        "x'ffffffff61',      \ufffd\ufffd\ufffd\ufffd, true",
        "'ab'||CAST(x'f09f' AS TEXT), ab\ufffd, false",
        "NULL,               ``, false"
      })
  void textOfAnyStorageClassIsCutAtCodePoints(String value, String text, boolean truncated) {
    insert(value, value);
    Message message = scanned();
    assertEquals(text, message.text());
    assertEquals(truncated, message.truncated());
    assertEquals(message, store.find(List.of(1L), 4).get(0));
  }

  @Test
  void hugeBodyIsCut() {
    insert("'s'", "replace(hex(zeroblob(10000000)), '00', '😀')");
    Message message = scanned();
    assertEquals("😀".repeat(4), message.text());
    assertEquals(true, message.truncated());
  }

  @Test
  void blobsAndNumbersAreFoundBySubject() {
    insert("CAST('Tea AT five' AS BLOB)", "''");
    assertEquals(
        Set.of(1L),
        store.filterIds(List.of(1L), MessageFilter.builder().subjectContains("tea at").build()));
    sql.run("UPDATE messages SET subject = 12345");
    assertEquals(
        Set.of(1L),
        store.filterIds(List.of(1L), MessageFilter.builder().subjectContains("234").build()));
  }

  @Test
  void invalidUnicodeTypesFormGroups() {
    List<String> types =
        List.of("'email'", "''", "CAST(x'ff' AS TEXT)", "CAST(x'fe' AS TEXT)", "'a'||char(0)||'b'");
    for (String type : types) {
      sql.run("INSERT INTO messages (source_id, message_type) VALUES (1, " + type + ")");
    }
    List<Message> all = store.scan(1, Scope.ALL, 0, LIMITS);
    assertEquals(5, all.size());
    assertEquals(
        Set.of(),
        store.stamp(
            1, all.stream().map(m -> new Stamp(m.id(), m.revision(), new Stamp.Blank())).toList()));
    assertEquals(5, store.coverage(1, Scope.ALL).blank());
    assertEquals(List.of(), store.scan(1, Scope.ALL, 0, LIMITS));
    assertEquals(5, store.scan(2, Scope.ALL, 0, LIMITS).size());
  }

  @Test
  void messageWithoutSourceIsScanned() {
    sql.run("INSERT INTO messages (source_id, subject) VALUES (77, 'orphan')");
    assertEquals(1, store.scan(1, Scope.ALL, 0, LIMITS).size());
    assertEquals(1, store.coverage(1, Scope.ALL).missing());
    Scope main = new Scope(Set.of(), Set.of("main"));
    assertEquals(List.of(), store.scan(1, main, 0, LIMITS));
    assertEquals(0, store.coverage(1, main).live());
  }

  @Test
  void pageIsMergedFromManyGroups() {
    for (int i = 0; i < 300; i++) {
      sql.run("INSERT OR IGNORE INTO sources (id, name) VALUES (?, ?)", i % 40 + 1, "s" + i % 40);
      sql.run(
          "INSERT INTO messages (source_id, message_type) VALUES (?, ?)", i % 40 + 1, "t" + i % 7);
    }
    ScanLimits ten = new ScanLimits(10, 1_000_000, 4);
    long after = 0;
    for (int page = 0; page < 30; page++) {
      List<Long> ids = store.scan(1, Scope.ALL, after, ten).stream().map(Message::id).toList();
      long first = after + 1;
      assertEquals(IntStream.range(0, 10).mapToObj(i -> first + i).toList(), ids);
      after = ids.get(9);
    }
    assertEquals(List.of(), store.scan(1, Scope.ALL, after, ten));
    assertEquals(300, store.coverage(1, Scope.ALL).missing());
  }
}
