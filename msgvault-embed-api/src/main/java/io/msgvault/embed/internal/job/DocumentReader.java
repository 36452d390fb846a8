package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.ScanLimits;
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
final class DocumentReader {
  private static final long NONE = Long.MAX_VALUE;

  /**
   * The first page of a stripe; ids may be far apart, and what is beyond the stripe is not used.
   */
  private static final int FIRST_PAGE = 32;

  private final JobSettings job;
  private final long generation;
  private final WorkRange range;
  private final TextPreparer preparer;
  private final TextDigest digests = new TextDigest();
  private final Chunker chunker;
  private final Deque<Message> page = new ArrayDeque<>();
  private final Map<Long, MessageVectors> storedVectors = new HashMap<>();

  private int pageMessages;
  private long lastScanned;
  private long lastRead;

  /** The first message above what was scanned that has vectors, or an id below that. */
  private long nextStoredId;

  DocumentReader(JobSettings job, long generation, long afterId, WorkRange claims) {
    this.job = job;
    this.generation = generation;
    this.range = claims;
    this.pageMessages = job.pageMessages();
    this.lastScanned = Math.max(afterId, claims.first() - 1);
    this.lastRead = afterId;
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
   * @param storedVectors those of its chunks where the index has them from an equal text; else
   *     empty
   */
  record PreparedMessage(
      Message message, String text, PendingMessage pending, List<float[]> storedVectors) {}

  /** The id up to which everything that needs work was handed out. */
  long cursor() {
    return lastRead;
  }

  /** The next message; empty at the end of the archive. */
  Optional<PreparedMessage> next() {
    if (page.isEmpty()) {
      scan();
    }
    Message message = page.poll();
    if (message == null) {
      lastRead = lastScanned;
      return Optional.empty();
    }
    lastRead = message.id();
    String text = preparer.prepare(message.subject(), message.text(), message.html());
    String digest = digests.of(text);
    MessageVectors old = storedVectors.remove(message.id());
    if (old == null || !old.textDigest().equals(digest)) {
      return Optional.of(
          new PreparedMessage(
              message, text, new PendingMessage(message, digest, chunker.chunk(text)), List.of()));
    }
    List<Chunk> chunks = old.chunks().stream().map(c -> new Chunk(c.start(), c.end())).toList();
    return Optional.of(
        new PreparedMessage(
            message,
            text,
            new PendingMessage(message, digest, chunks),
            old.chunks().stream().map(ChunkVector::vector).toList()));
  }

  private void scan() {
    boolean more = lastScanned < range.last() || nextRange();
    while (more) {
      List<Message> found = job.messages().scan(generation, job.scope(), lastScanned, limits());
      List<Message> ours =
          found.stream().takeWhile(message -> message.id() <= range.last()).toList();
      if (!ours.isEmpty()) {
        requireAscending(lastScanned, ours);
        page.addAll(ours);
        loadStoredVectors(ours);
        lastScanned = ours.size() < found.size() ? range.last() : ours.get(ours.size() - 1).id();
        return;
      }
      more = nextRange();
    }
  }

  /** Over a store that breaks MS-2, a run would never end. */
  private static void requireAscending(long after, List<Message> found) {
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
                + ": ids must be beyond that and ascend (MS-2); hold the store to the test kit");
      }
      last = message.id();
    }
  }

  private ScanLimits limits() {
    ScanLimits whole = job.scanLimits();
    long most = Math.min(pageMessages, range.last() - lastScanned);
    pageMessages = (int) Math.min(whole.messages(), 2L * pageMessages);
    return new ScanLimits((int) most, whole.characters(), whole.bodyCharacters());
  }

  /** To the next stripe; false if there is none. */
  private boolean nextRange() {
    if (!range.advance(Math.max(lastScanned, range.last()))) {
      return false;
    }
    lastScanned = Math.max(lastScanned, range.first() - 1);
    pageMessages = Math.min(job.pageMessages(), FIRST_PAGE);
    nextStoredId = 0;
    return true;
  }

  /**
   * Fetches the vectors that messages of the page have already. The sweep itself writes none above
   * what it has scanned, and nobody else writes any in what it has claimed. So one look ahead
   * serves all pages up to the message that it found, or to the end of the stripe: a new index is
   * not asked page by page.
   */
  private void loadStoredVectors(List<Message> found) {
    long first = found.get(0).id();
    long last = found.get(found.size() - 1).id();
    if (nextStoredId < first) {
      List<MessageRevision> next = job.vectors().messageIds(generation, first - 1, 1);
      nextStoredId = next.isEmpty() ? NONE : next.get(0).messageId();
    }
    if (nextStoredId <= last) {
      job.vectors()
          .vectors(generation, found.stream().map(Message::id).toList())
          .forEach(vectors -> storedVectors.put(vectors.messageId(), vectors));
    }
  }
}
