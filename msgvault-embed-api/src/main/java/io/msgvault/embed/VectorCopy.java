package io.msgvault.embed;

import io.msgvault.embed.RunOutcome.Cancelled.StopReason;
import io.msgvault.embed.internal.job.CancellationSignal;
import io.msgvault.embed.internal.job.VectorCopyRun;
import io.msgvault.embed.internal.job.VectorCopySettings;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.GenerationLedger;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.VectorStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Copies the vectors of an index to another backend, so that the index can move without embedding
 * anything again (EJ-29). The {@linkplain GenerationLedger ledger} stays where it is: generations,
 * stamps and the history of runs remain valid.
 *
 * <pre>{@code
 * VectorIndex cluster = OpenSearchVectorIndex.builder(transport, "mail").build();
 * try (VectorCopy copy = VectorCopy.builder(messages, postgres, cluster).build()) {
 *   if (copy.run() instanceof VectorCopyOutcome.Copied) {
 *     VectorStore vectors = VectorStore.of(postgres, cluster); // of all jobs and searchers from now
 *   }
 * }
 * }</pre>
 *
 * <h2>What is copied</h2>
 *
 * <p>Every generation with vectors, the serving one, one that is being built, and retired ones that
 * are kept. The archive decides about each message:
 *
 * <ul>
 *   <li>Vectors of its present revision are copied, unless the target has them.
 *   <li>Vectors of an earlier revision are copied while the message needs work and the target has
 *       none. Searches go on to find it, and a run that finds its text unchanged keeps them.
 *   <li>What must have no vectors loses those that the target has: messages that are blank,
 *       rejected, not live, or out of scope.
 * </ul>
 *
 * <p>So a call goes on where one before it was killed, and a call too many copies nothing. It never
 * replaces vectors of the present revision, whatever the source has. Where the source has no
 * vectors at all, it ends at once and needs no lease.
 *
 * <h2>At the same time</h2>
 *
 * <p>Jobs over the source may run, and the archive may be written. Most of the copy needs no lease.
 * Then the call takes the lease of each generation, as a run does, and copies what changed in the
 * meantime. It ends when it finds nothing more to copy. This takes seconds for a million messages.
 * If a run has the lease, the outcome is {@link VectorCopyOutcome.Busy}.
 *
 * <p><b>What a job writes to the source afterwards is not copied.</b> So close the jobs over the
 * source before the last call, in every process. If one has run after that call, copy again, or
 * call {@link EmbedJob#runBackstop} of the new job: it finds the messages that the target lacks and
 * embeds them. A job over the target may begin after a call has returned {@link
 * VectorCopyOutcome.Copied}, and not before.
 *
 * <h2>Failures</h2>
 *
 * <p>The source, its ledger and the archive are only read. A call that throws leaves what it has
 * copied in the target. The next call goes on from there.
 *
 * <p>A copy owns neither of the stores nor the executor. It is safe for use by many threads and
 * processes: one of them finishes, and the others are busy.
 */
public final class VectorCopy implements AutoCloseable {
  private final VectorCopySettings settings;
  private final Set<CancellationSignal> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private VectorCopy(VectorCopySettings settings) {
    this.settings = settings;
  }

  /**
   * Returns a builder; every other setting has a default.
   *
   * @param messages the archive that the index is made from
   * @param from the index with its ledger
   * @param to where the vectors go: the index that {@link VectorStore#of} joins with the ledger. It
   *     is empty, or has vectors of the same archive and ledger
   * @throws IllegalArgumentException if both are the same
   */
  public static Builder builder(MessageStore messages, VectorStore from, VectorIndex to) {
    return new Builder(messages, from, to);
  }

  /**
   * Copies what the target lacks, prepares its serving generation, and compares both. One message
   * in 128 is read back and compared with what was written, bit by bit.
   *
   * @throws IllegalStateException if the copy is closed
   * @throws ArchiveMismatchException if the source belongs to another archive. Nothing was changed
   * @throws InvalidVectorException if the target has vectors of another dimension, or refuses one
   *     of the source
   * @throws StoreException if a store fails, the lease is lost, or the target does not return what
   *     was written to it
   */
  public VectorCopyOutcome run() {
    CancellationSignal stop = new CancellationSignal();
    running.add(stop);
    try {
      if (closed) {
        throw new IllegalStateException("the copy is closed");
      }
      return new VectorCopyRun(settings, stop).execute();
    } finally {
      running.remove(stop);
    }
  }

  /**
   * Ends the calls in progress as {@link VectorCopyOutcome.Cancelled}, within one batch each. Does
   * not wait for them. Closing twice has no further effect.
   */
  @Override
  public void close() {
    closed = true;
    running.forEach(stop -> stop.cancel(StopReason.CLOSED));
  }

  /** Builds a copy. Not safe for use by many threads. */
  public static final class Builder {
    private final MessageStore messages;
    private final VectorStore from;
    private final VectorIndex to;
    private Executor executor = Runnable::run;
    private int concurrency = 1;
    private Consumer<VectorCopyProgress> listener = progress -> {};

    private Builder(MessageStore messages, VectorStore from, VectorIndex to) {
      if (from == to) {
        throw new IllegalArgumentException("an index can't be copied to itself");
      }
      this.messages = messages;
      this.from = from;
      this.to = to;
    }

    /**
     * Sets the executor that copies, and how many batches of 128 messages it has at once. The host
     * shuts it down. Default: the calling thread, one batch after another.
     *
     * @param concurrency 1 to 64
     * @throws IllegalArgumentException if the concurrency is another
     */
    public Builder executor(Executor executor, int concurrency) {
      if (concurrency < 1 || concurrency > 64) {
        throw new IllegalArgumentException(
            "the batches at once must be 1 to 64, but are " + concurrency);
      }
      this.executor = executor;
      this.concurrency = concurrency;
      return this;
    }

    /**
     * Sets the receiver of the progress, which gets it after each batch and every 10,000 messages,
     * on the calling thread. The copy logs its exceptions and ignores them otherwise. Default:
     * none.
     */
    public Builder listener(Consumer<VectorCopyProgress> listener) {
      this.listener = listener;
      return this;
    }

    /** Builds the copy. Asks no store for anything. */
    public VectorCopy build() {
      return new VectorCopy(
          new VectorCopySettings(messages, from, to, executor, concurrency, listener));
    }
  }
}
