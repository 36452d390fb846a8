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

  /**
   * The first page of a stripe; ids may be far apart, and what is beyond the stripe is not used.
   */
  private static final int FIRST_PAGE = 32;

  private final JobSettings job;
  private final long generation;
  private final Claims claims;
  private final TextPreparer preparer;
  private final TextDigest digests = new TextDigest();
  private final Chunker chunker;
  private final Deque<Message> page = new ArrayDeque<>();
  private final Map<Long, MessageVectors> indexed = new HashMap<>();

  private int pageMessages;
  private long scanned;
  private long read;

  /** The first message above what was scanned that has vectors, or an id below that. */
  private long nextIndexed;

  Reader(JobSettings job, long generation, long afterId, Claims claims) {
    this.job = job;
    this.generation = generation;
    this.claims = claims;
    this.pageMessages = job.pageMessages();
    this.scanned = Math.max(afterId, claims.first() - 1);
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
    boolean more = scanned < claims.last() || goOn();
    while (more) {
      List<Message> found = job.messages().scan(generation, job.scope(), scanned, limits());
      List<Message> ours =
          found.stream().takeWhile(message -> message.id() <= claims.last()).toList();
      if (!ours.isEmpty()) {
        requireBeyond(scanned, ours);
        page.addAll(ours);
        lookUp(ours);
        scanned = ours.size() < found.size() ? claims.last() : ours.get(ours.size() - 1).id();
        return;
      }
      more = goOn();
    }
  }

  /** Over a store that breaks MS-2, a run would never end. */
  private static void requireBeyond(long after, List<Message> found) {
    long last = after;
    for (Message message : found) {
      if (message.id() <= last) {
        throw new StoreException(
            "the message store's scan after "
                + after
                + " gave message "
                + message.id()
                + " behind message "
                + last
                + ": ids must be beyond that and ascend (MS-2); hold the store to the test kit",
            null);
      }
      last = message.id();
    }
  }

  private ScanLimits limits() {
    ScanLimits whole = job.page();
    long most = Math.min(pageMessages, claims.last() - scanned);
    pageMessages = (int) Math.min(whole.messages(), 2L * pageMessages);
    return new ScanLimits((int) most, whole.characters(), whole.bodyCharacters());
  }

  /** To the next stripe; false if there is none. */
  private boolean goOn() {
    if (!claims.next(Math.max(scanned, claims.last()))) {
      return false;
    }
    scanned = Math.max(scanned, claims.first() - 1);
    pageMessages = Math.min(job.pageMessages(), FIRST_PAGE);
    nextIndexed = 0;
    return true;
  }

  /**
   * Fetches the vectors that messages of the page have already. The sweep itself writes none above
   * what it has scanned, and nobody else writes any in what it has claimed. So one look ahead
   * serves all pages up to the message that it found, or to the end of the stripe: a new index is
   * not asked page by page.
   */
  private void lookUp(List<Message> found) {
    long first = found.get(0).id();
    long last = found.get(found.size() - 1).id();
    if (nextIndexed < first) {
      List<MessageRevision> next = job.vectors().messageIds(generation, first - 1, 1);
      nextIndexed = next.isEmpty() ? NONE : next.get(0).messageId();
    }
    if (nextIndexed <= last) {
      job.vectors()
          .vectors(generation, found.stream().map(Message::id).toList())
          .forEach(vectors -> indexed.put(vectors.messageId(), vectors));
    }
  }
}
