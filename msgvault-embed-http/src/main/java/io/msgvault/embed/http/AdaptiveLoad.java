package io.msgvault.embed.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Finds out how many requests at once, and how many texts in each, embed the most texts a second.
 *
 * <p>It measures the rate of the load that it begins with. Then it tries other loads, one after the
 * other, and keeps one whose rate is a tenth higher: more requests at once, more texts in each, or
 * fewer requests. When nothing is better it rests, and tries again much later, since an endpoint
 * may get more machines or other users. A server that refuses requests because there are too many
 * halves their number. One that refuses a request because it has too many texts limits them.
 *
 * <p>A rate counts only while all requests that the load allows are under way. So a host that sends
 * one request after another never changes the load.
 *
 * <p>Safe for concurrent use.
 */
final class AdaptiveLoad {
  /** The texts of a request at first, which every server takes. */
  static final int FIRST_BATCH = 32;

  static final int FIRST_CONCURRENCY = 4;

  /** The most texts of a request that are tried. */
  static final int MOST_TEXTS = 256;

  /** The most requests at once that are tried. */
  static final int MOST_AT_ONCE = 32;

  /** A load is better if its rate is so many times that of the other. */
  private static final double GAIN = 1.1;

  /** A rate is measured over as many requests as are sent at once, at least so many and so long. */
  private static final int LEAST_REQUESTS = 8;

  private static final long LEAST_NANOS = 50_000_000;

  /** The rounds of requests before loads are tried again; it doubles up to the second number. */
  private static final int FIRST_REST = 100;

  private static final int MOST_REST = 3_200;

  private static final Set<Integer> TOO_MANY_REQUESTS = Set.of(429, 503);

  /** A number of requests at once, and the most texts in each. */
  record Load(int concurrency, int batchSize) {}

  private final boolean adaptsConcurrency;
  private final boolean adaptsBatch;
  private final LongSupplier nanoTime;

  /** The best load so far. */
  private Load best;

  /** The rate of the best load in texts a nanosecond; 0 if it is not known. */
  private double bestRate;

  /** The load in use. */
  private Load load;

  /** Whether that one is tried, and not the best one. */
  private boolean trying;

  /**
   * How often a load has been put to use, so that a request knows whether it belongs to this use.
   */
  private int uses;

  private final Deque<Load> candidates = new ArrayDeque<>();
  private int rest = FIRST_REST;
  private long requestsToRest;

  private int mostTexts = MOST_TEXTS;
  private int largestAccepted = FIRST_BATCH;

  /** The requests under way that belong to this use. */
  private int inFlight;

  private boolean measuring;
  private long measuringSince;
  private int requests;
  private long texts;

  /**
   * Creates a load.
   *
   * @param first the load to begin with
   * @param adaptsConcurrency whether the number of requests may change
   * @param adaptsBatch whether the number of texts may change
   * @param nanoTime the clock
   */
  AdaptiveLoad(Load first, boolean adaptsConcurrency, boolean adaptsBatch, LongSupplier nanoTime) {
    this.adaptsConcurrency = adaptsConcurrency;
    this.adaptsBatch = adaptsBatch;
    this.nanoTime = nanoTime;
    this.best = first;
    this.load = first;
  }

  /** Returns the load to use now. */
  synchronized Load current() {
    return load;
  }

  /** Notes that a request goes out, and returns it. */
  synchronized Request begin() {
    inFlight++;
    if (!measuring && requestsToRest <= 0 && inFlight >= load.concurrency()) {
      measuring = true;
      measuringSince = nanoTime.getAsLong();
    }
    return new Request(uses);
  }

  /** A request under way. */
  final class Request {
    private final int use;
    private boolean refusedForNumber;

    private Request(int use) {
      this.use = use;
    }

    /** Notes the status of a reply that is an error. */
    void answered(int status) {
      refusedForNumber = TOO_MANY_REQUESTS.contains(status);
    }

    /** Notes that the request has ended, with the vectors of so many texts. */
    void end(int count) {
      synchronized (AdaptiveLoad.this) {
        largestAccepted = Math.max(largestAccepted, count);
        requestsToRest--;
        if (use == uses) {
          inFlight--;
          if (count == 0) {
            failed();
          } else if (measuring) {
            measure(count);
          }
        }
      }
    }

    private void failed() {
      stopMeasuring();
      if (refusedForNumber && adaptsConcurrency) {
        best = new Load(Math.max(1, load.concurrency() / 2), best.batchSize());
        rest();
      } else if (trying) {
        rest();
      }
    }

    /**
     * Returns whether a request was refused, perhaps because of the number of its texts. Smaller
     * ones should then be sent: a server need not take more than {@value #FIRST_BATCH}, or more
     * than it has taken before.
     */
    boolean isTooLarge(int count) {
      synchronized (AdaptiveLoad.this) {
        if (!adaptsBatch || count <= largestAccepted) {
          return false;
        }
        mostTexts = largestAccepted;
        if (load.batchSize() > mostTexts) {
          best = new Load(best.concurrency(), Math.min(best.batchSize(), mostTexts));
          rest();
        }
        return true;
      }
    }
  }

  private void measure(int count) {
    requests++;
    texts += count;
    long nanos = nanoTime.getAsLong() - measuringSince;
    if (requests < Math.max(LEAST_REQUESTS, load.concurrency()) || nanos < LEAST_NANOS) {
      return;
    }
    double rate = (double) texts / nanos;
    if (!trying) {
      bestRate = rate;
      chooseCandidates();
      if (adaptsConcurrency && load.concurrency() > 1) {
        candidates.add(new Load(load.concurrency() / 2, load.batchSize()));
      }
    } else if (rate > GAIN * bestRate) {
      best = load;
      bestRate = rate;
      chooseCandidates();
    }
    Load next = candidates.poll();
    if (next == null) {
      rest();
    } else {
      use(next, true);
    }
  }

  /** Chooses larger loads than the best. */
  private void chooseCandidates() {
    candidates.clear();
    if (adaptsConcurrency) {
      offer(2 * best.concurrency(), best.batchSize());
      offer((int) Math.ceil(1.5 * best.concurrency()), best.batchSize());
    }
    if (adaptsBatch) {
      offer(best.concurrency(), 2 * best.batchSize());
    }
  }

  private void offer(int concurrency, int batchSize) {
    if (concurrency <= MOST_AT_ONCE && batchSize <= mostTexts) {
      candidates.add(new Load(concurrency, batchSize));
    }
  }

  /** Uses the best load for long. */
  private void rest() {
    candidates.clear();
    use(best, false);
    requestsToRest = (long) rest * best.concurrency();
    rest = Math.min(2 * rest, MOST_REST);
  }

  private void use(Load next, boolean tried) {
    load = next;
    trying = tried;
    uses++;
    inFlight = 0;
    stopMeasuring();
  }

  private void stopMeasuring() {
    measuring = false;
    requests = 0;
    texts = 0;
  }
}
