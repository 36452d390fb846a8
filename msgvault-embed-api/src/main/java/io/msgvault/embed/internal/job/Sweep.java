package io.msgvault.embed.internal.job;

import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.Watermark;
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
 * <p>Three things go on side by side. {@link RequestPipeline} has requests under way on the job's
 * executor; one batch of vectors is written there; and the loop on the thread of the run reads
 * ahead meanwhile, prepares, and stamps what was written. A request that can be sent goes before
 * everything else, so that reading and writing hide behind the embedder. Messages are settled in
 * whatever order their vectors come.
 */
final class Sweep {
  /**
   * A write holds roughly this many chunks, or messages without any, at most: what a writer of the
   * host may have to wait for, a few milliseconds, and what one sync of the disk is shared by.
   */
  private static final int MAX_WRITE_CHUNKS = 1024;

  /** While one write waits for the disk, the store may get the next one ready. */
  private static final int MAX_PENDING_WRITES = 2;

  private final JobSettings job;
  private final Generation target;
  private final WorkRange range;
  private final MutableRunCounts counts;
  private final Consumer<JobEvent> listener;
  private final Runnable checkpoint;
  private final Runnable requireLease;
  private final Runnable onProgress;
  private final DocumentReader reader;
  private final RequestPipeline requests;

  private final TreeSet<Long> unstamped = new TreeSet<>();
  private final Deque<Write> pendingWrites = new ArrayDeque<>();

  private Watermark watermark;
  private boolean exhausted;
  private List<PendingMessage> settled = new ArrayList<>();
  private int settledSize;

  /** A batch whose vectors are being written. */
  private record Write(List<PendingMessage> batch, HelpedTask<Boolean> upsert) {}

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
  Sweep(
      JobSettings job,
      Generation target,
      long afterId,
      WorkRange claims,
      Watermark watermark,
      MutableRunCounts tally,
      Consumer<JobEvent> listener,
      Runnable checkpoint,
      Runnable requireLease,
      Runnable onProgress) {
    this.job = job;
    this.target = target;
    this.range = claims;
    this.watermark = watermark;
    this.counts = tally;
    this.listener = listener;
    this.checkpoint = checkpoint;
    this.requireLease = requireLease;
    this.onProgress = onProgress;
    this.reader = new DocumentReader(job, target.id(), afterId, claims);
    this.requests = new RequestPipeline(job, target.fingerprint().dimension(), tally, listener);
  }

  /** Makes a waiting sweep look at its checkpoint. May be called from any thread. */
  void wakeUp() {
    requests.wakeUp();
  }

  /**
   * Sweeps to the end. If it throws, what was complete by then is written, as far as the stores
   * allow.
   *
   * @throws CancellationSignal.RunCancelledException if the run is to stop
   * @throws RuntimeException if the embedder or a store is given up
   */
  void run() {
    try {
      runLoop();
    } catch (InterruptedException e) {
      CancellationSignal.RunCancelledException stopped =
          new CancellationSignal.RunCancelledException(RunOutcome.Cancelled.StopReason.INTERRUPTED);
      keepFinishedWork(stopped);
      throw stopped;
    } catch (RuntimeException e) {
      keepFinishedWork(e);
      throw e;
    } finally {
      requests.cancel();
    }
  }

  private void keepFinishedWork(RuntimeException reason) {
    try {
      write();
      while (!pendingWrites.isEmpty()) {
        stampWritten();
      }
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
    pendingWrites.forEach(written -> cancel(written, reason));
  }

  /** When the lease is given back no write may be under way, which could come after another's. */
  private static void cancel(Write written, RuntimeException reason) {
    try {
      written.upsert().cancel();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private void runLoop() throws InterruptedException {
    while (true) {
      requests.drainEvents();
      checkpoint.run();
      while (!pendingWrites.isEmpty() && pendingWrites.peek().upsert().isDone()) {
        stampWritten();
      }
      if (send()) {
        continue;
      }
      if (isWriteFull()) {
        write();
      } else if (canRead() && requests.canPrefetch()) {
        read();
      } else if (!requests.hasEvents()) {
        if (!settled.isEmpty() && pendingWrites.isEmpty()) {
          write();
        } else if (requests.hasPendingTexts()) {
          requests.awaitEvent();
        } else if (!pendingWrites.isEmpty()) {
          stampWritten();
        } else {
          advanceWatermark();
          return;
        }
      }
    }
  }

  private boolean send() {
    if (!requests.canSend()) {
      return false;
    }
    while (canRead() && requests.needsMoreForBatch() && !isWriteFull()) {
      read();
    }
    return requests.sendNext();
  }

  private boolean canRead() {
    return !exhausted && range.hasCapacity();
  }

  private void read() {
    Optional<DocumentReader.PreparedMessage> next = reader.next();
    if (next.isEmpty()) {
      exhausted = true;
      return;
    }
    PendingMessage document = next.get().pending();
    unstamped.add(document.id);
    range.started(document.id);
    counts.scanned++;
    if (document.chunks.isEmpty()) {
      settle(document, document.settle(new Stamp.Blank()));
    } else if (next.get().storedVectors().isEmpty()) {
      for (int i = 0; i < document.chunks.size(); i++) {
        requests.add(document.chunks.get(i).of(next.get().text()), new ChunkReceiver(document, i));
      }
    } else {
      counts.reused++;
      for (int i = 0; i < document.chunks.size(); i++) {
        settle(document, document.addVector(i, next.get().storedVectors().get(i)));
      }
    }
  }

  private void settle(PendingMessage document, boolean isSettled) {
    if (isSettled) {
      settled.add(document);
      settledSize += Math.max(1, document.chunks.size());
    }
  }

  private boolean isWriteFull() {
    return settledSize >= MAX_WRITE_CHUNKS;
  }

  /** Begins to write what is settled; waits for the oldest write if there are too many. */
  private void write() {
    if (settled.isEmpty()) {
      return;
    }
    if (pendingWrites.size() == MAX_PENDING_WRITES) {
      stampWritten();
    }
    requireLease.run();
    List<PendingMessage> batch = settled;
    settled = new ArrayList<>();
    settledSize = 0;
    pendingWrites.add(begin(batch));
  }

  private Write begin(List<PendingMessage> batch) {
    List<MessageVectors> vectors =
        batch.stream()
            .filter(PendingMessage::isEmbedded)
            .map(PendingMessage::messageVectors)
            .toList();
    // Also for a batch without vectors: a generation retired meanwhile must not get stamps (EJ-11).
    Callable<Boolean> upsert =
        () -> {
          job.vectors().upsert(target.id(), vectors);
          return true;
        };
    return new Write(batch, HelpedTask.submit(job.executor(), upsert, requests::wakeUp));
  }

  /**
   * Waits for the oldest write and stamps its batch (EJ-1), then deletes the vectors of what was
   * stamped BLANK or REJECTED (EJ-3).
   */
  private void stampWritten() {
    Write written = pendingWrites.remove();
    written.upsert().get();
    requireLease.run();
    requireNotRetired();
    List<PendingMessage> batch = written.batch();
    Set<Long> missed =
        job.messages().stamp(target.id(), batch.stream().map(PendingMessage::stamp).toList());
    List<Long> withoutVectors =
        batch.stream()
            .filter(document -> !document.isEmbedded() && !missed.contains(document.id))
            .map(document -> document.id)
            .toList();
    if (!withoutVectors.isEmpty()) {
      job.vectors().delete(target.id(), withoutVectors);
    }
    for (PendingMessage document : batch) {
      if (missed.contains(document.id)) {
        counts.missed++;
        listener.accept(new JobEvent.StampMissed(document.id));
      } else {
        unstamped.remove(document.id);
        countOutcome(document);
      }
      range.finished(document.id);
    }
    advanceWatermark();
    onProgress.run();
  }

  /** The upsert was beside the run, and the generation may have been retired since (EJ-11). */
  private void requireNotRetired() {
    Generation now =
        job.vectors()
            .generation(target.id())
            .orElseThrow(() -> new UnknownGenerationException(target.id()));
    if (now.state() == Generation.State.RETIRED) {
      throw new GenerationStateException(target.id(), now.state(), "it takes no stamps any more");
    }
  }

  private void countOutcome(PendingMessage document) {
    if (document.outcome() instanceof Stamp.Rejected rejected) {
      counts.rejected++;
      listener.accept(new JobEvent.MessageRejected(document.id, rejected.reason()));
    } else if (document.outcome() instanceof Stamp.Blank) {
      counts.blank++;
    } else {
      counts.embedded++;
      counts.chunks += document.chunks.size();
    }
  }

  /**
   * Up to the first message that is not resolved, whatever the reason (EJ-16). One worker of
   * several does not know what the others have not resolved.
   */
  private void advanceWatermark() {
    if (job.messages().supportsSeekingScan() || job.sharedLease()) {
      return;
    }
    long to = unstamped.isEmpty() ? reader.cursor() : unstamped.first() - 1;
    if (to > watermark.id() && job.vectors().advanceWatermark(target.id(), watermark, to)) {
      watermark = new Watermark(to, watermark.epoch());
    }
  }

  /** A chunk of a document, waiting for its vector. */
  private final class ChunkReceiver implements RequestPipeline.Receiver {
    private final PendingMessage document;
    private final int chunk;

    ChunkReceiver(PendingMessage document, int chunk) {
      this.document = document;
      this.chunk = chunk;
    }

    @Override
    public void embedded(float[] vector) {
      settle(document, document.addVector(chunk, vector));
    }

    @Override
    public void rejected(String reason) {
      settle(document, document.settle(new Stamp.Rejected(reason)));
    }

    @Override
    public void failed(TransientEmbedderException cause) {
      if (document.finish()) {
        counts.failed++;
        range.finished(document.id);
        listener.accept(new JobEvent.MessageFailed(document.id, cause));
      }
    }
  }
}
