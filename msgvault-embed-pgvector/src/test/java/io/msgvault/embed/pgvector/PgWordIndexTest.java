package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.text.Stemmer;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the segments of an index of words, its verbs, and how it tells damage. */
class PgWordIndexTest {
  private static final WordAnalyzer ANALYZER = WordAnalyzer.english();
  private static final List<String> WORDS =
      List.of(
          "tea", "teas", "soup", "heated", "heating", "server", "room", "boiler", "\u6c34\u9053");

  private static final List<String> QUESTIONS =
      List.of(
          "tea", "heats", "\"server room\"", "te*", "tea soup boilers", "\"tea tea\"", "\u6c34");

  private static final double TOLERANCE = 1e-4;

  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  private PgWordIndex install() {
    return PgWordIndex.install(TestDatabase.pool(), schema);
  }

  private static MessageWords message(long id, long revision, String body) {
    return new MessageWords(id, revision, Map.of(WordField.BODY, body));
  }

  private static WordQuery query(String text) {
    return WordQuery.parse(text, ANALYZER);
  }

  private long count(String query) {
    return TestDatabase.jdbi()
        .withHandle(handle -> handle.createQuery(query.formatted(schema)).mapTo(Long.class).one());
  }

  private void execute(String statement) {
    TestDatabase.jdbi().useHandle(handle -> handle.execute(statement.formatted(schema)));
  }

  // Segments

  /** Writes and deletes at random, so that segments of interleaved ids are merged. */
  @Test
  void mergedSegmentsGiveSameAnswersAsModel() {
    Random random = new Random(11);
    WordIndex model = new InMemoryWordIndex(new InMemoryWordIndex.Storage(), ANALYZER);
    try (PgWordIndex words = install()) {
      for (int call = 0; call < 150; call++) {
        Set<Long> ids = new HashSet<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
          ids.add(1L + random.nextInt(80));
        }
        if (call % 9 == 8) {
          words.delete(ids);
          model.delete(ids);
        } else {
          List<MessageWords> batch =
              ids.stream()
                  .map(id -> new MessageWords(id, random.nextInt(99), texts(random)))
                  .toList();
          words.upsert(batch);
          model.upsert(batch);
        }
        String question = QUESTIONS.get(random.nextInt(QUESTIONS.size()));
        assertEquals(
            found(model.search(query(question), 99)), found(words.search(query(question), 99)));
      }
      assertEquals(model.entries(0, 99), words.entries(0, 99));
      assertTrue(count("SELECT count(*) FROM %s.embed_word_segments") < 30, "nothing was merged");
      words.compact();
      requireSame(model, words);
      assertEquals(words.size(), count("SELECT sum(documents) FROM %s.embed_word_segments"));
      assertEquals(0, count("SELECT sum(replaced) FROM %s.embed_word_segments"));
    }
  }

  private static Map<WordField, String> texts(Random random) {
    return Map.of(WordField.SUBJECT, text(random, 3), WordField.BODY, text(random, 12));
  }

  private static String text(Random random, int most) {
    return random
        .ints(random.nextInt(most), 0, WORDS.size())
        .mapToObj(WORDS::get)
        .collect(Collectors.joining(" "));
  }

  private static Map<Long, Long> found(List<WordHit> hits) {
    return hits.stream().collect(Collectors.toMap(WordHit::messageId, WordHit::revision));
  }

  private static void requireSame(WordIndex model, WordIndex words) {
    for (String question : QUESTIONS) {
      Map<Long, Double> expected = scores(model.search(query(question), 99));
      Map<Long, Double> actual = scores(words.search(query(question), 99));
      assertEquals(expected.keySet(), actual.keySet(), question);
      expected.forEach(
          (id, score) -> assertEquals(score, actual.getOrDefault(id, 0.0), TOLERANCE, question));
      assertEquals(
          model.statistics(query(question).terms().keySet()).frequencies(),
          words.statistics(query(question).terms().keySet()).frequencies());
    }
  }

  private static Map<Long, Double> scores(List<WordHit> hits) {
    return hits.stream().collect(Collectors.toMap(WordHit::messageId, WordHit::score));
  }

  /** The list of a common word takes several pages, and one message more than a page. */
  @Test
  void listsLongerThanPageAreReadToTheEnd() {
    int size = 6_000;
    List<MessageWords> batch = new ArrayList<>();
    for (long id = 1; id <= size; id++) {
      batch.add(message(id, id, "hot always tea" + (id % 50 == 0 ? " always here" : "")));
    }
    try (PgWordIndex words = install()) {
      words.upsert(batch);
      words.upsert(List.of(message(size + 1L, 1, "tea ".repeat(20_000) + "always")));
      assertEquals(size + 1, words.search(query("always"), 9_999).size());
      assertEquals(size / 50, words.search(query("\"always here\""), 9_999).size());
      assertEquals(size / 50, words.search(query("\"tea always here\""), 9_999).size());
      assertEquals(size + 1L, words.search(query("\"tea tea\""), 9).get(0).messageId());
      assertEquals(
          LongStream.rangeClosed(1, 20).mapToObj(i -> i * 50).toList(),
          words.search(query("here"), 20).stream().map(WordHit::messageId).toList());
      words.delete(LongStream.rangeClosed(1, size / 2).boxed().toList());
      assertEquals(size / 2 + 1, words.search(query("always"), 9_999).size());
      assertEquals(size / 2 + 50, words.search(query("here"), 1).get(0).messageId());
      words.compact();
      assertEquals(size / 100, words.search(query("\"always here\""), 9_999).size());
      assertEquals(size + 1L, words.search(query("\"tea tea\""), 9).get(0).messageId());
    }
  }

  @Test
  void writersOfSameMessagesLoseNothing() {
    int rounds = 40;
    try (PgWordIndex words = install();
        PgWordIndex other = install()) {
      List<Expect.ThrowingRunnable> racers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        PgWordIndex index = writer % 2 == 0 ? words : other;
        int offset = writer;
        racers.add(
            () -> {
              for (int round = 0; round < rounds; round++) {
                long revision = round * 4L + offset;
                index.upsert(
                    LongStream.of(9, 1, 1 + (round + offset) % 7, 20 + revision)
                        .distinct()
                        .mapToObj(id -> message(id, revision, "always version" + revision))
                        .toList());
                if (round % 8 == 7) {
                  index.delete(List.of(20 + revision));
                }
              }
            });
      }
      ConcurrentCalls.runAll(racers);
      assertEquals(
          words.size(), count("SELECT sum(documents) - sum(replaced) FROM %s.embed_word_segments"));
      assertEquals(words.size(), words.search(query("always"), 9_999).size());
      for (WordHit hit : words.search(query("always"), 9_999)) {
        assertEquals(
            List.of(hit.messageId()),
            words.search(query("version" + hit.revision()), 9, List.of(hit.messageId())).stream()
                .map(WordHit::messageId)
                .toList());
      }
    }
  }

  /** Large segments are rewritten once a quarter is obsolete, but not all of them in one call. */
  @Test
  void callMergesNoMoreThanItsShare() {
    try (PgWordIndex words = install()) {
      for (long first = 1; first <= 2_000; first += 400) {
        words.upsert(
            LongStream.range(first, first + 400)
                .mapToObj(id -> message(id, 1, "tea number" + id))
                .toList());
      }
      execute("UPDATE %s.embed_word_segments SET bytes = 100 << 20");
      String large = "SELECT count(*) FROM %s.embed_word_segments WHERE bytes > 50 << 20";
      String obsolete = "SELECT sum(replaced) FROM %s.embed_word_segments";
      words.delete(LongStream.rangeClosed(1, 2_000).filter(id -> id % 10 < 8).boxed().toList());
      for (int left = 4; left >= 3; left--) {
        assertEquals(left, count(large));
        assertTrue(count(obsolete) >= 900, "more than one segment was rewritten");
        words.delete(List.of(10L * left + 8));
      }
      assertEquals(398, words.search(query("tea"), 9_999).size());
      assertTrue(count(obsolete) < 1_000);
      long before = count(large);
      words.delete(List.of(1_999L));
      assertEquals(before, count(large));
    }
  }

  @Test
  void compactionLeavesNoWordOfDeletedMessages() {
    try (PgWordIndex words = install()) {
      words.upsert(List.of(message(1, 1, "tea"), message(2, 1, "zeppelin")));
      words.delete(List.of(2L));
      String pages =
          "SELECT count(*) FROM %s.embed_word_pages WHERE position('zeppelin' in data) > 0";
      assertTrue(count(pages) > 0);
      words.compact();
      assertEquals(0, count(pages));
      assertEquals(1, words.search(query("tea"), 9).size());
    }
  }

  // Verbs

  @Test
  void openingMissingWordsNamesRemedy() {
    for (Executable open :
        List.<Executable>of(
            () -> PgWordIndex.open(TestDatabase.pool(), schema),
            () -> PgWordIndex.openReadOnly(TestDatabase.pool(), schema))) {
      NotInstalledException refusal = assertThrows(NotInstalledException.class, open);
      assertTrue(refusal.getMessage().contains("PgWordIndex.install"), refusal::getMessage);
    }
  }

  @Test
  void readOnlyIndexRefusesWrites() {
    try (PgWordIndex words = install();
        PgWordIndex reading = PgWordIndex.openReadOnly(TestDatabase.pool(), schema)) {
      words.upsert(List.of(message(1, 1, "tea")));
      assertEquals(1, reading.search(query("tea"), 9).size());
      for (Executable write :
          List.<Executable>of(
              () -> reading.upsert(List.of(message(1, 1, "soup"))),
              () -> reading.delete(List.of(1L)),
              () -> reading.bind(new UUID(1, 2)),
              () -> reading.recordRun(1),
              reading::compact)) {
        StoreException refusal = assertThrows(StoreException.class, write);
        assertTrue(refusal.getMessage().contains("read only"), refusal::getMessage);
      }
    }
  }

  @Test
  void otherPolicyNamesRemedy() {
    install().close();
    WordAnalyzer other = WordAnalyzer.with(Stemmer.none());
    WordPolicyException refusal =
        assertThrows(
            WordPolicyException.class,
            () -> PgWordIndex.install(TestDatabase.pool(), schema, other));
    assertTrue(refusal.getMessage().contains("PgWordIndex.uninstall"), refusal::getMessage);
    PgWordIndex.uninstall(TestDatabase.pool(), schema);
    PgWordIndex.install(TestDatabase.pool(), schema, other).close();
  }

  /** Words of two policies in one index would never match as they should. */
  @Test
  void wordsThatOthersMadeAnewByAnotherPolicyAreRefused() {
    try (PgWordIndex words = install()) {
      PgWordIndex.uninstall(TestDatabase.pool(), schema);
      PgWordIndex.install(TestDatabase.pool(), schema, WordAnalyzer.with(Stemmer.none())).close();
      for (Executable call :
          List.<Executable>of(
              () -> words.upsert(List.of(message(1, 1, "heated"))),
              () -> words.delete(List.of(1L)),
              () -> words.recordRun(1),
              () -> words.bind(UUID.randomUUID()),
              () -> words.search(query("heating"), 5),
              () -> words.statistics(query("heating").terms().keySet()))) {
        assertThrows(WordPolicyException.class, call);
      }
      assertEquals(0, count("SELECT count(*) FROM %s.embed_word_messages"));
    }
  }

  @Test
  void laterVersionIsRefused() {
    install().close();
    execute("UPDATE %s.embed_ledger SET version = 99 WHERE component = 'words'");
    assertThrows(NewerSchemaException.class, this::install);
  }

  @Test
  void uninstallingWordsKeepsVectors() {
    try (PgVectorStore vectors = PgVectorStore.install(TestDatabase.pool(), schema)) {
      vectors.create(TestDatabase.fingerprint(2), 1);
      PgWordIndex words = install();
      PgWordIndex.uninstall(TestDatabase.pool(), schema);
      PgWordIndex.uninstall(TestDatabase.pool(), schema);
      assertThrows(NotInstalledException.class, words::size);
      assertEquals(
          0,
          count(
              "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('%s')"
                  + " AND relname ~ '^embed_word'"));
      assertEquals(1, vectors.generations().size());
    }
  }

  // Damage

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE %s.embed_word_pages",
        "DROP TABLE %s.embed_word_documents",
        "DROP TABLE %s.embed_word_segments",
        "DROP TABLE %s.embed_word_index",
        "TRUNCATE %s.embed_word_index",
        "TRUNCATE %s.embed_word_segments",
        "TRUNCATE %s.embed_word_documents",
        "TRUNCATE %s.embed_word_pages"
      })
  void lostTablesAreToldAndMadeAnew(String damage) {
    try (PgWordIndex words = install()) {
      words.upsert(List.of(message(1, 1, "tea")));
      execute(damage);
      for (Executable open :
          List.<Executable>of(
              this::install,
              () -> PgWordIndex.open(TestDatabase.pool(), schema),
              () -> PgWordIndex.openReadOnly(TestDatabase.pool(), schema))) {
        BrokenIndexException refusal = assertThrows(BrokenIndexException.class, open);
        assertTrue(refusal.getMessage().contains("PgWordIndex.uninstall"), refusal::getMessage);
      }
    }
    PgWordIndex.uninstall(TestDatabase.pool(), schema);
    try (PgWordIndex anew = install()) {
      assertEquals(0, anew.size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE %s.embed_word_pages",
        "UPDATE %s.embed_word_pages SET data = substr(data, 1, length(data) - 1)",
        "DELETE FROM %s.embed_word_documents"
      })
  void damageIsToldWhileReading(String damage) {
    try (PgWordIndex words = install()) {
      words.upsert(List.of(message(1, 1, "tea")));
      execute(damage);
      assertThrows(BrokenIndexException.class, () -> words.search(query("tea"), 9));
    }
  }
}
