package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** An archive of numbered messages and its index, with the job between them. */
final class MailIndex implements AutoCloseable {
  private static final TextPreparer PREPARER = new TextPreparer(TextPolicy.standard());
  private static final HashEmbedder EMBEDDER = new HashEmbedder();

  final PgMessageStore messages;
  final PgVectorStore vectors;

  MailIndex(DataSource dataSource, String schema) {
    this(dataSource, dataSource, schema, Clock.systemUTC());
  }

  /** An archive and its index in two databases. */
  MailIndex(DataSource archive, DataSource index, String schema, Clock clock) {
    PgArchive.install(archive, schema).close();
    messages = PgMessageStore.open(archive, schema);
    vectors = PgVectorStore.builder(index, schema).clock(clock).exactUpTo(0).install();
  }

  /** Stores messages, each with a word of its own. */
  static void fill(DataSource dataSource, String schema, int count) {
    PgArchive.install(dataSource, schema).close();
    Jdbi.create(dataSource)
        .useHandle(
            handle ->
                handle.execute(
                    """
                    WITH source AS (
                      INSERT INTO %1$s.sources (name) VALUES ('main') RETURNING id
                    ), added AS (
                      INSERT INTO %1$s.messages (source_id, subject)
                      SELECT id, 'number ' || i FROM source, generate_series(1, %2$d) AS i
                      RETURNING id
                    )
                    INSERT INTO %1$s.message_bodies (message_id, body_text)
                    SELECT id, 'the text of word' || row_number() OVER () FROM added"""
                        .formatted(schema, count)));
  }

  EmbedJob job(Embedder embedder) {
    return builder(embedder).build();
  }

  EmbedJob.Builder builder(Embedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder).pageMessages(4 * HookedEmbedder.BATCH);
  }

  /** Runs, and requires that exactly the current texts are embedded. */
  void requireConverges() {
    try (EmbedJob job = job(new HashEmbedder())) {
      RunOutcome outcome = job.runOnce();
      while (outcome instanceof RunOutcome.Busy) {
        outcome = job.runOnce(); // the server notices the end of a session a little later
      }
      assertInstanceOf(RunOutcome.Completed.class, outcome);
      Coverage coverage = job.coverage();
      assertEquals(0, coverage.missing());
      assertEquals(BackstopFindings.NONE, job.verify());
      requireExact();
    }
  }

  /** Requires that the active generation has the vectors of the archive's current texts. */
  void requireExact() {
    long active = vectors.active().orElseThrow().id();
    long after = 0;
    for (List<MessageRevision> page = vectors.messageIds(active, after, 1_000);
        !page.isEmpty();
        page = vectors.messageIds(active, after, 1_000)) {
      List<Long> ids = page.stream().map(MessageRevision::messageId).toList();
      List<Message> found = messages.find(ids, 100_000);
      assertEquals(
          found.stream()
              .map(message -> new MessageRevision(message.id(), message.revision()))
              .toList(),
          page);
      List<MessageVectors> indexed = vectors.vectors(active, ids);
      for (int i = 0; i < found.size(); i++) {
        requireMadeOf(found.get(i), indexed.get(i));
      }
      after = ids.get(ids.size() - 1);
    }
    assertEquals(messages.coverage(active, Scope.ALL).embedded(), vectors.size(active).messages());
  }

  private static void requireMadeOf(Message message, MessageVectors indexed) {
    String text = PREPARER.prepare(message.subject(), message.text(), message.html());
    for (ChunkVector chunk : indexed.chunks()) {
      String part = text.substring(chunk.start(), chunk.end());
      assertArrayEquals(
          EMBEDDER.embed(List.of(part), InputType.DOCUMENT).get(0),
          chunk.vector(),
          () -> "the vector of message " + message.id());
    }
  }

  @Override
  public void close() {
    vectors.close();
    messages.close();
  }
}
