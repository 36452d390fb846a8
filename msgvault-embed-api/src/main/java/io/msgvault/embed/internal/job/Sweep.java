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

/**
 * One sweep of the archive: it scans the messages that need work, has them embedded, writes their
 * vectors, and then stamps them (EJ-1). Their words are written when they are read (EJ-21).
 *
 * <h2>Concurrency</h2>
 *
 * <p>Three things happen at once. {@link RequestPipeline} has requests in progress on the job's
 * executor. The same executor writes batches of vectors. The loop on the run's thread reads ahead,
 * prepares texts, and stamps what was written. A request that can be sent goes first, so reading
 * and writing take place while the embedder works.
 *
 * <h2>Order</h2>
 *
 * <p>Messages are settled in the order in which their vectors arrive. The watermark therefore moves
 * only up to the first unresolved message.
 */
final class Sweep {
  /**
   * The most chunks in one write; a message without chunks counts as one. A larger write shares one
   * sync of the disk among more chunks. A smaller one lets the host's writers wait less: at this
   * size, a few milliseconds.
   */
  private static final int MAX_WRITE_CHUNKS = 1024;

  /** The most writes in progress. The store can prepare one while the other waits for the disk. */
  private static final int MAX_PENDING_WRITES = 2;

  private final RunContext run;
  private final JobSettings job;
  private final long generation;
  private final Worker worker;
  private final MutableRunCounts counts;
  private final DocumentReader reader;
  private final RequestPipeline requests;

  private final TreeSet<Long> unresolved = new TreeSet<>();
  private final Deque<Write> pendingWrites = new ArrayDeque<>();

  private Watermark watermark;
  private boolean exhausted;
  private Optional<RunOutcome.Cancelled.StopReason> spentLimit = Optional.empty();
  private List<PendingMessage> settled = new ArrayList<>();
  private int settledSize;

  /** A batch whose vectors are being written. */
  private record Write(List<PendingMessage> batch, HelpedTask<Boolean> upsert) {}

  private Sweep(RunContext run, Watermark watermark, long afterId) {
    this.run = run;
    this.job = run.job();
    this.generation = run.generation().id();
    this.worker = run.worker();
    this.counts = run.counts();
    this.watermark = watermark;
    this.reader = new DocumentReader(run, afterId);
    this.requests = new RequestPipeline(run);
  }

  /** Returns a sweep of the whole archive. */
  static Sweep ofAll(RunContext run) {
    return new Sweep(run, watermark(run), 0);
  }

  /**
   * Returns a sweep of everything that may need work: from the start over a store that supports
   * seeking scans, and else from the watermark.
   */
  static Sweep ofNew(RunContext run) {
    Watermark watermark = watermark(run);
    return new Sweep(
        run, watermark, run.job().messages().supportsSeekingScan() ? 0 : watermark.id());
  }

  private static Watermark watermark(RunContext run) {
    return run.job().vectors().watermark(run.generation().id());
  }

  /** Makes a waiting sweep look at its checkpoint. May be called from any thread. */
  void wakeUp() {
    requests.wakeUp();
  }

  /**
   * Returns the limit of the budget that kept this sweep from the messages that are left; empty if
   * none are left.
   */
  Optional<RunOutcome.Cancelled.StopReason> spentLimit() {
    return spentLimit;
  }

  /**
   * Sweeps to the end, or until the budget is spent. If it throws, it has written the messages that
   * were settled by then, as far as the stores allow.
   *
   * @throws CancellationSignal.RunCancelledException if the run must stop
   * @throws RuntimeException if the embedder or a store failed for good
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
    pendingWrites.forEach(write -> cancel(write, reason));
  }

  /** Ends a write. It must not reach the store after the lease was given to another run. */
  private static void cancel(Write write, RuntimeException reason) {
    try {
      write.upsert().cancel();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private void runLoop() throws InterruptedException {
    while (true) {
      requests.drainEvents();
      run.checkpoint();
      run.words().ifPresent(WordKeeper::lookForNew);
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
          awaitEvent();
        } else if (!pendingWrites.isEmpty()) {
          stampWritten();
        } else {
          advanceWatermark();
          return;
        }
      }
    }
  }

  /** Waits for the embedder. With words it looks for new messages in between. */
  private void awaitEvent() throws InterruptedException {
    if (run.words().isPresent()) {
      requests.awaitEvent(WordKeeper.LOOK_INTERVAL);
    } else {
      requests.awaitEvent();
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
    return !exhausted && worker.hasCapacity();
  }

  private void read() {
    Optional<RunOutcome.Cancelled.StopReason> spent = requests.spentLimit();
    if (spent.isPresent() && reader.hasNext()) {
      spentLimit = spent;
      exhausted = true;
      return;
    }
    Optional<DocumentReader.PreparedMessage> next = reader.next();
    if (next.isEmpty()) {
      exhausted = true;
      return;
    }
    PendingMessage message = next.get().pending();
    unresolved.add(message.id);
    worker.started(message.id);
    counts.scanned++;
    if (message.chunks.isEmpty()) {
      queueIfSettled(message, message.settle(new Stamp.Blank()));
    } else if (next.get().storedVectors().isEmpty()) {
      for (int i = 0; i < message.chunks.size(); i++) {
        requests.add(message.chunks.get(i).of(next.get().text()), new ChunkReceiver(message, i));
      }
    } else {
      counts.reused++;
      for (int i = 0; i < message.chunks.size(); i++) {
        queueIfSettled(message, message.addVector(i, next.get().storedVectors().get(i)));
      }
    }
  }

  /** Queues a message for the next write once it is settled. */
  private void queueIfSettled(PendingMessage message, boolean isSettled) {
    if (isSettled) {
      settled.add(message);
      settledSize += Math.max(1, message.chunks.size());
    }
  }

  private boolean isWriteFull() {
    return settledSize >= MAX_WRITE_CHUNKS;
  }

  /** Starts to write the settled messages. Waits for the oldest write if there are too many. */
  private void write() {
    if (settled.isEmpty()) {
      return;
    }
    if (pendingWrites.size() == MAX_PENDING_WRITES) {
      stampWritten();
    }
    run.requireLease();
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
    // Also without vectors: the store refuses a generation that was retired (EJ-11).
    Callable<Boolean> upsert =
        () -> {
          job.messages().sync();
          job.vectors().upsert(generation, vectors);
          return true;
        };
    return new Write(batch, HelpedTask.submit(job.executor(), upsert, requests::wakeUp));
  }

  /**
   * Waits for the oldest write and stamps its batch (EJ-1). Then deletes the vectors of the
   * messages that were stamped BLANK or REJECTED (EJ-3).
   */
  private void stampWritten() {
    Write write = pendingWrites.remove();
    write.upsert().get();
    run.requireLease();
    requireNotRetired();
    List<PendingMessage> batch = write.batch();
    Set<Long> missed =
        job.messages().stamp(generation, batch.stream().map(PendingMessage::stamp).toList());
    List<Long> withoutVectors =
        batch.stream()
            .filter(message -> !message.isEmbedded() && !missed.contains(message.id))
            .map(message -> message.id)
            .toList();
    if (!withoutVectors.isEmpty()) {
      job.vectors().delete(generation, withoutVectors);
    }
    for (PendingMessage message : batch) {
      if (missed.contains(message.id)) {
        counts.missed++;
        run.publish(new JobEvent.StampMissed(message.id));
      } else {
        unresolved.remove(message.id);
        countOutcome(message);
      }
      worker.finished(message.id);
    }
    advanceWatermark();
    run.publishProgress();
  }

  /** Checks the state again, since the generation may be retired after the upsert (EJ-11). */
  private void requireNotRetired() {
    Generation now =
        job.vectors()
            .generation(generation)
            .orElseThrow(() -> new UnknownGenerationException(generation));
    if (now.state() == Generation.State.RETIRED) {
      throw new GenerationStateException(generation, now.state(), "it accepts no stamps");
    }
  }

  private void countOutcome(PendingMessage message) {
    if (message.outcome() instanceof Stamp.Rejected rejected) {
      counts.rejected++;
      run.publish(new JobEvent.MessageRejected(message.id, rejected.reason()));
    } else if (message.outcome() instanceof Stamp.Blank) {
      counts.blank++;
    } else {
      counts.embedded++;
      counts.chunks += message.chunks.size();
    }
  }

  /** Moves the watermark up to the first message that is unresolved, for any reason (EJ-16). */
  private void advanceWatermark() {
    long to = unresolved.isEmpty() ? reader.cursor() : unresolved.first() - 1;
    if (to > watermark.id() && worker.advanceWatermark(watermark, to)) {
      watermark = new Watermark(to, watermark.epoch());
    }
  }

  /** A chunk of a message that waits for its vector. */
  private final class ChunkReceiver implements PendingText.Receiver {
    private final PendingMessage message;
    private final int chunk;

    ChunkReceiver(PendingMessage message, int chunk) {
      this.message = message;
      this.chunk = chunk;
    }

    @Override
    public void embedded(float[] vector) {
      queueIfSettled(message, message.addVector(chunk, vector));
    }

    @Override
    public void rejected(String reason) {
      queueIfSettled(message, message.settle(new Stamp.Rejected(reason)));
    }

    @Override
    public void failed(TransientEmbedderException cause) {
      if (message.finish()) {
        counts.failed++;
        worker.finished(message.id);
        run.publish(new JobEvent.MessageFailed(message.id, cause));
      }
    }
  }
}
