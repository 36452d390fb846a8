package io.msgvault.embed.internal.job;

import io.msgvault.embed.Errors;
import io.msgvault.embed.VectorCopyProgress;
import io.msgvault.embed.VectorCopyProgress.Phase;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks the messages of a generation in both indexes side by side, by id ascending, and copies what
 * the target lacks. What the archive says of a message decides, so nothing that is newer in the
 * target is ever replaced. Confined to the thread of the copy; the batches run on its executor.
 *
 * <p>While runs go on, it copies vectors of present revisions and nothing else, since the next walk
 * sees what has changed. With the lease, no run writes, so it may also delete.
 */
final class VectorCopyWalk {
  private static final Logger LOG = LoggerFactory.getLogger(JobLog.NAME);

  private static final int PAGE = 10_000;
  private static final int BATCH = 128;

  private final VectorCopySettings copy;
  private final Generation generation;
  private final Phase phase;
  private final Optional<Lease> lease;
  private final Counts before;
  private final Runnable checkpoint;

  private final Deque<HelpedTask<Boolean>> tasks = new ArrayDeque<>();
  private List<Long> toCopy = new ArrayList<>();
  private final List<Long> toDelete = new ArrayList<>();
  private final AtomicLong copied = new AtomicLong();
  private long compared;
  private long missing;
  private long same;

  /**
   * What was counted before the walk.
   *
   * @param messages the messages of the source
   * @param copied the messages that the call has copied
   */
  record Counts(long messages, long copied) {}

  /**
   * Creates a walk.
   *
   * @param lease what must be held while it writes; empty where runs may go on
   */
  VectorCopyWalk(
      VectorCopySettings copy,
      Generation generation,
      Phase phase,
      Optional<Lease> lease,
      Counts before,
      Runnable checkpoint) {
    this.copy = copy;
    this.generation = generation;
    this.phase = phase;
    this.lease = lease;
    this.before = before;
    this.checkpoint = checkpoint;
  }

  /** Returns how many messages were copied. */
  long copied() {
    return copied.get();
  }

  /** Returns how many messages the source had at the present revision, and the target had not. */
  long missing() {
    return missing;
  }

  /** Returns how many messages the target had at the present revision. */
  long same() {
    return same;
  }

  /** Walks to the end. No batch is in progress when it returns or throws. */
  void run() {
    try {
      compareAll();
      copyNext();
      while (!tasks.isEmpty()) {
        awaitOldest();
      }
      deleteNext();
      publish();
    } catch (RuntimeException | Error e) {
      tasks.forEach(task -> cancel(task, e));
      throw e;
    }
  }

  private static void cancel(HelpedTask<Boolean> task, Throwable cause) {
    try {
      task.cancel();
    } catch (RuntimeException | Error e) {
      cause.addSuppressed(e);
    }
  }

  private void compareAll() {
    long id = generation.id();
    Scope scope = generation.fingerprint().scope();
    MessageStore messages = copy.messages();
    PagedCursor live = cursor(after -> messages.live(scope, after, PAGE));
    PagedCursor waiting = cursor(after -> messages.needingWork(id, scope, after, PAGE));
    PagedCursor source = cursor(after -> copy.from().messageIds(id, after, PAGE));
    PagedCursor target = cursor(after -> copy.to().messageIds(id, after, PAGE));
    long next = Math.min(source.peekId(), target.peekId());
    while (next != PagedCursor.END) {
      compare(
          next,
          live.take(next),
          waiting.take(next).isPresent(),
          source.take(next),
          target.take(next));
      next = Math.min(source.peekId(), target.peekId());
    }
  }

  private PagedCursor cursor(LongFunction<List<MessageRevision>> pageAfter) {
    return new PagedCursor(pageAfter, checkpoint);
  }

  private void compare(
      long id, OptionalLong present, boolean waits, OptionalLong given, OptionalLong kept) {
    compared++;
    if (present.isPresent() && kept.equals(present)) {
      same++;
    } else if (present.isPresent() && given.equals(present)) {
      missing++;
      toCopy.add(id);
    } else if (phase == Phase.FINISH) {
      compareOthers(id, present.isPresent(), waits, given.isPresent(), kept.isPresent());
    }
    if (toCopy.size() >= BATCH) {
      copyNext();
    }
    if (toDelete.size() >= PAGE) {
      deleteNext();
    }
    if (compared % PAGE == 0) {
      publish();
    }
  }

  /**
   * Looks at a message without vectors of its present revision. If it needs work, old vectors serve
   * until a run has embedded it. If not, it is blank, rejected or gone, and must have none.
   */
  private void compareOthers(long id, boolean live, boolean waits, boolean given, boolean kept) {
    if (live && waits) {
      if (given && !kept) {
        toCopy.add(id);
      }
    } else if (kept && !(live && needsWorkNow(id))) {
      toDelete.add(id);
    }
  }

  /** Asks again, since the message may have been edited after the listing was read. */
  private boolean needsWorkNow(long id) {
    return copy
        .messages()
        .needingWork(generation.id(), generation.fingerprint().scope(), id - 1, 1)
        .stream()
        .anyMatch(message -> message.messageId() == id);
  }

  // Copying

  private void copyNext() {
    if (toCopy.isEmpty()) {
      return;
    }
    checkpoint.run();
    List<Long> batch = toCopy;
    toCopy = new ArrayList<>();
    if (tasks.size() >= copy.concurrency()) {
      awaitOldest();
    }
    tasks.add(HelpedTask.submit(copy.executor(), () -> copy(batch), () -> {}));
  }

  private void awaitOldest() {
    boolean unused = tasks.remove().get();
    publish();
  }

  /** Copies a batch, and returns whether the source still has a part of it. */
  private boolean copy(List<Long> ids) {
    List<MessageVectors> batch = copy.from().vectors(generation.id(), ids);
    if (!batch.isEmpty()) {
      MessageVectors.requireValid(batch, generation.fingerprint().dimension());
      requireHeld();
      copy.to().upsert(generation.id(), batch);
      copied.addAndGet(batch.size());
      requireKept(batch.get(0));
    }
    return !batch.isEmpty();
  }

  private void requireHeld() {
    if (lease.isPresent() && !lease.get().isHeld()) {
      throw new StoreException(
          "the lease of generation " + generation.id() + " was lost: copy again");
    }
  }

  /** Reads a message back. One in each batch finds a target that changes what it is given. */
  private void requireKept(MessageVectors written) {
    for (MessageVectors read : copy.to().vectors(generation.id(), List.of(written.messageId()))) {
      if (read.revision() == written.revision() && !read.equals(written)) {
        throw new StoreException(
            "the target returns other vectors of message "
                + written.messageId()
                + " than it was given (VS-6): test it with msgvault-embed-testkit");
      }
    }
  }

  /** Deletes from the target. The archive must not lose what this follows from (EJ-1). */
  private void deleteNext() {
    if (!toDelete.isEmpty()) {
      checkpoint.run();
      requireHeld();
      copy.messages().sync();
      copy.to().delete(generation.id(), toDelete);
      toDelete.clear();
    }
  }

  private void publish() {
    try {
      copy.listener()
          .accept(
              new VectorCopyProgress(
                  generation.id(),
                  phase,
                  compared,
                  before.messages(),
                  before.copied() + copied.get()));
    } catch (RuntimeException e) {
      LOG.warn("the listener of the copy failed: {}", Errors.describe(e));
    }
  }
}
