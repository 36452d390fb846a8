package io.msgvault.embed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * Compares the two stores, both ways (EJ-10): walks the ids stamped EMBEDDED and the ids with
 * vectors side by side, both ascending, and looks at where they differ.
 *
 * <ul>
 *   <li>A stamp without vectors, or with vectors of another revision: unstamped, so that the next
 *       scan finds it.
 *   <li>Vectors of a message that is gone, deleted or out of scope: deleted. The stamp goes first,
 *       so that a message that comes back into scope is not taken for embedded.
 *   <li>Vectors of a message in scope without a stamp: either it waits for the next scan, or a run
 *       was cut short after it stamped the message BLANK or REJECTED. Unstamping leaves the
 *       decision to the next scan in both cases.
 * </ul>
 *
 * <p>Stamps of unknown generations and vectors of retired ones are counted only: the sweep that
 * follows an audit passes over neither, and then the room of retired generations is reclaimed.
 *
 * <p>It runs under the generation's lease, so vectors stand still; stamps may be cleared meanwhile
 * by edits, and clearing one twice does no harm.
 */
final class Audit {
  private static final int PAGE = 1000;

  private final MessageStore messages;
  private final VectorStore vectors;
  private final Generation generation;
  private final boolean heal;
  private final Runnable checkpoint;

  private final List<Long> toUnstamp = new ArrayList<>();
  private final List<Long> unstamped = new ArrayList<>();
  private final List<Long> agreeing = new ArrayList<>();
  private long lost;
  private long stale;
  private long unsettled;
  private long orphans;

  private Audit(
      MessageStore messages,
      VectorStore vectors,
      Generation generation,
      boolean heal,
      Runnable checkpoint) {
    this.messages = messages;
    this.vectors = vectors;
    this.generation = generation;
    this.heal = heal;
    this.checkpoint = checkpoint;
  }

  /** Finds and heals. */
  static AuditFindings heal(
      MessageStore messages, VectorStore vectors, Generation generation, Runnable checkpoint) {
    return new Audit(messages, vectors, generation, true, checkpoint).walk();
  }

  /** Finds and changes nothing. */
  static AuditFindings look(MessageStore messages, VectorStore vectors, Generation generation) {
    return new Audit(messages, vectors, generation, false, () -> {}).walk();
  }

  private AuditFindings walk() {
    long id = generation.id();
    boolean scoped = !generation.fingerprint().scope().equals(Scope.ALL);
    Listing stamped = new Listing(after -> messages.embeddedIds(id, after, PAGE));
    Listing indexed = new Listing(after -> vectors.messageIds(id, after, PAGE));
    while (stamped.nextId() != Listing.END || indexed.nextId() != Listing.END) {
      if (stamped.nextId() < indexed.nextId()) {
        lost++;
        toUnstamp.add(stamped.take().messageId());
      } else if (indexed.nextId() < stamped.nextId()) {
        unstamped.add(indexed.take().messageId());
      } else {
        MessageRevision stamp = stamped.take();
        if (stamp.revision() != indexed.take().revision()) {
          stale++;
          toUnstamp.add(stamp.messageId());
        } else if (scoped) {
          agreeing.add(stamp.messageId());
        }
      }
      if (toUnstamp.size() + unstamped.size() + agreeing.size() >= PAGE) {
        settle();
      }
    }
    settle();
    return new AuditFindings(lost, stale, unsettled, orphans, unknown(), unreclaimed());
  }

  private long unknown() {
    Set<Long> known =
        vectors.generations().stream().map(Generation::id).collect(Collectors.toSet());
    return messages.stampedGenerations().stream()
        .filter(id -> !known.contains(id))
        .map(id -> messages.coverage(id, generation.fingerprint().scope()))
        .mapToLong(coverage -> coverage.live() - coverage.missing())
        .sum();
  }

  private long unreclaimed() {
    return vectors.generations().stream()
        .filter(other -> other.state() == Generation.State.RETIRED)
        .mapToLong(retired -> vectors.size(retired.id()).messages())
        .sum();
  }

  private void settle() {
    checkpoint.run();
    List<Long> indexed = new ArrayList<>(unstamped);
    indexed.addAll(agreeing);
    Set<Long> inScope = messages.retain(indexed, generation.fingerprint().scope().asFilter());
    List<Long> gone = indexed.stream().filter(id -> !inScope.contains(id)).toList();
    orphans += gone.size();
    unsettled += unstamped.stream().filter(inScope::contains).count();
    if (heal) {
      toUnstamp.addAll(unstamped);
      toUnstamp.addAll(gone);
      unstamp();
      vectors.delete(generation.id(), gone);
    }
    toUnstamp.clear();
    unstamped.clear();
    agreeing.clear();
  }

  /**
   * Takes stamps back, and watermarks with them: should the sweep that follows fail, the next scan
   * must not begin above what it left (EJ-16).
   */
  private void unstamp() {
    if (!toUnstamp.isEmpty()) {
      messages.unstamp(toUnstamp);
      vectors.lowerWatermarks(Collections.min(toUnstamp));
    }
  }

  /** A listing by pages, read as one. */
  private static final class Listing {
    static final long END = Long.MAX_VALUE;

    private final LongFunction<List<MessageRevision>> pageAfter;
    private final Deque<MessageRevision> page = new ArrayDeque<>();

    Listing(LongFunction<List<MessageRevision>> pageAfter) {
      this.pageAfter = pageAfter;
      page.addAll(pageAfter.apply(0));
    }

    long nextId() {
      MessageRevision next = page.peek();
      return next == null ? END : next.messageId();
    }

    MessageRevision take() {
      MessageRevision next = page.remove();
      if (page.isEmpty()) {
        page.addAll(pageAfter.apply(next.messageId()));
      }
      return next;
    }
  }
}
