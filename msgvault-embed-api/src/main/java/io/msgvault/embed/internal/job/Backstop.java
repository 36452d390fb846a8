package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.VectorStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the two stores in both directions (EJ-10). It walks the ids stamped EMBEDDED and the ids
 * with vectors side by side, both ascending, and handles each difference.
 *
 * <h2>Differences</h2>
 *
 * <ul>
 *   <li>A stamp without vectors, or with vectors of another revision: it clears the stamp, so the
 *       next scan finds the message.
 *   <li>Vectors of the present revision, but of another text: a write that no trigger saw. It
 *       clears the stamp, so the next scan finds the message. It compares the texts of a sample
 *       ({@link TextComparison}), and looks there whether blank messages have a text by now.
 *   <li>Vectors of a message that is gone, deleted or out of scope: it deletes them. It clears the
 *       stamp first, so a message that returns to the scope does not count as embedded.
 *   <li>Vectors of a message in scope without a stamp. The message waits for the next scan, or a
 *       run was cut short after it stamped the message BLANK or REJECTED. The backstop clears the
 *       stamp, and the next scan decides in both cases.
 * </ul>
 *
 * <p>Before that it lets the archive count its messages anew, since triggers may have been off.
 *
 * <p>It only counts stamps of unknown generations and vectors of retired ones. The sweep that
 * follows finds the messages with such stamps, and the store then drops such vectors.
 *
 * <h2>Concurrency</h2>
 *
 * <p>It holds the lease of the generation, so no other run changes vectors. Edits may clear stamps
 * at the same time, and clearing one twice does no harm.
 */
public final class Backstop {
  private static final int PAGE = 1000;

  private final MessageStore messages;
  private final VectorStore vectors;
  private final Generation generation;
  private final TextComparison texts;
  private final Instant keptSince;
  private final boolean repair;
  private final Runnable checkpoint;

  private final List<Long> toUnstamp = new ArrayList<>();
  private final List<Long> unstamped = new ArrayList<>();
  private final List<Long> matching = new ArrayList<>();
  private final List<Long> sampled = new ArrayList<>();
  private long lost;
  private long stale;
  private long changed;
  private long pending;
  private long orphans;

  private Backstop(JobSettings job, Generation generation, boolean repair, Runnable checkpoint) {
    this.messages = job.messages();
    this.vectors = job.vectors();
    this.generation = generation;
    this.texts = new TextComparison(job, generation.id(), checkpoint);
    this.keptSince = job.keptSince();
    this.repair = repair;
    this.checkpoint = checkpoint;
  }

  /** Finds the differences and repairs them. */
  static BackstopFindings repair(JobSettings job, Generation generation, Runnable checkpoint) {
    return new Backstop(job, generation, true, checkpoint).compare();
  }

  /**
   * Finds the differences and changes nothing.
   *
   * @param generation the generation to compare; empty to compare the words alone
   */
  public static BackstopFindings verify(JobSettings job, Optional<Generation> generation) {
    return generation
        .map(found -> new Backstop(job, found, false, () -> {}).compare())
        .orElse(BackstopFindings.NONE)
        .withWords(
            job.words().map(words -> WordComparison.verify(job, words)).orElse(WordFindings.NONE));
  }

  /**
   * Marks the rejected messages of a generation for another try (EJ-5). Clears stamps before it
   * lowers watermarks, so that a run in progress cannot undo it.
   *
   * @return the number of these messages
   */
  public static long retryRejected(
      MessageStore messages, VectorStore vectors, long generation, Runnable checkpoint) {
    long count = 0;
    long after = 0;
    while (true) {
      checkpoint.run();
      List<Long> ids =
          messages.rejections(generation, after, PAGE).stream().map(Rejection::messageId).toList();
      if (ids.isEmpty()) {
        return count;
      }
      messages.unstamp(ids);
      vectors.lowerWatermarks(ids.get(0));
      count += ids.size();
      after = ids.get(ids.size() - 1);
    }
  }

  private BackstopFindings compare() {
    long id = generation.id();
    long miscounted = repair ? messages.recount() : messages.miscounted();
    boolean scoped = !generation.fingerprint().scope().equals(Scope.ALL);
    PagedCursor stamped =
        new PagedCursor(after -> messages.embeddedIds(id, after, PAGE), checkpoint);
    PagedCursor indexed = new PagedCursor(after -> vectors.messageIds(id, after, PAGE), checkpoint);
    while (stamped.peekId() != PagedCursor.END || indexed.peekId() != PagedCursor.END) {
      if (stamped.peekId() < indexed.peekId()) {
        lost++;
        toUnstamp.add(stamped.next().messageId());
      } else if (indexed.peekId() < stamped.peekId()) {
        unstamped.add(indexed.next().messageId());
      } else {
        MessageRevision stamp = stamped.next();
        if (stamp.revision() != indexed.next().revision()) {
          stale++;
          toUnstamp.add(stamp.messageId());
        } else {
          if (scoped) {
            matching.add(stamp.messageId());
          }
          if (texts.choosesNext()) {
            sampled.add(stamp.messageId());
          }
        }
      }
      if (toUnstamp.size() + unstamped.size() + matching.size() + sampled.size() >= PAGE) {
        flush();
      }
    }
    flush();
    compareBlank();
    return new BackstopFindings(
        lost, stale, changed, pending, orphans, orphanStamps(), retiredVectors(), miscounted);
  }

  /** Looks for texts in the blank messages of the sample, which have no vectors to compare. */
  private void compareBlank() {
    List<Long> page = messages.blankIds(generation.id(), 0, PAGE);
    while (!page.isEmpty()) {
      checkpoint.run();
      List<Long> sample = page.stream().filter(id -> texts.choosesNext()).toList();
      Set<Long> inScope = messages.filterIds(sample, generation.fingerprint().scope().asFilter());
      List<Long> written = texts.withTextOf(List.copyOf(inScope));
      changed += written.size();
      if (repair) {
        toUnstamp.addAll(written);
        unstamp();
        toUnstamp.clear();
      }
      page = messages.blankIds(generation.id(), page.get(page.size() - 1), PAGE);
    }
  }

  private long orphanStamps() {
    Set<Long> known =
        vectors.generations().stream().map(Generation::id).collect(Collectors.toSet());
    return messages.stampedGenerations().stream()
        .filter(id -> !known.contains(id))
        .map(id -> messages.coverage(id, generation.fingerprint().scope()))
        .mapToLong(coverage -> coverage.live() - coverage.missing())
        .sum();
  }

  private long retiredVectors() {
    return vectors.generations().stream()
        .filter(other -> other.state() == Generation.State.RETIRED)
        .filter(retired -> retired.retired().filter(at -> !at.isBefore(keptSince)).isEmpty())
        .mapToLong(retired -> vectors.size(retired.id()).messages())
        .sum();
  }

  private void flush() {
    checkpoint.run();
    List<Long> indexed = new ArrayList<>(unstamped);
    indexed.addAll(matching);
    Set<Long> inScope = messages.filterIds(indexed, generation.fingerprint().scope().asFilter());
    List<Long> gone = indexed.stream().filter(id -> !inScope.contains(id)).toList();
    orphans += gone.size();
    sampled.removeAll(gone);
    List<Long> rewritten = texts.changedOf(sampled);
    changed += rewritten.size();
    pending += unstamped.stream().filter(inScope::contains).count();
    if (repair) {
      toUnstamp.addAll(unstamped);
      toUnstamp.addAll(gone);
      toUnstamp.addAll(rewritten);
      unstamp();
      messages.sync();
      vectors.delete(generation.id(), gone);
    }
    toUnstamp.clear();
    unstamped.clear();
    matching.clear();
    sampled.clear();
  }

  /**
   * Clears stamps and lowers the watermarks. If the sweep that follows fails, the next scan must
   * not start above these messages (EJ-16).
   */
  private void unstamp() {
    if (!toUnstamp.isEmpty()) {
      messages.unstamp(toUnstamp);
      vectors.lowerWatermarks(Collections.min(toUnstamp));
    }
  }
}
