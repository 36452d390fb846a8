package io.msgvault.embed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Sweeps the archive once: scans what needs work, has it embedded, writes the vectors, then stamps.
 *
 * <p>Three things go on side by side. {@link EmbedRequests} has requests under way on the job's
 * executor; one batch of vectors is written there; and the loop on the thread of the run reads
 * ahead meanwhile, prepares, and stamps what was written. A request that can be sent goes before
 * everything else, so that reading and writing hide behind the embedder. Messages are settled in
 * whatever order their vectors come.
 */
final class Filler {
  /**
   * A write holds roughly this many chunks, or messages without any, at most: what a writer of the
   * host may have to wait for, a few milliseconds, and what one sync of the disk is shared by.
   */
  private static final int WRITE_SIZE = 1024;

  /** While one write waits for the disk, the store may get the next one ready. */
  private static final int WRITES = 2;

  private final JobSettings job;
  private final Generation target;
  private final Claims claims;
  private final Tally tally;
  private final Consumer<JobEvent> listener;
  private final Runnable checkpoint;
  private final Runnable requireLease;
  private final Runnable onProgress;
  private final Reader reader;
  private final EmbedRequests requests;

  private final TreeSet<Long> unresolved = new TreeSet<>();
  private final Deque<Write> writing = new ArrayDeque<>();

  private Watermark watermark;
  private boolean exhausted;
  private List<Document> settled = new ArrayList<>();
  private int settledSize;

  /** A batch whose vectors are being written. */
  private record Write(List<Document> batch, Aside<Boolean> upsert) {}

  /**
   * A filler for one sweep.
   *
   * @param afterId where the scan begins
   * @param claims which ids it may fill
   * @param watermark the generation's watermark before the scan
   * @param checkpoint throws if the run is to stop
   * @param requireLease throws if the lease is lost
   * @param onProgress called after each write
   */
  Filler(
      JobSettings job,
      Generation target,
      long afterId,
      Claims claims,
      Watermark watermark,
      Tally tally,
      Consumer<JobEvent> listener,
      Runnable checkpoint,
      Runnable requireLease,
      Runnable onProgress) {
    this.job = job;
    this.target = target;
    this.claims = claims;
    this.watermark = watermark;
    this.tally = tally;
    this.listener = listener;
    this.checkpoint = checkpoint;
    this.requireLease = requireLease;
    this.onProgress = onProgress;
    this.reader = new Reader(job, target.id(), afterId, claims);
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
      while (!writing.isEmpty()) {
        stampWritten();
      }
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
    writing.forEach(written -> drop(written, reason));
  }

  /** When the lease is given back no write may be under way, which could come after another's. */
  private static void drop(Write written, RuntimeException reason) {
    try {
      written.upsert().drop();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private void loop() throws InterruptedException {
    while (true) {
      requests.takeNews();
      checkpoint.run();
      while (!writing.isEmpty() && writing.peek().upsert().isDone()) {
        stampWritten();
      }
      if (send()) {
        continue;
      }
      if (writeIsFull()) {
        write();
      } else if (mayRead() && requests.wantsText()) {
        read();
      } else if (!requests.hasNews()) {
        if (!settled.isEmpty() && writing.isEmpty()) {
          write();
        } else if (requests.isUnderWay()) {
          requests.await();
        } else if (!writing.isEmpty()) {
          stampWritten();
        } else {
          advanceWatermark();
          return;
        }
      }
    }
  }

  private boolean send() {
    if (!requests.maySend()) {
      return false;
    }
    while (mayRead() && requests.needsText() && !writeIsFull()) {
      read();
    }
    return requests.sendNext();
  }

  private boolean mayRead() {
    return !exhausted && claims.hasRoom();
  }

  private void read() {
    Optional<Reader.Prepared> next = reader.next();
    if (next.isEmpty()) {
      exhausted = true;
      return;
    }
    Document document = next.get().document();
    unresolved.add(document.id);
    claims.opened(document.id);
    tally.scanned++;
    if (document.chunks.isEmpty()) {
      settle(document, document.settle(new Stamp.Blank()));
    } else if (next.get().vectors().isEmpty()) {
      for (int i = 0; i < document.chunks.size(); i++) {
        requests.add(document.chunks.get(i).of(next.get().text()), new Part(document, i));
      }
    } else {
      tally.reused++;
      for (int i = 0; i < document.chunks.size(); i++) {
        settle(document, document.embedded(i, next.get().vectors().get(i)));
      }
    }
  }

  private void settle(Document document, boolean now) {
    if (now) {
      settled.add(document);
      settledSize += Math.max(1, document.chunks.size());
    }
  }

  private boolean writeIsFull() {
    return settledSize >= WRITE_SIZE;
  }

  /** Begins to write what is settled; waits for the oldest write if there are too many. */
  private void write() {
    if (settled.isEmpty()) {
      return;
    }
    if (writing.size() == WRITES) {
      stampWritten();
    }
    requireLease.run();
    List<Document> batch = settled;
    settled = new ArrayList<>();
    settledSize = 0;
    writing.add(begin(batch));
  }

  private Write begin(List<Document> batch) {
    List<MessageVectors> vectors =
        batch.stream().filter(Document::isEmbedded).map(Document::messageVectors).toList();
    // Also for a batch without vectors: a generation retired meanwhile must not get stamps (EJ-11).
    Callable<Boolean> upsert =
        () -> {
          job.vectors().upsert(target.id(), vectors);
          return true;
        };
    return new Write(batch, Aside.on(job.executor(), upsert, requests::wake));
  }

  /**
   * Waits for the oldest write and stamps its batch (EJ-1), then deletes the vectors of what was
   * stamped BLANK or REJECTED (EJ-3).
   */
  private void stampWritten() {
    Write written = writing.remove();
    written.upsert().get();
    requireLease.run();
    requireUnretired();
    List<Document> batch = written.batch();
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
      claims.closed(document.id);
    }
    advanceWatermark();
    onProgress.run();
  }

  /** The upsert was beside the run, and the generation may have been retired since (EJ-11). */
  private void requireUnretired() {
    Generation now =
        job.vectors()
            .generation(target.id())
            .orElseThrow(() -> new UnknownGenerationException(target.id()));
    if (now.state() == Generation.State.RETIRED) {
      throw new GenerationStateException(target.id(), now.state(), "it takes no stamps any more");
    }
  }

  private void count(Document document) {
    if (document.outcome() instanceof Stamp.Rejected rejected) {
      tally.rejected++;
      listener.accept(new JobEvent.MessageRejected(document.id, rejected.reason()));
    } else if (document.outcome() instanceof Stamp.Blank) {
      tally.blank++;
    } else {
      tally.embedded++;
      tally.chunks += document.chunks.size();
    }
  }

  /**
   * Up to the first message that is not resolved, whatever the reason (EJ-16). One worker of
   * several does not know what the others have not resolved.
   */
  private void advanceWatermark() {
    if (job.messages().scansBySeeking() || job.shared()) {
      return;
    }
    long to = unresolved.isEmpty() ? reader.cursor() : unresolved.first() - 1;
    if (to > watermark.id() && job.vectors().advanceWatermark(target.id(), watermark, to)) {
      watermark = new Watermark(to, watermark.epoch());
    }
  }

  /** A chunk of a document, waiting for its vector. */
  private final class Part implements EmbedRequests.Receiver {
    private final Document document;
    private final int chunk;

    Part(Document document, int chunk) {
      this.document = document;
      this.chunk = chunk;
    }

    @Override
    public void embedded(float[] vector) {
      settle(document, document.embedded(chunk, vector));
    }

    @Override
    public void refused(String reason) {
      settle(document, document.settle(new Stamp.Rejected(reason)));
    }

    @Override
    public void givenUp(TransientEmbedderException cause) {
      if (document.leave()) {
        tally.failed++;
        claims.closed(document.id);
        listener.accept(new JobEvent.MessageFailed(document.id, cause));
      }
    }
  }
}
