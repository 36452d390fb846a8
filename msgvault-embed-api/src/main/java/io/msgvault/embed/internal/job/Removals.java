package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.VectorStore;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes out of the index what stopped being live (EJ-24): its words, and its vectors in every
 * generation that has some.
 *
 * <p>A run that read a message before it was deleted may write its vectors afterwards. So a removal
 * is settled only while no run has the message in progress. This worker has the generation alone,
 * or claims the stripe of the id. For the other generations it takes their leases. What cannot be
 * settled now stays for the next run.
 */
public final class Removals {
  private static final int PAGE = 1000;

  private final JobSettings job;
  private final MessageStore messages;
  private final VectorStore vectors;
  private final Runnable checkpoint;

  private Removals(JobSettings job, Runnable checkpoint) {
    this.job = job;
    this.messages = job.messages();
    this.vectors = job.vectors();
    this.checkpoint = checkpoint;
  }

  /** Takes out what the archive lists as removed, and settles it where nothing is in progress. */
  static void settle(JobSettings job, Generation generation, Worker worker, Runnable checkpoint) {
    Removals removals = new Removals(job, checkpoint);
    List<Removal> page = job.messages().removed(0, PAGE);
    Map<Long, Lease> others = new HashMap<>();
    try {
      while (!page.isEmpty()) {
        removals.settle(page, removals.takeOthers(generation, others), worker);
        page = job.messages().removed(page.get(page.size() - 1).sequence(), PAGE);
      }
    } finally {
      others.values().forEach(Lease::close);
    }
  }

  /**
   * Takes messages that are not live out of the index at once, and settles nothing.
   *
   * @return the ids of live messages, which are left alone
   */
  public static Set<Long> forget(JobSettings job, Collection<Long> ids) {
    return new Removals(job, () -> {}).erase(ids);
  }

  /**
   * Takes the leases of the other generations that it does not have yet; returns false if another
   * run has one.
   *
   * <p>It is asked after each page was listed, and so after the deletions of the page. A generation
   * that is created or revived later is filled by a run that reads later, and finds these messages
   * deleted.
   */
  private boolean takeOthers(Generation generation, Map<Long, Lease> leases) {
    for (Generation other : vectors.generations()) {
      if (other.id() != generation.id()
          && other.state() != Generation.State.RETIRED
          && !leases.containsKey(other.id())) {
        Optional<Lease> lease = vectors.lease(other.id());
        lease.ifPresent(taken -> leases.put(other.id(), taken));
        if (lease.isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  private void settle(List<Removal> page, boolean alone, Worker worker) {
    Set<Long> ids = new HashSet<>(page.stream().map(Removal::messageId).toList());
    Set<Long> claimed = worker.whileClaimed(ids, this::erase);
    if (alone) {
      messages.settleRemoved(
          page.stream().filter(removal -> claimed.contains(removal.messageId())).toList());
    }
  }

  /** Erases those that are not live; returns the others. */
  private Set<Long> erase(Collection<Long> ids) {
    checkpoint.run();
    Set<Long> live = messages.filterIds(ids, MessageFilter.ALL);
    List<Long> dead = ids.stream().distinct().filter(id -> !live.contains(id)).toList();
    if (dead.isEmpty()) {
      return live;
    }
    messages.sync();
    job.words().ifPresent(words -> words.delete(dead));
    for (Generation generation : vectors.generations()) {
      if (generation.state() != Generation.State.RETIRED
          || !vectors.messageIds(generation.id(), 0, 1).isEmpty()) {
        vectors.delete(generation.id(), dead);
      }
    }
    restore(messages.filterIds(dead, MessageFilter.ALL));
    return live;
  }

  /** Clears the stamps of messages that came back just now: a run may have embedded them again. */
  private void restore(Set<Long> live) {
    if (!live.isEmpty()) {
      messages.unstamp(live);
      vectors.lowerWatermarks(Collections.min(live));
    }
  }
}
