package io.msgvault.embed;

import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.internal.job.Backstop;
import io.msgvault.embed.internal.job.BackstopSchedule;
import io.msgvault.embed.internal.job.CancellationSignal;
import io.msgvault.embed.internal.job.JobSettings;
import io.msgvault.embed.internal.job.Run;
import io.msgvault.embed.internal.job.Target;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.text.TextPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Keeps a vector index true to an archive: each run finds what needs work by scanning, embeds it,
 * writes the vectors, and only then stamps the messages. There is no queue, so nothing can be lost
 * from one: whatever goes wrong in between, the message still needs work and the next scan finds
 * it.
 *
 * <pre>{@code
 * try (var messages = SqliteMessageStore.open(Path.of("mail.db"));
 *     var vectors = SqliteVectorStore.install(Path.of("mail-vectors.db"));
 *     var job = EmbedJob.builder(messages, vectors, embedder).build()) {
 *   RunOutcome outcome = job.runOnce(); // from the host's own scheduler, as often as it likes
 * }
 * }</pre>
 *
 * <p>A run goes through the phases of {@link RunPhase}. Its rules:
 *
 * <ul>
 *   <li><b>EJ-1</b> Upsert before stamp, always. A crash between any two steps loses nothing and
 *       leaves nothing stale for good.
 *   <li><b>EJ-2</b> A run drains: at its end nothing that needed work at its start still does, but
 *       for what failed or moved.
 *   <li><b>EJ-3</b> Blank messages are stamped BLANK, never sent, and lose any old vectors, only if
 *       the stamp landed.
 *   <li><b>EJ-4</b> A missed stamp, because the text moved meanwhile, is not success, not a failure
 *       of the embedder, and is found again by the next run.
 *   <li><b>EJ-5</b> One poison message never blocks its neighbours: a refused batch is halved until
 *       the bad text stands alone, and its message is marked REJECTED. If nothing at all embeds,
 *       nobody is rejected: the embedder is at fault, and the run fails.
 *   <li><b>EJ-6</b> Consecutive transient failures are capped; the run then fails with the last
 *       cause, and says what was done.
 *   <li><b>EJ-7</b> The target is a building generation with our fingerprint; else, if another
 *       fingerprint is building, the run is Blocked; else the active one if it is ours; else
 *       Blocked. Where there is no generation at all, the first is created. A changed fingerprint
 *       is never rebuilt unasked: {@link #rebuild} does that.
 *   <li><b>EJ-8</b> A building generation is activated when nothing in scope is missing. An empty
 *       scope does not replace a serving index unless forced.
 *   <li><b>EJ-9</b> The backstop runs on a generation's first run and then each interval. Its clock
 *       is kept for each generation; a failed backstop does not count as one.
 *   <li><b>EJ-10</b> The backstop audits both ways: a stamp without vectors, or with vectors of
 *       another revision, is taken back; vectors without a live message in scope are deleted; then
 *       the room of retired generations is given back. {@link #verify} reports all of that, and
 *       stamps of unknown generations, and changes nothing.
 *   <li><b>EJ-11</b> A generation retired in the middle of a run ends the run cleanly, nothing
 *       stamped.
 *   <li><b>EJ-12</b> Two runs at once, in one process or in two: one works, the other returns Busy
 *       at once, unless both share (EJ-18).
 *   <li><b>EJ-13</b> Interrupting stops within one batch: Cancelled, nothing lost, every run record
 *       closed.
 *   <li><b>EJ-14</b> No transaction or row lock is open while an embedder works; writers wait for
 *       one small batch at the most.
 *   <li><b>EJ-15</b> Text outside the scope never reaches the embedder.
 *   <li><b>EJ-16</b> The watermark never passes a message that is unresolved.
 *   <li><b>EJ-17</b> What {@link #repair} takes back is read again: a run under way neither settles
 *       it with what it had read before nor passes it by.
 *   <li><b>EJ-18</b> Runs that {@linkplain Builder#sharedLease share} a generation fill it
 *       together: each text is embedded by one of them, but where a worker dies, loses its lease or
 *       the text moves; nothing is left when the last has ended, but for what failed or moved; one
 *       of them activates the generation. What a dead worker had claimed, the next run takes over.
 *       A run that finds nothing but what others have claimed is Busy.
 *   <li><b>EJ-19</b> A backstop audits alone. Where others share the generation at the moment,
 *       {@link #runBackstop} is Busy, and a run that was due to be a backstop helps them without;
 *       then the backstop stays due.
 * </ul>
 *
 * <p>A job is safe for use by many threads. It owns neither the stores nor the embedder: the host
 * closes them, after the job. Methods throw only on misuse; everything else is in the {@link
 * RunOutcome}.
 */
public final class EmbedJob implements AutoCloseable {
  private final JobSettings settings;
  private final Set<CancellationSignal> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private EmbedJob(JobSettings settings) {
    this.settings = settings;
  }

  /** Starts to wire a job; everything else has a default. */
  public static Builder builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
    return new Builder(messages, vectors, embedder);
  }

  /**
   * Fills what needs work, with a backstop if one is due, and activates a building generation that
   * became complete. Returns when nothing is left to do.
   */
  public RunOutcome runOnce() {
    return run(Run.Mode.ORDINARY, new CancellationSignal());
  }

  /**
   * As {@link #runOnce}, but ends within about one batch after the given time as {@link Cancelled};
   * the next run goes on from there.
   *
   * @param limit the longest time, positive
   */
  public RunOutcome runFor(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("a run needs a positive time, not " + limit);
    }
    CancellationSignal stop = new CancellationSignal();
    Scheduler.ScheduledTask deadline =
        settings.scheduler().schedule(() -> stop.cancel(Cancelled.StopReason.DEADLINE), limit);
    try {
      return run(Run.Mode.ORDINARY, stop);
    } finally {
      deadline.cancel();
    }
  }

  /** As {@link #runOnce}, with the backstop's audit whether or not it is due. */
  public RunOutcome runBackstop() {
    return run(Run.Mode.BACKSTOP, new CancellationSignal());
  }

  /**
   * Builds a new generation with this job's settings while the active one serves, and activates it
   * when it is complete; goes on with one of the same settings that is being built already. A
   * rebuild that was cut short is carried on by {@link #runOnce}.
   */
  public RunOutcome rebuild() {
    return run(Run.Mode.REBUILD, new CancellationSignal());
  }

  /**
   * Counts what the generation that {@link #runOnce} would fill covers; without one, everything is
   * missing.
   */
  public Coverage coverage() {
    Target target = Target.choose(settings.vectors().generations(), fingerprint());
    long generation = target instanceof Target.Fill fill ? fill.generation().id() : 0;
    return settings.messages().coverage(generation, settings.scope());
  }

  /** The view for a host's status page. */
  public IndexStatus status() {
    return IndexStatus.read(settings.messages(), settings.vectors(), settings.scope());
  }

  /**
   * Has these messages read again, for example after their text was repaired in a way that no
   * trigger saw: takes back their stamps, then lowers the watermarks. In this order no run under
   * way can undo it (EJ-17): what it has read of them it can no longer stamp, and its watermark
   * stays below. A message whose text turns out to be the one that its vectors were made of keeps
   * them.
   *
   * <p>If this throws, or its process dies, call it again; until then a store that does not
   * {@linkplain MessageStore#supportsSeekingScan seek} may find some of them only at the next
   * backstop.
   */
  public void repair(Collection<Long> ids) {
    if (ids.isEmpty()) {
      return;
    }
    settings.messages().unstamp(ids);
    settings.vectors().lowerWatermarks(ids.stream().mapToLong(Long::longValue).min().orElseThrow());
  }

  /**
   * Gives every rejected message of the generation that {@link #runOnce} would fill another chance.
   *
   * @return how many there were
   */
  public long retryRejected() {
    Target target = Target.choose(settings.vectors().generations(), fingerprint());
    if (!(target instanceof Target.Fill fill)) {
      return 0;
    }
    long count = 0;
    long after = 0;
    while (true) {
      List<Long> ids = new ArrayList<>();
      for (Rejection rejection :
          settings.messages().rejections(fill.generation().id(), after, 1000)) {
        ids.add(rejection.messageId());
      }
      if (ids.isEmpty()) {
        return count;
      }
      repair(ids);
      count += ids.size();
      after = ids.get(ids.size() - 1);
    }
  }

  /**
   * What a backstop would find and heal in the generation that {@link #runOnce} would fill; changes
   * nothing.
   */
  public BackstopFindings verify() {
    Target target = Target.choose(settings.vectors().generations(), fingerprint());
    return target instanceof Target.Fill fill
        ? Backstop.verify(settings.messages(), settings.vectors(), fill.generation())
        : BackstopFindings.NONE;
  }

  /** The fingerprint of what this job builds. */
  public Fingerprint fingerprint() {
    return settings.fingerprint();
  }

  /**
   * Ends runs under way as {@link Cancelled}, within one batch, without waiting for them. Closing
   * twice is fine.
   */
  @Override
  public void close() {
    closed = true;
    running.forEach(stop -> stop.cancel(Cancelled.StopReason.CLOSED));
  }

  private RunOutcome run(Run.Mode mode, CancellationSignal stop) {
    running.add(stop);
    try {
      if (closed) {
        throw new IllegalStateException("the job is closed");
      }
      RunOutcome outcome = new Run(settings, mode, stop).execute();
      if (outcome instanceof Cancelled cancelled
          && cancelled.reason() == Cancelled.StopReason.INTERRUPTED) {
        Thread.currentThread().interrupt();
      }
      return outcome;
    } finally {
      running.remove(stop);
    }
  }

  /** Wires a job. Not safe for use by many threads. */
  public static final class Builder {
    private static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofMinutes(2);

    private final MessageStore messages;
    private final VectorStore vectors;
    private final Embedder embedder;
    private TextPolicy text = TextPolicy.standard();
    private Scope scope = Scope.ALL;
    private Clock clock = Clock.systemUTC();
    private Optional<Executor> executor = Optional.empty();
    private Scheduler scheduler = Scheduler.system();
    private JobListener listener = JobListener.NONE;
    private BackstopSchedule backstops = BackstopSchedule.every(Duration.ofHours(24));
    private Optional<Duration> requestTimeout = Optional.empty();
    private boolean withoutRequestTimeout;
    private RetryPolicy retry = RetryPolicy.STANDARD;
    private int pageMessages = 256;
    private boolean sharedLease;

    private Builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
      this.messages = messages;
      this.vectors = vectors;
      this.embedder = embedder;
    }

    /** How messages become texts; part of the fingerprint. Default: {@link TextPolicy#standard}. */
    public Builder text(TextPolicy text) {
      this.text = text;
      return this;
    }

    /** Which messages are covered; part of the fingerprint. Default: all. */
    public Builder scope(Scope scope) {
      this.scope = scope;
      return this;
    }

    /** The clock of backstops, records and rates. Default: the system's. */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Sets the executor of the requests to the embedder, as many at once as {@link
     * Embedder#concurrency} says, and of up to two writes of vectors. An executor with a virtual
     * thread for each task is fine. With fewer threads a run takes longer, but it never waits for a
     * free thread. The host keeps the executor and shuts it down. Default: the thread of the run,
     * one task after another.
     */
    public Builder executor(Executor executor) {
      this.executor = Optional.of(executor);
      return this;
    }

    /**
     * Sets the scheduler of retries, time-outs and deadlines. Default: {@link Scheduler#system}.
     */
    public Builder scheduler(Scheduler scheduler) {
      this.scheduler = scheduler;
      return this;
    }

    /** Sets the receiver of the run's events. Default: none. */
    public Builder listener(JobListener listener) {
      this.listener = listener;
      return this;
    }

    /**
     * Sets the time from the start of one backstop to the start of the next (EJ-9). Default: 24
     * hours.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder backstopInterval(Duration backstopInterval) {
      requirePositive("a backstop interval", backstopInterval);
      this.backstops = BackstopSchedule.every(backstopInterval);
      return this;
    }

    /** Makes every run a backstop. */
    public Builder backstopOnEveryRun() {
      this.backstops = BackstopSchedule.EVERY_RUN;
      return this;
    }

    /** Leaves backstops to {@link EmbedJob#runBackstop}. */
    public Builder withoutBackstop() {
      this.backstops = BackstopSchedule.NEVER;
      return this;
    }

    /**
     * Sets the longest time that one request may take. A request that takes longer counts as a
     * transient failure. Default: 2 minutes with an {@link #executor}, and no limit without one,
     * because the run's own thread cannot watch the request that it makes. An executor that runs
     * its tasks on the calling thread needs {@link #withoutRequestTimeout}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder requestTimeout(Duration requestTimeout) {
      requirePositive("a request time-out", requestTimeout);
      this.requestTimeout = Optional.of(requestTimeout);
      this.withoutRequestTimeout = false;
      return this;
    }

    /** Lets a request take any time. */
    public Builder withoutRequestTimeout() {
      this.requestTimeout = Optional.empty();
      this.withoutRequestTimeout = true;
      return this;
    }

    private static void requirePositive(String name, Duration duration) {
      if (duration.isNegative() || duration.isZero()) {
        throw new IllegalArgumentException(name + " must be positive, but is " + duration);
      }
    }

    /** How transient failures are met. Default: {@link RetryPolicy#STANDARD}. */
    public Builder retry(RetryPolicy retry) {
      this.retry = retry;
      return this;
    }

    /** The most messages that are read at once, at least 1. Default: 256. */
    public Builder pageMessages(int pageMessages) {
      if (pageMessages < 1) {
        throw new IllegalArgumentException(
            "a page must hold at least 1 message, not " + pageMessages);
      }
      this.pageMessages = pageMessages;
      return this;
    }

    /**
     * Lets several workers fill a generation at once: each run takes a {@linkplain
     * VectorStore#sharedLease shared lease}, and claims its work in stripes of 512 ids (EJ-18,
     * EJ-19). It pays where ids lie close to each other, as those do that a database counts up; of
     * ids that are far apart a stripe holds little. Default: a run has its generation for itself.
     *
     * @throws UnsupportedOperationException from {@link #build}, if the vector store does not
     *     {@linkplain VectorStore#supportsSharedLease share}
     */
    public Builder sharedLease() {
      sharedLease = true;
      return this;
    }

    /**
     * Builds the job.
     *
     * @throws UnsupportedOperationException if {@link #sharedLease} was called and the vector store
     *     does not support it
     * @throws IllegalStateException if a {@link #requestTimeout} was set without an {@link
     *     #executor}
     */
    public EmbedJob build() {
      if (requestTimeout.isPresent() && executor.isEmpty()) {
        throw new IllegalStateException(
            "a request time-out needs an executor: without one the run's thread makes the request"
                + " and cannot watch it; call executor(), or leave out requestTimeout()");
      }
      if (sharedLease && !vectors.supportsSharedLease()) {
        throw new UnsupportedOperationException(
            "the vector store lets one worker at a generation: leave out sharedLease()");
      }
      return new EmbedJob(
          new JobSettings(
              messages,
              vectors,
              embedder,
              text,
              scope,
              clock,
              executor.orElse(Runnable::run),
              scheduler,
              listener,
              backstops,
              effectiveRequestTimeout(),
              retry,
              pageMessages,
              sharedLease));
    }

    private Optional<Duration> effectiveRequestTimeout() {
      return executor.isEmpty() || withoutRequestTimeout
          ? Optional.empty()
          : requestTimeout.or(() -> Optional.of(DEFAULT_REQUEST_TIMEOUT));
    }
  }
}
