package io.msgvault.embed.internal.job;

import io.msgvault.embed.store.MessageRevision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;

/** A cursor over a listing of messages that comes in pages, by id ascending. */
final class PagedCursor {
  static final long END = Long.MAX_VALUE;

  private final LongFunction<List<MessageRevision>> pageAfter;
  private final Deque<MessageRevision> page = new ArrayDeque<>();

  /**
   * Creates a cursor before the first message.
   *
   * @param pageAfter gives the next page above an id; an empty one at the end
   */
  PagedCursor(LongFunction<List<MessageRevision>> pageAfter) {
    this.pageAfter = pageAfter;
    page.addAll(pageAfter.apply(0));
  }

  long peekId() {
    MessageRevision next = page.peek();
    return next == null ? END : next.messageId();
  }

  MessageRevision next() {
    MessageRevision next = page.remove();
    if (page.isEmpty()) {
      page.addAll(pageAfter.apply(next.messageId()));
    }
    return next;
  }
}
