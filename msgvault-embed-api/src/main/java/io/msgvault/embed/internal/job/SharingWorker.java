package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.Watermark;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One of several workers of a generation. It claims its work in stripes of {@value #STRIPE_WIDTH}
 * ids each.
 *
 * <p>A worker goes through the archive as a sole worker does. It looks for the next message that
 * needs work and claims the message's stripe. If another worker holds that stripe, it continues
 * behind it. It reads only after the claim, so it sees the stamps of an earlier holder, and no
 * other worker writes within the stripe. It reads the next stripe while messages of the last one
 * are in progress, so the embedder does not wait. It releases a stripe when the last of its
 * messages is finished.
 */
final class SharingWorker implements Worker {
  /**
   * The width of a stripe in ids. All workers, and so all versions of this library, agree on it.
   */
  static final int STRIPE_WIDTH = 512;

  /** The claim on the activation of the generation; no id is in this stripe. */
  private static final long ACTIVATION = -1;

  /**
   * The most stripes held at once. Claims are locks, and a database has some thousands of them in
   * all. The messages in progress rarely need more stripes than this, unless their ids are sparse.
   */
  private static final int MAX_HELD = 64;

  /** The claim on listing what needs words; no id is in this stripe. */
  private static final long WORDS = -2;

  private static final ScanLimits ONE_MESSAGE = new ScanLimits(1, 1, 1);

  private final JobSettings job;
  private final long generation;
  private final SharedLease lease;
  private final Map<Long, Stripe> held = new HashMap<>();

  private Optional<Stripe> current = Optional.empty();
  private Optional<Lease> exclusive = Optional.empty();
  private Optional<Lease> words = Optional.empty();
  private boolean skipped;

  SharingWorker(JobSettings job, long generation, SharedLease lease) {
    this.job = job;
    this.generation = generation;
    this.lease = lease;
  }

  /** A claimed stripe, and how many of its messages are in progress. */
  private static final class Stripe {
    private final long number;
    private final Lease claim;
    private long unfinished;

    Stripe(long number, Lease claim) {
      this.number = number;
      this.claim = claim;
    }

    IdRange ids() {
      return new IdRange(number * STRIPE_WIDTH, lastId(number));
    }
  }

  private static long lastId(long stripe) {
    return stripe * STRIPE_WIDTH + (STRIPE_WIDTH - 1);
  }

  @Override
  public boolean isLeaseHeld() {
    return lease.isHeld();
  }

  @Override
  public Optional<String> leaseLossCause() {
    return lease.lossCause();
  }

  @Override
  public boolean tryExclusive() {
    exclusive = lease.tryExclusive();
    return exclusive.isPresent();
  }

  @Override
  public void endExclusive() {
    exclusive.ifPresent(Lease::close);
    exclusive = Optional.empty();
  }

  @Override
  public RunRecord beginRun(RunKind kind, Instant started) {
    return lease.beginRun(kind, started);
  }

  @Override
  public boolean findWork(long afterId) {
    return nextRange(afterId).isPresent();
  }

  @Override
  public Optional<IdRange> range() {
    return current.map(Stripe::ids);
  }

  @Override
  public Optional<IdRange> nextRange(long afterId) {
    Optional<Stripe> left = current;
    current = Optional.empty();
    left.ifPresent(this::releaseIfDone);
    long after = afterId;
    while (true) {
      List<Message> found = job.messages().scan(generation, job.scope(), after, ONE_MESSAGE);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      long number = found.get(0).id() / STRIPE_WIDTH;
      Optional<Lease> claim = lease.claim(number);
      if (claim.isPresent()) {
        Stripe stripe = new Stripe(number, claim.get());
        held.put(number, stripe);
        current = Optional.of(stripe);
        return Optional.of(stripe.ids());
      }
      skipped = true;
      after = lastId(number);
    }
  }

  @Override
  public boolean hasCapacity() {
    return held.size() < MAX_HELD;
  }

  @Override
  public void started(long id) {
    stripe(id).unfinished++;
  }

  @Override
  public void finished(long id) {
    Stripe stripe = stripe(id);
    stripe.unfinished--;
    releaseIfDone(stripe);
  }

  private Stripe stripe(long id) {
    Stripe stripe = held.get(id / STRIPE_WIDTH);
    if (stripe == null) {
      throw new IllegalStateException("message " + id + " is in no stripe that this run holds");
    }
    return stripe;
  }

  private void releaseIfDone(Stripe stripe) {
    if (stripe.unfinished == 0 && current.filter(now -> now == stripe).isEmpty()) {
      held.remove(stripe.number);
      stripe.claim.close();
    }
  }

  @Override
  public boolean pollSkipped() {
    boolean was = skipped;
    skipped = false;
    return was;
  }

  /** Leaves the watermark: one of several workers does not know what the others left unresolved. */
  @Override
  public boolean advanceWatermark(Watermark from, long to) {
    return false;
  }

  /**
   * Takes the claim and releases it. A worker that asks this activates next, so it does no harm if
   * another worker finds the claim taken for this moment.
   */
  @Override
  public boolean isActivationFree() {
    Optional<Lease> claim = tryActivation();
    claim.ifPresent(Lease::close);
    return claim.isPresent();
  }

  @Override
  public boolean claimActivation() {
    return tryActivation().isPresent();
  }

  private Optional<Lease> tryActivation() {
    Optional<Lease> claim = lease.claim(ACTIVATION);
    skipped |= claim.isEmpty();
    return claim;
  }

  @Override
  public boolean claimWords() {
    if (words.isEmpty()) {
      words = lease.claim(WORDS);
    }
    return words.isPresent();
  }

  @Override
  public boolean isAlone() {
    Optional<Lease> alone = lease.tryExclusive();
    alone.ifPresent(Lease::close);
    return alone.isPresent();
  }

  @Override
  public Set<Long> whileClaimed(Set<Long> ids, Consumer<Collection<Long>> work) {
    Map<Long, List<Long>> stripes =
        ids.stream().collect(Collectors.groupingBy(id -> id / STRIPE_WIDTH));
    Set<Long> done = new HashSet<>();
    stripes.forEach(
        (number, part) -> {
          if (whileStripeClaimed(number, () -> work.accept(part))) {
            done.addAll(part);
          }
        });
    return done;
  }

  private boolean whileStripeClaimed(long number, Runnable work) {
    Stripe own = held.get(number);
    if (own != null) {
      if (own.unfinished == 0) {
        work.run();
      }
      return own.unfinished == 0;
    }
    Optional<Lease> claim = lease.claim(number);
    if (claim.isEmpty()) {
      return false;
    }
    try (Lease held = claim.get()) {
      work.run();
    }
    return true;
  }

  @Override
  public void close() {
    lease.close();
  }
}
