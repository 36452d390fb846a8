package io.msgvault.embed;

import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPreparer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sweeps the archive once: scans what needs work, has it embedded, writes the vectors, then stamps.
 *
 * <p>One loop on the thread of the run touches the stores. While {@link EmbedRequests} has requests
 * under way, the loop reads ahead and writes what is complete, so that reading and writing hide
 * behind the embedder. Messages are settled in whatever order their vectors come.
 */
final class Filler {
  /**
   * A write holds at most this many messages or, roughly, chunks: what a writer of the host may
   * have to wait for.
   */
  private static final int WRITE_MESSAGES = 256;

  private static final int WRITE_CHUNKS = 1024;

  private final JobSettings job;
  private final Generation target;
  private final Tally tally;
  private final Consumer<JobEvent> listener;
  private final Runnable checkpoint;
  private final Runnable requireLease;
  private final Runnable onProgress;
  private final TextPreparer preparer;
  private final Chunker chunker;
  private final EmbedRequests requests;

  private final List<Document> settled = new ArrayList<>();
  private final TreeSet<Long> unresolved = new TreeSet<>();

  private long cursor;
  private Watermark watermark;
  private boolean exhausted;
  private int settledChunks;

  /**
   * A filler for one sweep.
   *
   * @param afterId where the scan begins
   * @param watermark the generation's watermark before the scan
   * @param checkpoint throws if the run is to stop
   * @param requireLease throws if the lease is lost
   * @param onProgress called after each write
   */
  Filler(
      JobSettings job,
      Generation target,
      long afterId,
      Watermark watermark,
      Tally tally,
      Consumer<JobEvent> listener,
      Runnable checkpoint,
      Runnable requireLease,
      Runnable onProgress) {
    this.job = job;
    this.target = target;
    this.cursor = afterId;
    this.watermark = watermark;
    this.tally = tally;
    this.listener = listener;
    this.checkpoint = checkpoint;
    this.requireLease = requireLease;
    this.onProgress = onProgress;
    this.preparer = new TextPreparer(job.text());
    this.chunker =
        job.embedder()
            .tokenCounter()
            .map(counter -> new Chunker(job.text(), job.embedder().model().maxTokens(), counter))
            .orElseGet(() -> new Chunker(job.text()));
    this.requests = new EmbedRequests(job, target.fingerprint().dimension(), tally, listener);
  }

  /** Makes a waiting sweep look at its checkpoint. May be called from any thread. */
  void wake() {
    requests.wake();
  }

  /**
   * Sweeps to the end. If it throws, what was complete by then is written, as far as the stores
   * allow.
   *
   * @throws StopSignal.Stopped if the run is to stop
   * @throws RuntimeException if the embedder or a store is given up
   */
  void sweep() {
    try {
      loop();
    } catch (InterruptedException e) {
      StopSignal.Stopped stopped =
          new StopSignal.Stopped(RunOutcome.Cancelled.StopReason.INTERRUPTED);
      salvage(stopped);
      throw stopped;
    } catch (RuntimeException e) {
      salvage(e);
      throw e;
    } finally {
      requests.cancel();
    }
  }

  private void salvage(RuntimeException reason) {
    try {
      write();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private void loop() throws InterruptedException {
    while (true) {
      requests.takeNews();
      checkpoint.run();
      send();
      if (writeIsFull() || (!settled.isEmpty() && !requests.hasNews())) {
        write();
      } else if (!requests.hasNews()) {
        if (exhausted && requests.isDone()) {
          advanceWatermark();
          return;
        }
        requests.await();
      }
    }
  }

  private void send() {
    while (requests.maySend()) {
      while (!exhausted && requests.wantsText() && !writeIsFull()) {
        read();
      }
      if (!requests.sendNext()) {
        return;
      }
      checkpoint.run();
    }
  }

  private void read() {
    List<Message> page = job.messages().scan(target.id(), job.scope(), cursor, job.page());
    if (page.isEmpty()) {
      exhausted = true;
      return;
    }
    cursor = page.get(page.size() - 1).id();
    tally.scanned += page.size();
    Map<Long, MessageVectors> indexed =
        job.vectors().vectors(target.id(), page.stream().map(Message::id).toList()).stream()
            .collect(Collectors.toMap(MessageVectors::messageId, Function.identity()));
    for (Message message : page) {
      unresolved.add(message.id());
      String text = preparer.prepare(message.subject(), message.text(), message.html());
      String digest = TextDigest.of(text);
      MessageVectors old = indexed.get(message.id());
      if (old != null && old.textDigest().equals(digest)) {
        tally.reused++;
        List<Chunk> chunks = old.chunks().stream().map(c -> new Chunk(c.start(), c.end())).toList();
        Document document = new Document(message, digest, chunks);
        for (int i = 0; i < chunks.size(); i++) {
          document.new Part(i).embedded(old.chunks().get(i).vector());
        }
      } else {
        request(new Document(message, digest, chunker.chunk(text)), text);
      }
    }
  }

  private void request(Document document, String text) {
    if (document.chunks.isEmpty()) {
      document.settle(new Stamp.Blank());
    }
    for (int i = 0; i < document.chunks.size(); i++) {
      requests.add(document.chunks.get(i).of(text), document.new Part(i));
    }
  }

  private boolean writeIsFull() {
    return settled.size() >= WRITE_MESSAGES || settledChunks >= WRITE_CHUNKS;
  }

  /** Upserts, then stamps (EJ-1); vectors of what is stamped BLANK or REJECTED go last (EJ-3). */
  private void write() {
    if (settled.isEmpty()) {
      return;
    }
    List<Document> batch = List.copyOf(settled);
    settled.clear();
    settledChunks = 0;
    requireLease.run();
    // Also for a batch without vectors: a generation retired meanwhile must not get stamps (EJ-11).
    job.vectors()
        .upsert(
            target.id(),
            batch.stream().filter(Document::isEmbedded).map(Document::messageVectors).toList());
    Set<Long> missed =
        job.messages().stamp(target.id(), batch.stream().map(Document::stamp).toList());
    List<Long> withoutVectors =
        batch.stream()
            .filter(document -> !document.isEmbedded() && !missed.contains(document.id))
            .map(document -> document.id)
            .toList();
    if (!withoutVectors.isEmpty()) {
      job.vectors().delete(target.id(), withoutVectors);
    }
    for (Document document : batch) {
      if (missed.contains(document.id)) {
        tally.missed++;
        listener.accept(new JobEvent.StampMissed(document.id));
      } else {
        unresolved.remove(document.id);
        count(document);
      }
    }
    advanceWatermark();
    onProgress.run();
  }

  private void count(Document document) {
    if (document.outcome instanceof Stamp.Rejected rejected) {
      tally.rejected++;
      listener.accept(new JobEvent.MessageRejected(document.id, rejected.reason()));
    } else if (document.outcome instanceof Stamp.Blank) {
      tally.blank++;
    } else {
      tally.embedded++;
      tally.chunks += document.chunks.size();
    }
  }

  /** Up to the first message that is not resolved, whatever the reason (EJ-16). */
  private void advanceWatermark() {
    if (job.messages().scansBySeeking()) {
      return;
    }
    long to = unresolved.isEmpty() ? cursor : unresolved.first() - 1;
    if (to > watermark.id() && job.vectors().advanceWatermark(target.id(), watermark, to)) {
      watermark = new Watermark(to, watermark.epoch());
    }
  }

  /**
   * A message on its way: settled once each chunk has its vector, or at the first that is refused.
   */
  private final class Document {
    final long id;
    final long revision;
    final String digest;
    final List<Chunk> chunks;
    private final float[][] vectors;
    private int open;
    private boolean over;
    private Stamp.Outcome outcome = new Stamp.Embedded();

    Document(Message message, String digest, List<Chunk> chunks) {
      this.id = message.id();
      this.revision = message.revision();
      this.digest = digest;
      this.chunks = chunks;
      this.vectors = new float[chunks.size()][];
      this.open = chunks.size();
    }

    void settle(Stamp.Outcome how) {
      over = true;
      outcome = how;
      settled.add(this);
      settledChunks += chunks.size();
    }

    boolean isEmbedded() {
      return outcome instanceof Stamp.Embedded;
    }

    Stamp stamp() {
      return new Stamp(id, revision, outcome);
    }

    MessageVectors messageVectors() {
      List<ChunkVector> made = new ArrayList<>(chunks.size());
      for (int i = 0; i < chunks.size(); i++) {
        made.add(new ChunkVector(chunks.get(i).start(), chunks.get(i).end(), vectors[i]));
      }
      return new MessageVectors(id, revision, digest, made);
    }

    /** One chunk, waiting for its vector. */
    final class Part implements EmbedRequests.Receiver {
      private final int index;

      Part(int index) {
        this.index = index;
      }

      @Override
      public void embedded(float[] vector) {
        vectors[index] = vector;
        open--;
        if (open == 0 && !over) {
          settle(new Stamp.Embedded());
        }
      }

      @Override
      public void refused(String reason) {
        if (!over) {
          settle(new Stamp.Rejected(reason));
        }
      }

      @Override
      public void givenUp(TransientEmbedderException cause) {
        if (!over) {
          over = true;
          tally.failed++;
          listener.accept(new JobEvent.MessageFailed(id, cause));
        }
      }
    }
  }
}
