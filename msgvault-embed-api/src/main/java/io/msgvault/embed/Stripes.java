package io.msgvault.embed;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of a shared generation that this run has claimed: stripes of {@value #WIDTH} ids each.
 *
 * <p>A worker goes through the archive as it would alone, looks for the next message that needs
 * work, and claims its stripe, or goes on behind it where another worker is at it. Only then it
 * reads, so that it sees what a former holder has stamped, and within the stripe nobody else
 * writes. Reading goes on to the next stripe while messages of the last are still on their way, so
 * that the embedder does not wait; each stripe is given back when the last of its messages is done
 * with.
 */
final class Stripes implements Claims {
  /** The same for all workers of a generation, and so for all versions of this library. */
  static final int WIDTH = 512;

  /** No id is in this one: whoever claims it activates the generation. */
  private static final long ACTIVATION = -1;

  /**
   * Claims are locks, of which a database has some thousands for all. This many are more than the
   * messages on their way can use, unless ids are far apart.
   */
  private static final int MOST = 64;

  private static final ScanLimits PEEK = new ScanLimits(1, 1, 1);

  private final JobSettings job;
  private final long generation;
  private final SharedLease share;
  private final Map<Long, Stripe> held = new HashMap<>();

  private Optional<Stripe> current = Optional.empty();
  private boolean passedOver;

  Stripes(JobSettings job, long generation, SharedLease share) {
    this.job = job;
    this.generation = generation;
    this.share = share;
  }

  /** A stripe and how many of its messages are on their way. */
  private static final class Stripe {
    private final long number;
    private final Lease claim;
    private long open;

    Stripe(long number, Lease claim) {
      this.number = number;
      this.claim = claim;
    }
  }

  @Override
  public long first() {
    return current.map(stripe -> stripe.number * WIDTH).orElse(1L);
  }

  @Override
  public long last() {
    return current.map(stripe -> last(stripe.number)).orElse(0L);
  }

  private static long last(long number) {
    return number * WIDTH + (WIDTH - 1);
  }

  @Override
  public boolean next(long afterId) {
    Optional<Stripe> left = current;
    current = Optional.empty();
    left.ifPresent(this::giveBackIfDone);
    long after = afterId;
    while (true) {
      List<Message> found = job.messages().scan(generation, job.scope(), after, PEEK);
      if (found.isEmpty()) {
        return false;
      }
      long number = found.get(0).id() / WIDTH;
      Optional<Lease> claim = share.claim(number);
      if (claim.isPresent()) {
        Stripe stripe = new Stripe(number, claim.get());
        held.put(number, stripe);
        current = Optional.of(stripe);
        return true;
      }
      passedOver = true;
      after = last(number);
    }
  }

  /** Whether something was passed over, since another is at it, since this was asked last. */
  boolean takePassedOver() {
    boolean was = passedOver;
    passedOver = false;
    return was;
  }

  @Override
  public boolean hasRoom() {
    return held.size() < MOST;
  }

  @Override
  public void opened(long id) {
    stripe(id).open++;
  }

  @Override
  public void closed(long id) {
    Stripe stripe = stripe(id);
    stripe.open--;
    giveBackIfDone(stripe);
  }

  private Stripe stripe(long id) {
    Stripe stripe = held.get(id / WIDTH);
    if (stripe == null) {
      throw new IllegalStateException("message " + id + " is of no stripe that this run has");
    }
    return stripe;
  }

  private void giveBackIfDone(Stripe stripe) {
    if (stripe.open == 0 && current.filter(now -> now == stripe).isEmpty()) {
      held.remove(stripe.number);
      stripe.claim.close();
    }
  }

  /**
   * The right to activate the generation, so that the others need not wait for an index that one of
   * them builds; empty if one of them has it.
   */
  Optional<Lease> claimActivation() {
    Optional<Lease> claim = share.claim(ACTIVATION);
    passedOver |= claim.isEmpty();
    return claim;
  }
}
