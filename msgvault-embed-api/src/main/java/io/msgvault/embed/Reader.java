package io.msgvault.embed;

import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPreparer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scans what needs work, a page at a time, and prepares one message after the other, so that no
 * more is held than a page and what was asked for. Confined to the run's thread.
 */
final class Reader {
  private static final long NONE = Long.MAX_VALUE;

  private final JobSettings job;
  private final long generation;
  private final TextPreparer preparer;
  private final TextDigest digests = new TextDigest();
  private final Chunker chunker;
  private final Deque<Message> page = new ArrayDeque<>();
  private final Map<Long, MessageVectors> indexed = new HashMap<>();

  private long scanned;
  private long read;

  /** The first message above what was scanned that has vectors, or an id below that. */
  private long nextIndexed;

  Reader(JobSettings job, long generation, long afterId) {
    this.job = job;
    this.generation = generation;
    this.scanned = afterId;
    this.read = afterId;
    this.preparer = new TextPreparer(job.text());
    this.chunker =
        job.embedder()
            .tokenCounter()
            .map(counter -> new Chunker(job.text(), job.embedder().model().maxTokens(), counter))
            .orElseGet(() -> new Chunker(job.text()));
  }

  /**
   * A message with its prepared text.
   *
   * @param vectors those of its chunks where the index has them from an equal text; else empty
   */
  record Prepared(Message message, String text, Document document, List<float[]> vectors) {}

  /** The id up to which everything that needs work was handed out. */
  long cursor() {
    return read;
  }

  /** The next message; empty at the end of the archive. */
  Optional<Prepared> next() {
    if (page.isEmpty()) {
      scan();
    }
    Message message = page.poll();
    if (message == null) {
      read = scanned;
      return Optional.empty();
    }
    read = message.id();
    String text = preparer.prepare(message.subject(), message.text(), message.html());
    String digest = digests.of(text);
    MessageVectors old = indexed.remove(message.id());
    if (old == null || !old.textDigest().equals(digest)) {
      return Optional.of(
          new Prepared(
              message, text, new Document(message, digest, chunker.chunk(text)), List.of()));
    }
    List<Chunk> chunks = old.chunks().stream().map(c -> new Chunk(c.start(), c.end())).toList();
    return Optional.of(
        new Prepared(
            message,
            text,
            new Document(message, digest, chunks),
            old.chunks().stream().map(ChunkVector::vector).toList()));
  }

  private void scan() {
    List<Message> found = job.messages().scan(generation, job.scope(), scanned, job.page());
    if (found.isEmpty()) {
      return;
    }
    page.addAll(found);
    scanned = found.get(found.size() - 1).id();
    lookUp(found);
  }

  /**
   * Fetches the vectors that messages of the page have already. The sweep itself writes none above
   * what it has scanned, and under the lease nobody else writes any. So one look ahead serves all
   * pages up to the message that it found: a new index is not asked page by page.
   */
  private void lookUp(List<Message> found) {
    long first = found.get(0).id();
    if (nextIndexed < first) {
      List<MessageRevision> next = job.vectors().messageIds(generation, first - 1, 1);
      nextIndexed = next.isEmpty() ? NONE : next.get(0).messageId();
    }
    if (nextIndexed <= scanned) {
      job.vectors()
          .vectors(generation, found.stream().map(Message::id).toList())
          .forEach(vectors -> indexed.put(vectors.messageId(), vectors));
    }
  }
}
