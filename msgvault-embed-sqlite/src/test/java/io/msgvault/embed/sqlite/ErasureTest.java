package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.WordQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteConfig;

/** Checks that the recipe of docs/operations.md leaves no byte of erased mail in any file. */
class ErasureTest {
  private static final int MESSAGES = 200;
  private static final int ERASED = 77;

  /** Is in no text but the erased one. Lucene keeps it as it is, since none begins like it. */
  private static final String WORD = "quokkazeppelin";

  private final TempFolder folder = TempFolder.create();
  private final Path archiveFile = folder.file("mail.db");
  private final Path vectorsFile = folder.file("mail-vectors.db");
  private final Path wordsDirectory = folder.file("mail-words");
  private final List<byte[]> secrets = new ArrayList<>();
  private SqliteArchive archive;
  private SqliteMessageStore messages;
  private SqliteVectorStore vectors;
  private LuceneWordIndex words;
  private long erased;

  @BeforeEach
  void fill() {
    archive = SqliteArchive.install(archiveFile);
    messages = SqliteMessageStore.open(archiveFile);
    vectors = SqliteVectorStore.install(vectorsFile);
    words = LuceneWordIndex.install(wordsDirectory);
    for (int i = 0; i < MESSAGES; i++) {
      NewMessage message =
          NewMessage.builder("main", "message " + i)
              .subject(mark("subject", i))
              .text(mark("text", i) + (i == ERASED ? " " + WORD : "") + " and more of it".repeat(i))
              .html("<p>" + mark("html", i))
              .sender(new Participant(mark("sender", i) + "@example.org", mark("name", i)))
              .to(List.of(new Participant(mark("recipient", i) + "@example.org", "")))
              .attachments(List.of(mark("file", i)))
              .build();
      long id = archive.store(message).id();
      if (i == ERASED) {
        erased = id;
      }
    }
    try (EmbedJob job = job()) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
    }
    secrets.add(WORD.getBytes(StandardCharsets.UTF_8));
    for (String part : List.of("subject", "text", "html", "sender", "name", "recipient", "file")) {
      secrets.add(mark(part, ERASED).getBytes(StandardCharsets.UTF_8));
    }
    try (SqlClient sql = new SqlClient(vectorsFile)) {
      secrets.add(stored(sql, "vectors", "embed_vectors_1"));
      secrets.add(stored(sql, "codes", "embed_codes_1"));
    }
  }

  private EmbedJob job() {
    return EmbedJob.builder(messages, vectors, new HashEmbedder()).words(words).build();
  }

  @AfterEach
  void close() {
    words.close();
    vectors.close();
    messages.close();
    archive.close();
    folder.close();
  }

  private static String mark(String part, int i) {
    return "m" + (i * 7919 + 100_003) + part;
  }

  /** Returns enough bytes of a stored value to tell it from all others. */
  private byte[] stored(SqlClient sql, String column, String table) {
    Object value =
        sql.column("SELECT " + column + " FROM " + table + " WHERE message_id = ?", erased).get(0);
    return Arrays.copyOf(assertInstanceOf(byte[].class, value), 64);
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true"})
  void recipeLeavesNoByteOfErasedMail(boolean softDeletedBefore, boolean byNextRun) {
    if (softDeletedBefore) {
      archive.delete(erased, Instant.EPOCH);
    }
    try (SqlClient sql = new SqlClient(archiveFile)) {
      sql.run("PRAGMA foreign_keys = ON");
      sql.run("DELETE FROM messages WHERE id = ?", erased);
      sql.run(
          """
          DELETE FROM participants
           WHERE id NOT IN (SELECT sender_id FROM messages WHERE sender_id IS NOT NULL)
             AND id NOT IN (SELECT participant_id FROM recipients)
          """);
      List<Removal> removals = messages.removed(0, 10);
      assertEquals(List.of(erased), removals.stream().map(Removal::messageId).toList());
      assertEquals(1, count(WORD));
      try (EmbedJob job = job()) {
        if (byNextRun) {
          job.runOnce();
        } else {
          job.forget(List.of(erased));
        }
      }
      assertEquals(0, count(WORD));
      List<Integer> still = found(folder.path());
      assertEquals(secrets.size(), still.size(), "the bytes are still there: " + still);
      assertTrue(found(wordsDirectory).contains(0), "Lucene has the word no more");

      sql.run("VACUUM");
      assertEquals(0, sql.number("PRAGMA wal_checkpoint(TRUNCATE)").orElseThrow());
      vectors.compact();
      words.compact();
      assertEquals(List.of(), found(folder.path()));
    }
    assertEquals(MESSAGES - 1, words.size());
    assertEquals(MESSAGES - 1, vectors.size(1).messages());
    assertEquals(MESSAGES - 1, messages.live(Scope.ALL, 0, 999).size());
  }

  private int count(String question) {
    return words.search(WordQuery.parse(question, words.analyzer()), 999).size();
  }

  /** Returns the numbers of the secrets that any file below a folder contains. */
  private List<Integer> found(Path place) {
    TreeSet<Integer> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] content = Files.readAllBytes(file);
        for (int i = 0; i < secrets.size(); i++) {
          if (contains(content, secrets.get(i))) {
            found.add(i);
          }
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return List.copyOf(found);
  }

  private static boolean contains(byte[] content, byte[] part) {
    for (int i = 0; i + part.length <= content.length; i++) {
      if (Arrays.equals(content, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void compactingTellsOfReaderThatKeepsDeletedBytes() {
    SqliteConnections impatient =
        new SqliteConnections(vectorsFile) {
          @Override
          protected Connection connect(SQLiteConfig config, String parameters) throws SQLException {
            config.setBusyTimeout(100);
            return super.connect(config, parameters);
          }
        };
    try (SqlClient reader = new SqlClient(vectorsFile);
        SqliteVectorStore vectors =
            new SqliteVectorStore(Database.open(impatient, Schema.VECTORS), Clock.systemUTC())) {
      reader.run("BEGIN");
      assertNotEquals(0, reader.number("SELECT count(*) FROM embed_vectors_1").orElseThrow());
      vectors.delete(1, List.of(erased));
      StoreException refused = assertThrows(StoreException.class, vectors::compact);
      assertTrue(
          refused.getMessage().contains("end its transaction, and try again"), refused::getMessage);
      reader.run("COMMIT");
      vectors.compact();
      assertEquals(MESSAGES - 1, vectors.size(1).messages());
    }
  }

  @Test
  void readOnlyStoreCannotCompact() {
    try (SqliteVectorStore reader = SqliteVectorStore.openReadOnly(vectorsFile)) {
      assertThrows(StoreException.class, reader::compact);
    }
  }
}
