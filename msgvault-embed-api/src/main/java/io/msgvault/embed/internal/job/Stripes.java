package io.msgvault.embed.internal.job;

import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.SharedLease;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of a shared generation that this run has claimed: stripes of {@value #STRIPE_WIDTH} ids
 * each.
 *
 * <p>A worker goes through the archive as it would alone, looks for the next message that needs
 * work, and claims its stripe, or goes on behind it where another worker is at it. Only then it
 * reads, so that it sees what a former holder has stamped, and within the stripe nobody else
 * writes. Reading goes on to the next stripe while messages of the last are still on their way, so
 * that the embedder does not wait; each stripe is given back when the last of its messages is done
 * with.
 */
final class Stripes implements WorkRange {
  /** The same for all workers of a generation, and so for all versions of this library. */
  static final int STRIPE_WIDTH = 512;

  /** No id is in this one: whoever claims it activates the generation. */
  private static final long ACTIVATION = -1;

  /**
   * Claims are locks, of which a database has some thousands for all. This many are more than the
   * messages on their way can use, unless ids are far apart.
   */
  private static final int MAX_HELD = 64;

  private static final ScanLimits ONE_MESSAGE = new ScanLimits(1, 1, 1);

  private final JobSettings job;
  private final long generation;
  private final SharedLease lease;
  private final Map<Long, Stripe> held = new HashMap<>();

  private Optional<Stripe> current = Optional.empty();
  private boolean skipped;

  Stripes(JobSettings job, long generation, SharedLease share) {
    this.job = job;
    this.generation = generation;
    this.lease = share;
  }

  /** A stripe and how many of its messages are on their way. */
  private static final class Stripe {
    private final long number;
    private final Lease claim;
    private long unfinished;

    Stripe(long number, Lease claim) {
      this.number = number;
      this.claim = claim;
    }
  }

  @Override
  public long first() {
    return current.map(stripe -> stripe.number * STRIPE_WIDTH).orElse(1L);
  }

  @Override
  public long last() {
    return current.map(stripe -> last(stripe.number)).orElse(0L);
  }

  private static long last(long number) {
    return number * STRIPE_WIDTH + (STRIPE_WIDTH - 1);
  }

  @Override
  public boolean advance(long afterId) {
    Optional<Stripe> left = current;
    current = Optional.empty();
    left.ifPresent(this::releaseIfDone);
    long after = afterId;
    while (true) {
      List<Message> found = job.messages().scan(generation, job.scope(), after, ONE_MESSAGE);
      if (found.isEmpty()) {
        return false;
      }
      long number = found.get(0).id() / STRIPE_WIDTH;
      Optional<Lease> claim = lease.claim(number);
      if (claim.isPresent()) {
        Stripe stripe = new Stripe(number, claim.get());
        held.put(number, stripe);
        current = Optional.of(stripe);
        return true;
      }
      skipped = true;
      after = last(number);
    }
  }

  /** Whether something was passed over, since another is at it, since this was asked last. */
  boolean pollSkipped() {
    boolean was = skipped;
    skipped = false;
    return was;
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
      throw new IllegalStateException("message " + id + " is of no stripe that this run has");
    }
    return stripe;
  }

  private void releaseIfDone(Stripe stripe) {
    if (stripe.unfinished == 0 && current.filter(now -> now == stripe).isEmpty()) {
      held.remove(stripe.number);
      stripe.claim.close();
    }
  }

  /**
   * The right to activate the generation, so that the others need not wait for an index that one of
   * them builds; empty if one of them has it.
   */
  Optional<Lease> claimActivation() {
    Optional<Lease> claim = lease.claim(ACTIVATION);
    skipped |= claim.isEmpty();
    return claim;
  }
}
