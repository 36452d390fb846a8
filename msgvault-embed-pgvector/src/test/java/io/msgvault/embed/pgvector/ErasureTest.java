package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordQuery;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** Looks into the files of the server for what the recipe of docs/operations.md erases. */
class ErasureTest {
  private static final Random RANDOM = new Random(7);
  private static final int DIMENSION = 16;
  private static final int LONG_TEXT = 9_000;
  private static final String WORD = "quokkazeppelin";

  @Test
  void recipeLeavesNothingInFiles() throws Exception {
    try (IsolatedDatabase database = IsolatedDatabase.create();
        PgArchive archive = PgArchive.install(database.dataSource(), "mail");
        PgMessageStore messages = PgMessageStore.open(database.dataSource(), "mail");
        PgVectorStore vectors =
            PgVectorStore.builder(database.dataSource(), "mail").exactUpTo(0).install();
        PgWordIndex words = PgWordIndex.install(database.dataSource(), "mail")) {
      String subject = randomText(30);
      String text = randomText(LONG_TEXT);
      String html = randomText(LONG_TEXT);
      String address = "x" + System.nanoTime() + "@example.org";
      float[] vector = randomVector();
      Map<String, byte[]> erased = new LinkedHashMap<>();
      erased.put("subject", bytes(subject));
      erased.put("text", bytes(text.substring(1_000, 1_050)));
      erased.put("HTML", bytes(html.substring(1_000, 1_050)));
      erased.put("address", bytes(address));
      erased.put("name", bytes("Xaver Quorn"));
      erased.put("label", bytes("label of " + subject));
      erased.put("attachment", bytes("plan of " + subject));
      erased.put("conversation", bytes("thread of " + subject));
      erased.put("vector", bytes(vector));
      erased.put("word", bytes(WORD));

      for (int i = 1; i <= 20; i++) {
        archive.store(NewMessage.builder("main", "" + i).text("other text " + i).build());
      }
      long id =
          archive
              .store(
                  NewMessage.builder("main", "x")
                      .subject(subject)
                      .text(text)
                      .html(html)
                      .sender(new Participant(address, "Xaver Quorn"))
                      .labels(List.of("label of " + subject))
                      .attachments(List.of("plan of " + subject))
                      .conversation("thread of " + subject)
                      .build())
              .id();
      vectors.bind(messages.archiveId());
      long generation = vectors.create(TestDatabase.fingerprint(DIMENSION), 1).id();
      for (long each = 1; each < id; each++) {
        vectors.upsert(generation, List.of(TestDatabase.message(each, randomVector())));
      }
      vectors.upsert(generation, List.of(TestDatabase.message(id, vector)));
      TestDatabase.settle(messages, generation);
      vectors.activate(generation, CoverageCheck.NONE);
      words.upsert(
          LongStream.rangeClosed(1, id)
              .mapToObj(
                  each ->
                      new MessageWords(
                          each, 1, Map.of(WordField.BODY, each == id ? "a " + WORD : "other")))
              .toList());
      database.execute("ANALYZE");

      database.execute("DELETE FROM mail.messages WHERE id = " + id);
      List<Removal> removals = messages.removed(0, 9);
      assertEquals(List.of(id), removals.stream().map(Removal::messageId).toList());
      vectors.delete(generation, List.of(id));
      words.delete(List.of(id));
      messages.settleRemoved(removals);
      database.execute("CHECKPOINT");
      erased.forEach(
          (what, bytes) -> assertFalse(files(database, bytes).isEmpty(), what + " is not found"));
      requireFound("embed_chunks_1_embedding", files(database, erased.get("vector")));
      requireFound("pg_toast", files(database, erased.get("text")));
      requireFound("participants_address", files(database, erased.get("address")));
      requireFound("pg_statistic", files(database, erased.get("vector")));
      requireFound("embed_word_pages", files(database, erased.get("word")));

      words.compact();
      try (Handle handle = Jdbi.create(database.dataSource()).open()) {
        for (String statement : recipe()) {
          // A snapshot that the server took for its own statistics may still show what was deleted.
          TestDatabase.awaitNoSnapshot(handle);
          handle.execute(statement);
        }
      }
      erased.forEach((what, bytes) -> assertEquals(List.of(), files(database, bytes), what));
      assertEquals(20, vectors.size(generation).messages());
      assertEquals(20, words.search(WordQuery.parse("other", words.analyzer()), 99).size());
      assertEquals(1, vectors.search(generation, vector, 1).size());
    }
  }

  private static void requireFound(String part, List<String> files) {
    assertTrue(files.stream().anyMatch(file -> file.contains(part)), files::toString);
  }

  /** Returns the statements of the documented recipe, without its deletion of messages. */
  private static List<String> recipe() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "operations.md"));
    String section = page.substring(page.indexOf("### Erasing on PostgreSQL"));
    String script = section.substring(section.indexOf("```sql\n") + 7, section.indexOf("\n```\n"));
    return Stream.of(script.split(";\n?"))
        .map(String::strip)
        .filter(statement -> !statement.startsWith("DELETE FROM mail.messages"))
        .toList();
  }

  /** Returns the tables and indexes whose files have these bytes. */
  private static List<String> files(IsolatedDatabase database, byte[] bytes) {
    return Jdbi.create(database.dataSource())
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT n.nspname || '.' || c.relname
                          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                         WHERE pg_relation_filepath(c.oid) IS NOT NULL AND NOT c.relisshared
                           AND position(CAST(:bytes AS bytea)
                                     IN pg_read_binary_file(pg_relation_filepath(c.oid))) > 0
                         ORDER BY 1""")
                    .bind("bytes", bytes)
                    .mapTo(String.class)
                    .list());
  }

  /** Returns a text that no compression shortens, so that its bytes are in the files. */
  private static String randomText(int length) {
    byte[] random = new byte[length];
    RANDOM.nextBytes(random);
    return Base64.getEncoder().encodeToString(random).substring(0, length);
  }

  /** Returns a vector of exactly the length 1, which tables and indexes hold as it is. */
  private static float[] randomVector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = RANDOM.nextBoolean() ? 0.25f : -0.25f;
    }
    return vector;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the vector as the server keeps it, without its first numbers. */
  private static byte[] bytes(float[] vector) {
    ByteBuffer buffer = ByteBuffer.allocate(DIMENSION * 4).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(vector);
    return Arrays.copyOfRange(buffer.array(), 8, DIMENSION * 4);
  }
}
