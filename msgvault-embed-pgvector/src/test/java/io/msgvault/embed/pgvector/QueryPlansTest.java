package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.Stamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests that statements whose cost must not grow with the archive use indexes. With {@code
 * -Dtest.jvm.args=-Dmsgvault.test.messages=1000000} the archive has that size. The plans are
 * written to {@code target/plans.txt}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryPlansTest {
  private static final int MESSAGES = Integer.getInteger("msgvault.test.messages", 20_000);
  private static final int NEW = 500;
  private static final int SENDERS = 1_000;
  private static final int DIMENSION = 16;

  /** Mebibytes, enough for the index of a million vectors. */
  private static final int BUILD_MEMORY = 1_200;

  private static final Instant FIRST = Instant.parse("2020-01-01T00:00:00Z");
  private static final float[] QUERY = new float[DIMENSION];

  private static final Pattern WHOLE_TABLE =
      Pattern.compile(
          "Seq Scan on (messages|message_bodies|message_participants|message_labels|embed_messages_1|embed_chunks_1)\\b");

  private final String schema = TestDatabase.freshName();
  private final QueryPlanRecorder notes = new QueryPlanRecorder();
  private final StringBuilder report = new StringBuilder();
  private PgMessageStore messages = open();
  private PgVectorStore vectors = index();

  private PgMessageStore open() {
    PgArchive.install(TestDatabase.pool(), schema);
    return PgMessageStore.open(
        notes.recording(PgStorageOpener.dataSource(TestDatabase.url())), schema);
  }

  private PgVectorStore index() {
    return PgVectorStore.builder(
            notes.recording(PgStorageOpener.dataSource(TestDatabase.url())), schema)
        .exactUpTo(0)
        .buildMemory(BUILD_MEMORY)
        .install();
  }

  @BeforeAll
  void fill() {
    QUERY[0] = 1;
    vectors.create(TestDatabase.fingerprint(DIMENSION), 1);
    execute(
        """
        INSERT INTO sources (id, name) SELECT i, 'source ' || i FROM generate_series(1, 4) AS i;
        INSERT INTO participants (id, address)
        SELECT i, 'sender' || i || '@example.org' FROM generate_series(1, :senders) AS i;
        INSERT INTO messages (id, source_id, subject, sent_at, conversation)
        SELECT i, 1 + i % 4, 'number ' || i, CAST(:first AS timestamptz) + i * interval '1 minute',
               CASE WHEN i % 2 = 0 THEN 'thread ' || i / 10 END
          FROM generate_series(1, :messages) AS i;
        INSERT INTO message_bodies (message_id, body_text)
        SELECT i, 'the text of word' || i FROM generate_series(1, :messages) AS i;
        INSERT INTO message_participants (message_id, kind, position, participant_id)
        SELECT i, 'from', 1, 1 + i % :senders FROM generate_series(1, :messages) AS i;
        INSERT INTO message_labels SELECT i, 'spam' FROM generate_series(1, :messages) AS i
         WHERE i % 3 > 0;
        UPDATE messages SET embed_gen = 1, embed_outcome = 'EMBEDDED'
         WHERE id <= :messages - :new;
        INSERT INTO embed_messages_1 (generation, message_id, revision, text_digest)
        SELECT 1, id, embed_rev, 'digest' FROM messages WHERE embed_gen = 1;
        INSERT INTO embed_chunks_1 (generation, message_id, chunk, start_at, end_at, embedding)
        SELECT 1, id, 0, 0, 1,
               (SELECT CAST(array_agg(random() - 0.5) AS vector)
                  FROM generate_series(1, :dimension + 0 * id))
          FROM messages WHERE embed_gen = 1""");
    vectors.activate(1, CoverageCheck.NONE);
    for (String table :
        List.of(
            "messages",
            "message_bodies",
            "message_participants",
            "message_labels",
            "embed_counts")) {
      execute("VACUUM ANALYZE " + table);
    }
    execute("ANALYZE embed_messages_1; ANALYZE embed_chunks_1; ANALYZE participants");
    notes.drain();
  }

  @AfterAll
  void drop() throws IOException {
    vectors.close();
    messages.close();
    Files.writeString(Path.of("target", "plans.txt"), report);
    TestDatabase.drop(schema);
  }

  @Test
  void scanAndStampUseIndexes() {
    List<Message> page = messages.scan(1, Scope.ALL, 0, TestDatabase.LIMITS);
    assertEquals(NEW, page.size());
    requireSeeks("scan");
    List<Stamp> stamps =
        page.stream()
            .limit(64)
            .map(message -> new Stamp(message.id(), message.revision(), new Stamp.Embedded()))
            .toList();
    messages.stamp(1, stamps);
    requireSeeks("stamp");
    messages.unstamp(page.stream().limit(64).map(Message::id).toList());
    requireSeeks("unstamp");
  }

  @Test
  void revisionsAreReadWithoutBodies() {
    assertEquals(NEW, messages.needingWork(1, Scope.ALL, 0, 1_000).size());
    assertFalse(requireSeeks("needingWork").contains("message_bodies"));
    assertEquals(1_000, messages.live(Scope.ALL, MESSAGES / 2, 1_000).size());
    assertFalse(requireSeeks("live").contains("message_bodies"));
  }

  @Test
  void conversationUsesItsIndex() {
    MessageFilter thread = MessageFilter.builder().conversations(List.of("thread 70")).build();
    assertEquals(5, messages.findMatching(thread, 5_000).orElseThrow().size());
    assertTrue(requireSeeks("conversation").contains("messages_conversation"));
  }

  @Test
  void excludingManyLooksThemUp() {
    List<Long> ids = LongStream.rangeClosed(1, 12).boxed().toList();
    MessageFilter spam = MessageFilter.builder().labels(List.of("spam")).build();
    MessageFilter noSpam = MessageFilter.builder().excluding(List.of(spam)).build();
    assertEquals(4, messages.filterIds(ids, noSpam).size());
    requireSeeks("filtered search: which of these hits have no label");
  }

  @Test
  void coverageIsReadFromTheCounts() {
    assertEquals(MESSAGES, messages.coverage(1, Scope.ALL).live());
    requireSeeks("coverage");
  }

  @Test
  void search() {
    assertEquals(10, vectors.search(1, QUERY, 10).size());
    assertTrue(requireSeeks("search").contains("embed_chunks_1_embedding"));
  }

  @Test
  void filteredSearch() {
    List<Long> few =
        messages
            .findMatching(
                MessageFilter.builder().senders(List.of("sender7@example.org")).build(), 5_000)
            .orElseThrow();
    requireSeeks("filtered search: which messages have this sender");
    assertEquals(MESSAGES / SENDERS, few.size());
    assertEquals(10, vectors.searchExactly(1, QUERY, 10, few).size());
    requireSeeks("filtered search: the best among these");
  }

  @Test
  void searchOfAnInterval() {
    MessageFilter hour =
        MessageFilter.builder().from(FIRST).before(FIRST.plusSeconds(3_601)).build();
    assertEquals(60, messages.findMatching(hour, 5_000).orElseThrow().size());
    requireSeeks("filtered search: which messages are of this hour");
  }

  @Test
  void filteringIdsUsesIndexes() {
    List<Long> ids = LongStream.rangeClosed(1, 300).boxed().toList();
    assertEquals(
        75,
        messages
            .filterIds(ids, MessageFilter.builder().sources(List.of("source 2")).build())
            .size());
    requireSeeks("filtered search: which of these hits are of this source");
  }

  private String requireSeeks(String operation) {
    String plans = String.join("\n", notes.drain());
    report.append("== ").append(operation).append('\n').append(plans).append("\n\n");
    assertTrue(plans.contains("Query Text"), "no plan was noted");
    assertFalse(WHOLE_TABLE.matcher(plans).find(), plans);
    return plans;
  }

  private void execute(String statements) {
    try (Handle handle = TestDatabase.jdbi().open()) {
      handle.execute("SET search_path = %s, public".formatted(schema));
      handle.execute(
          statements
              .replace(":messages", "" + MESSAGES)
              .replace(":senders", "" + SENDERS)
              .replace(":new", "" + NEW)
              .replace(":dimension", "" + DIMENSION)
              .replace(":first", "'" + FIRST + "'"));
      handle.execute("RESET search_path");
    }
  }
}
