package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextDigest;
import io.msgvault.embed.text.TextPreparer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the messages that need work, a page at a time, and prepares their texts one by one. The
 * words of a page are written before any of its texts is embedded (EJ-21). It holds at most one
 * page. Confined to the run's thread.
 */
final class DocumentReader {
  private static final long NONE = Long.MAX_VALUE;

  /**
   * The messages in the first page of a range. Ids may be sparse, and messages beyond the range are
   * read for nothing.
   */
  private static final int FIRST_PAGE = 32;

  private final JobSettings job;
  private final long generation;
  private final Worker worker;
  private final Optional<WordKeeper> words;
  private final TextPreparer preparer;
  private final Chunker chunker;
  private final Deque<Message> page = new ArrayDeque<>();
  private final Map<Long, MessageVectors> storedVectors = new HashMap<>();

  private Optional<IdRange> range;
  private int pageMessages;
  private long lastScanned;
  private long lastRead;

  /** The first message above the scanned ones that has vectors, or an id below it. */
  private long nextStoredId;

  DocumentReader(RunContext run, long afterId) {
    this.job = run.job();
    this.generation = run.generation().id();
    this.worker = run.worker();
    this.words = run.words();
    this.range = worker.range();
    this.pageMessages = job.pageMessages();
    this.lastScanned = range.map(ids -> Math.max(afterId, ids.first() - 1)).orElse(afterId);
    this.lastRead = afterId;
    this.preparer = new TextPreparer(job.text());
    this.chunker = job.chunker();
  }

  /**
   * A message with its prepared text.
   *
   * @param storedVectors the vectors of its chunks if the index has them from an equal text; else
   *     empty
   */
  record PreparedMessage(String text, PendingMessage pending, List<float[]> storedVectors) {}

  /** Returns the id up to which every message that needs work was returned. */
  long cursor() {
    return lastRead;
  }

  /** Returns whether there is a next message. */
  boolean hasNext() {
    if (page.isEmpty()) {
      scan();
    }
    return !page.isEmpty();
  }

  /** Returns the next message; empty at the end of the archive. */
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
    String digest = TextDigest.of(text);
    MessageVectors stored = storedVectors.remove(message.id());
    if (stored == null || !stored.hasTextDigest() || !stored.textDigest().equals(digest)) {
      return Optional.of(
          new PreparedMessage(
              text, new PendingMessage(message, digest, chunker.chunk(text)), List.of()));
    }
    List<Chunk> chunks = stored.chunks().stream().map(c -> new Chunk(c.start(), c.end())).toList();
    return Optional.of(
        new PreparedMessage(
            text,
            new PendingMessage(message, digest, chunks),
            stored.chunks().stream().map(ChunkVector::vector).toList()));
  }

  /** Reads the next page with a message that needs work, in this range or one after it. */
  private void scan() {
    if (range.filter(ids -> lastScanned < ids.last()).isEmpty()) {
      claimNextRange();
    }
    while (range.isPresent() && !scan(range.get())) {
      claimNextRange();
    }
  }

  private boolean scan(IdRange ids) {
    List<Message> found = job.messages().scan(generation, job.scope(), lastScanned, limits(ids));
    List<Message> ours = found.stream().takeWhile(message -> message.id() <= ids.last()).toList();
    if (ours.isEmpty()) {
      return false;
    }
    requireAscending(lastScanned, ours);
    words.ifPresent(keeper -> keeper.writeAsRead(ours));
    page.addAll(ours);
    loadStoredVectors(ours);
    lastScanned = ours.size() < found.size() ? ids.last() : ours.get(ours.size() - 1).id();
    return true;
  }

  /** Checks the order. A run over a store that breaks MS-2 may never end. */
  private static void requireAscending(long after, List<Message> found) {
    long last = after;
    for (Message message : found) {
      if (message.id() <= last) {
        throw new StoreException(
            "the message store's scan after "
                + after
                + " returned message "
                + message.id()
                + " after message "
                + last
                + ": ids must ascend (MS-2); test the store with msgvault-embed-testkit");
      }
      last = message.id();
    }
  }

  private ScanLimits limits(IdRange ids) {
    ScanLimits whole = job.scanLimits();
    long max = Math.min(pageMessages, ids.last() - lastScanned);
    pageMessages = (int) Math.min(whole.messages(), 2L * pageMessages);
    return new ScanLimits((int) max, whole.characters(), whole.bodyCharacters());
  }

  private void claimNextRange() {
    range =
        worker.nextRange(range.map(ids -> Math.max(lastScanned, ids.last())).orElse(lastScanned));
    if (range.isPresent()) {
      lastScanned = Math.max(lastScanned, range.get().first() - 1);
      pageMessages = Math.min(job.pageMessages(), FIRST_PAGE);
      nextStoredId = 0;
    }
  }

  /**
   * Loads the vectors that the messages of a page already have. The sweep writes none above what it
   * has scanned, and no other worker writes in its range. So one lookup serves all pages up to the
   * message that it found, or to the end of the range. A new index is not asked page by page.
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
