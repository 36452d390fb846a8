package io.msgvault.embed.internal.job;

import io.msgvault.embed.store.MessageRevision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** A cursor over a listing of messages that comes in pages, by id ascending. */
final class PagedCursor {
  static final long END = Long.MAX_VALUE;

  private final LongFunction<List<MessageRevision>> pageAfter;
  private final Runnable checkpoint;
  private final Deque<MessageRevision> page = new ArrayDeque<>();

  /**
   * Creates a cursor before the first message.
   *
   * @param pageAfter gives the next page above an id; an empty one at the end
   * @param checkpoint called before each page, to end a walk that is to stop
   */
  PagedCursor(LongFunction<List<MessageRevision>> pageAfter, Runnable checkpoint) {
    this.pageAfter = pageAfter;
    this.checkpoint = checkpoint;
    readAfter(0);
  }

  private void readAfter(long id) {
    checkpoint.run();
    page.addAll(pageAfter.apply(id));
  }

  long peekId() {
    MessageRevision next = page.peek();
    return next == null ? END : next.messageId();
  }

  MessageRevision next() {
    MessageRevision next = page.remove();
    if (page.isEmpty()) {
      readAfter(next.messageId());
    }
    return next;
  }

  /** Moves past a message, and returns its revision; empty if the message is not listed. */
  OptionalLong take(long id) {
    while (peekId() < id) {
      next();
    }
    return peekId() == id ? OptionalLong.of(next().revision()) : OptionalLong.empty();
  }
}
