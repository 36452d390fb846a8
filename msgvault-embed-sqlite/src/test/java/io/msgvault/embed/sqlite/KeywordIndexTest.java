package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.sqlite.internal.archive.MappedSql;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeywordIndexTest {
  private TempFolder folder;
  private SqliteMessageStore store;
  private SqlClient sql;

  @BeforeEach
  void open() {
    folder = TempFolder.create();
    store = SqliteMessageStore.install(folder.file("archive.db"));
    sql = new SqlClient(folder.file("archive.db"));
    sql.run("INSERT INTO sources (id, name) VALUES (1, 'main'), (2, 'other')");
    for (int id = 1; id <= 9; id++) {
      insert("INSERT", id, "k" + id, "subject " + id);
      sql.run("INSERT INTO message_bodies VALUES (?, ?, NULL)", id, "text " + id);
    }
  }

  @AfterEach
  void close() {
    sql.close();
    store.close();
    folder.close();
  }

  @Test
  void replacedMessageIsNotFound() {
    insert("INSERT OR REPLACE", 20, "k3", "heron");
    sql.run("UPDATE OR REPLACE messages SET external_id = 'k4' WHERE id = 5");
    sql.run("UPDATE OR REPLACE messages SET source_id = 1, external_id = 'k6' WHERE id = 20");
    requireTrue(1, 2, 5, 7, 8, 9, 20);
    assertEquals(List.of(20L), find("heron").ids());
  }

  @Test
  void ignoredInsertLosesNothing() {
    insert("INSERT OR IGNORE", 20, "k3", "heron");
    insert("INSERT OR IGNORE", 3, "new", "heron");
    sql.run("INSERT OR IGNORE INTO message_bodies VALUES (4, 'heron', NULL)");
    sql.run("UPDATE OR IGNORE messages SET external_id = 'k1' WHERE id = 2");
    requireTrue(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertEquals(List.of(), find("heron").ids());
  }

  @Test
  void recursiveTriggersChangeNothing() {
    sql.run("PRAGMA recursive_triggers = ON");
    insert("INSERT OR REPLACE", 20, "k3", "heron");
    insert("INSERT OR REPLACE", 4, "other", "heron");
    requireTrue(1, 2, 4, 5, 6, 7, 8, 9, 20);
    assertEquals(List.of(4L, 20L), find("heron").ids());
  }

  @Test
  void messageDeletedWithoutBodyIsNotFound() {
    sql.run("PRAGMA foreign_keys = OFF");
    sql.run("DELETE FROM messages WHERE id IN (1, 2)");
    requireTrue(3, 4, 5, 6, 7, 8, 9);
    insert("INSERT", 1, "k1", "heron");
    requireTrue(1, 3, 4, 5, 6, 7, 8, 9);
    assertEquals(List.of(1L), find("\"text 1\"").ids());
  }

  @Test
  void movedMessageIsFoundUnderNewId() {
    sql.run("PRAGMA foreign_keys = OFF");
    sql.run("UPDATE messages SET id = 30 WHERE id = 1");
    sql.run("UPDATE message_bodies SET message_id = 30 WHERE message_id = 1");
    sql.run("UPDATE OR REPLACE message_bodies SET rowid = 3 WHERE message_id = 2");
    requireTrue(2, 3, 4, 5, 6, 7, 8, 9, 30);
    assertEquals(List.of(30L), find("\"subject 1\"").ids());
    assertEquals(List.of(30L), find("\"text 1\"").ids());
    assertEquals(List.of(3L), find("\"text 2\"").ids());
    assertEquals(List.of(), find("\"text 3\"").ids());
  }

  /** The entries of the highest ids are negative rows, and come first. */
  @Test
  void heaviestMatchesAreReturnedWhateverTheirIds() {
    long high = Long.MAX_VALUE;
    insert("INSERT", high, "high", "heron");
    sql.run("INSERT INTO message_bodies VALUES (?, 'crane', NULL)", high);
    insert("INSERT", high - 1, "below", "heron heron");
    insert("INSERT", 20, "k20", "crane");
    sql.run("INSERT INTO message_bodies VALUES (20, 'a heron', NULL)");
    insert("INSERT", 21, "k21", "crane");
    assertEquals(List.of(20L, high), find("heron crane", 2).ids());
    assertEquals(List.of(20L, 21L, high - 1, high), find("heron crane", 4).ids());
  }

  /** The engine's own ranking would prefer a short text that repeats the word. */
  @Test
  void tiesGoToSubjectThenHigherId() {
    for (long id = 20; id < 30; id++) {
      insert("INSERT", id, "k" + id, id < 23 ? "a heron among many other birds" : "");
      String text = id < 26 ? "heron heron" : "a heron, once in a long text";
      sql.run("INSERT INTO message_bodies VALUES (?, ?, NULL)", id, text);
    }
    insert("INSERT", Long.MAX_VALUE, "high", "");
    sql.run("INSERT INTO message_bodies VALUES (?, 'heron', NULL)", Long.MAX_VALUE);
    assertEquals(List.of(22L), find("heron", 1).ids());
    assertEquals(List.of(20L, 21L, 22L), find("heron", 3).ids());
    assertEquals(List.of(20L, 21L, 22L, 28L, 29L, Long.MAX_VALUE), find("heron", 6).ids());
  }

  @Test
  void changeOfOtherColumnWritesNoWords() {
    long written = words();
    sql.run("UPDATE messages SET flags = 'seen', size_bytes = 3, subject = subject, id = id");
    sql.run("UPDATE message_bodies SET text = text, html = ''");
    sql.run("UPDATE messages SET embed_gen = 1, embed_outcome = 'EMBEDDED'");
    assertEquals(written, words());
    sql.run("UPDATE messages SET subject = 'heron' WHERE id = 1");
    assertTrue(words() > written);
  }

  @Test
  void installAddsMissingKeywordIndex() {
    store.close();
    sql.run("DELETE FROM embed_ledger WHERE component = 'keyword'");
    for (Object trigger :
        sql.column(
            "SELECT name FROM sqlite_schema WHERE name LIKE 'embed\\_words\\_%' ESCAPE '\\' AND type = 'trigger'")) {
      sql.run("DROP TRIGGER " + trigger);
    }
    sql.run("DROP TABLE embed_replaced");
    sql.run("DROP TABLE embed_words");
    sql.run("UPDATE messages SET subject = 'heron' WHERE id = 7");
    store = SqliteMessageStore.install(folder.file("archive.db"));
    requireTrue(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertEquals(List.of(7L), find("heron").ids());
  }

  /** The engine knows the letters of Unicode 6.1, and treats those as the library does. */
  @Test
  void engineTokenizesAsWordsDoes() {
    sql.run("CREATE VIRTUAL TABLE temp.probe USING fts5(t, tokenize = \"" + tokenizer() + "\")");
    sql.run("CREATE VIRTUAL TABLE temp.seen USING fts5vocab('temp', 'probe', 'instance')");
    List<Integer> probed = new ArrayList<>();
    sql.run("BEGIN");
    for (int[] range : RANGES) {
      for (int c = range[0]; c < range[1]; c++) {
        if (Character.isDefined(c) && !UNLIKE.contains(c)) {
          probed.add(c);
          sql.run("INSERT INTO temp.probe (rowid, t) VALUES (?, ?)", c, probe(c));
        }
      }
    }
    sql.run("COMMIT");
    List<String> different = new ArrayList<>();
    for (int c : probed) {
      List<String> ours = Words.of(probe(c)).stream().map(Words.Word::text).toList();
      List<String> theirs =
          sql.column("SELECT term FROM temp.seen WHERE doc = ? ORDER BY offset", c).stream()
              .map(String::valueOf)
              .toList();
      if (!ours.equals(theirs)) {
        different.add(Integer.toHexString(c) + " " + ours + " " + theirs);
      }
    }
    assertEquals(List.of(), different);
  }

  /** Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari, Thai, punctuation, Kana, Han. */
  private static final int[][] RANGES = {
    {0x20, 0x250},
    {0x300, 0x370},
    {0x370, 0x530},
    {0x531, 0x588},
    {0x591, 0x5f5},
    {0x606, 0x700},
    {0x900, 0x970},
    {0xe01, 0xe60},
    {0x1e00, 0x1fff},
    {0x2000, 0x2070},
    {0x3000, 0x3100},
    {0x4e00, 0x5000}
  };

  /** Letters newer than the engine's tables, and two letters with two diacritics that it keeps. */
  private static final Set<Integer> UNLIKE =
      Set.of(
          0x37f, 0x528, 0x52a, 0x52c, 0x52e, 0x61c, 0x61d, 0x2066, 0x2067, 0x2068, 0x2069, 0x1e0,
          0x1e1);

  private static String probe(int c) {
    return "a" + Character.toString(c) + "b";
  }

  private String tokenizer() {
    String ddl =
        String.valueOf(
            sql.column("SELECT sql FROM sqlite_schema WHERE name = 'embed_words'").get(0));
    return ddl.replaceAll("(?s).*tokenize = \"([^\"]*)\".*", "$1");
  }

  private void insert(String verb, long id, String key, String subject) {
    sql.run(
        verb + " INTO messages (id, source_id, external_id, subject) VALUES (?, 1, ?, ?)",
        id,
        key,
        subject);
  }

  private KeywordCandidates find(String question) {
    return find(question, 100);
  }

  private KeywordCandidates find(String question, int limit) {
    return store.keywordSearch(KeywordQuery.parse(question), MessageFilter.ALL, limit);
  }

  /** Returns how much was written to the index. */
  private long words() {
    return sql.number("SELECT count(*) + sum(length(block)) FROM embed_words_data").orElseThrow();
  }

  /** Requires a sound index with the entries of these messages and no others. */
  private void requireTrue(long... ids) {
    sql.run("INSERT INTO embed_words (embed_words) VALUES ('integrity-check')");
    TreeSet<Long> live = new TreeSet<>();
    for (long id : ids) {
      live.add(id);
    }
    assertEquals(
        new ArrayList<>(live),
        sql.column("SELECT id FROM messages WHERE deleted_at IS NULL ORDER BY id").stream()
            .map(id -> ((Number) id).longValue())
            .toList());
    assertEquals(
        sql.column(MappedSql.BUNDLED.render("SELECT entry_id FROM ({word_entries}) ORDER BY 1")),
        sql.column("SELECT id FROM embed_words_docsize ORDER BY 1"));
  }
}
