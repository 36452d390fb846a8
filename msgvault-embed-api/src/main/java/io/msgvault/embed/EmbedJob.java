package io.msgvault.embed;

import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.internal.job.Backstop;
import io.msgvault.embed.internal.job.BackstopSchedule;
import io.msgvault.embed.internal.job.CancellationSignal;
import io.msgvault.embed.internal.job.Estimator;
import io.msgvault.embed.internal.job.JobSettings;
import io.msgvault.embed.internal.job.RateLimiter;
import io.msgvault.embed.internal.job.Removals;
import io.msgvault.embed.internal.job.Run;
import io.msgvault.embed.internal.job.Target;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.TextPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Keeps the vectors and the words of an archive up to date. Each run scans for messages that need
 * work, writes their words, embeds them, writes their vectors, and only then stamps the messages.
 * There is no queue that could lose an entry. After any failure in between, a message still needs
 * work, and the next scan finds it.
 *
 * <pre>{@code
 * try (var messages = SqliteMessageStore.open(Path.of("mail.db"));
 *     var vectors = SqliteVectorStore.open(Path.of("mail-vectors.db"));
 *     var job = EmbedJob.builder(messages, vectors, embedder).build()) {
 *   RunOutcome outcome = job.runOnce(); // from the host's own scheduler, at any interval
 * }
 * }</pre>
 *
 * <p>A run goes through the phases of {@link RunPhase}. It keeps the rules EJ-1 to EJ-28 in {@code
 * docs/contract.md}.
 *
 * <p>A job is safe for use by many threads. It owns neither the stores nor the embedder: the host
 * closes them after the job. A run throws {@link IllegalStateException} if the job is closed, and
 * reports everything else in its {@link RunOutcome}. The other methods pass on the exceptions of
 * the stores. Building a job asks neither the stores nor the embedder for anything.
 */
public final class EmbedJob implements AutoCloseable {
  private final JobSettings settings;
  private final Set<CancellationSignal> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private EmbedJob(JobSettings settings) {
    this.settings = settings;
  }

  /** Returns the builder of a job; every other setting has a default. */
  public static Builder builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
    return new Builder(messages, vectors, embedder);
  }

  /**
   * Embeds the messages that need work, as a backstop if one is due, and activates a building
   * generation that became complete. Returns when nothing is left to do (EJ-2).
   *
   * @throws IllegalStateException if the job is closed
   */
  public RunOutcome runOnce() {
    return run(Run.Mode.ORDINARY, new CancellationSignal());
  }

  /**
   * Does the same as {@link #runOnce}, but ends as {@link Cancelled} within about one batch after a
   * limit. The next run continues from there.
   *
   * @param limit the longest time, positive
   * @throws IllegalArgumentException if the limit is not positive
   * @throws IllegalStateException if the job is closed
   */
  public RunOutcome runFor(Duration limit) {
    requirePositive("the limit of a run", limit);
    CancellationSignal stop = new CancellationSignal();
    Scheduler.ScheduledTask deadline = stopAfter(limit, stop, Cancelled.StopReason.DEADLINE);
    try {
      return run(Run.Mode.ORDINARY, stop);
    } finally {
      deadline.cancel();
    }
  }

  private Scheduler.ScheduledTask stopAfter(
      Duration limit, CancellationSignal stop, Cancelled.StopReason reason) {
    return settings.scheduler().schedule(() -> stop.cancel(reason), limit);
  }

  /**
   * Does the same as {@link #runOnce}, but as a backstop, due or not (EJ-10). Returns {@link
   * RunOutcome.Busy} while other workers share the generation (EJ-19).
   *
   * @throws IllegalStateException if the job is closed
   */
  public RunOutcome runBackstop() {
    return run(Run.Mode.BACKSTOP, new CancellationSignal());
  }

  /**
   * Builds a new generation with this job's settings while the active one serves, and activates it
   * when it is complete. Continues a generation with the same settings that is being built already.
   * After an interrupted rebuild, {@link #runOnce} continues it.
   *
   * <p>If the active generation has other settings, a retired one with this job's settings is
   * revived where its vectors were {@linkplain Builder#keepRetired kept}. Then only texts that
   * changed since are embedded (EJ-25).
   *
   * @throws IllegalStateException if the job is closed
   */
  public RunOutcome rebuild() {
    return run(Run.Mode.REBUILD, new CancellationSignal());
  }

  /**
   * Gives a rebuild up: retires the generation that is being built. A run that fills it ends as
   * {@link Cancelled}. The active generation goes on to serve. The next run of a job with the
   * active generation's settings brings it up to date, and embeds only what has changed.
   *
   * @return the generation that was given up; empty if none is being built
   * @throws io.msgvault.embed.model.GenerationStateException if the build was completed and
   *     activated in the meantime; nothing was changed
   */
  public Optional<Generation> giveUpRebuild() {
    Optional<Generation> building = settings.vectors().building();
    building.ifPresent(generation -> settings.vectors().retire(generation.id()));
    return building;
  }

  /**
   * Returns the coverage of the generation that {@link #runOnce} would fill. Without one, every
   * message is missing.
   *
   * @throws EmbedderException if the embedder must ask its server for the model and fails
   */
  public Coverage coverage() {
    Target target = Target.choose(settings.vectors().generations(), fingerprint());
    return target instanceof Target.Fill fill
        ? settings.messages().coverage(fill.generation().id(), settings.scope())
        : settings.messages().coverageWithoutGeneration(settings.scope());
  }

  /**
   * Returns what {@link #runOnce} would embed, or {@link #rebuild} where an ordinary run is
   * blocked: the messages, their chunks, and the tokens to be paid for (EJ-28). It reads and
   * prepares all their texts, a page at a time, some thousand messages a second. Changes nothing,
   * sends no text to the embedder, and needs no lease.
   *
   * @throws EmbedderException if the embedder must ask its server for the model and fails
   */
  public Estimate estimate() {
    return Estimator.estimate(settings, Run.Mode.ORDINARY);
  }

  /**
   * Returns what {@link #rebuild} would embed, as {@link #estimate} does. A text that the active
   * generation has already counts too, unless a kept generation is revived.
   *
   * @throws EmbedderException if the embedder must ask its server for the model and fails
   */
  public Estimate estimateRebuild() {
    return Estimator.estimate(settings, Run.Mode.REBUILD);
  }

  /** Returns the state of the index, for a status page. Does not ask the embedder. */
  public IndexStatus status() {
    return IndexStatus.read(
        settings.messages(), settings.vectors(), settings.words(), settings.scope());
  }

  /**
   * Marks messages for embedding again, for example after a repair of their text that no trigger
   * saw. Safe while a run is in progress (EJ-17). A message whose text did not change keeps its
   * vectors.
   *
   * <p>It first clears the stamps and then lowers the watermarks. In this order a run in progress
   * cannot undo it. The run can no longer stamp the messages that it read before, and its watermark
   * stays below.
   *
   * <p>If it throws, or its process dies, call it again. Until then a store without {@linkplain
   * MessageStore#supportsSeekingScan seeking scans} may find some of the messages only at the next
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
   * Marks every rejected message for another try, in the generation that {@link #runOnce} would
   * fill. Each backstop does the same before it fills.
   *
   * @return the number of these messages
   * @throws EmbedderException if the embedder must ask its server for the model and fails
   */
  public long retryRejected() {
    Target target = Target.choose(settings.vectors().generations(), fingerprint());
    if (!(target instanceof Target.Fill fill)) {
      return 0;
    }
    return Backstop.retryRejected(
        settings.messages(), settings.vectors(), fill.generation().id(), () -> {});
  }

  /**
   * Returns what a backstop would find and repair in the generation that {@link #runOnce} would
   * fill, and in the words (EJ-10, EJ-20, EJ-23). Changes nothing.
   *
   * @throws EmbedderException if the embedder must ask its server for the model and fails
   */
  public BackstopFindings verify() {
    Target target = Target.choose(settings.vectors().generations(), fingerprint());
    return Backstop.verify(
        settings,
        target instanceof Target.Fill fill ? Optional.of(fill.generation()) : Optional.empty());
  }

  /**
   * Takes messages that are not live out of the index at once: their words, and their vectors in
   * every generation (EJ-24). The next run does so by itself. Safe while a run is in progress. Such
   * a run may still have read one of them before; it takes out again what it wrote, before it ends.
   *
   * <p>If it throws, call it again, or let the next run do the rest.
   *
   * @param ids the ids of messages that were deleted from the archive, any number
   * @return the ids among them of messages that are live; these are left alone
   * @throws ArchiveMismatchException if the vectors or the words are of another archive
   */
  public Set<Long> forget(Collection<Long> ids) {
    UUID archive = settings.messages().archiveId();
    settings.vectors().bind(archive);
    settings.words().ifPresent(words -> words.bind(archive));
    return Removals.forget(settings, ids);
  }

  /**
   * Returns the fingerprint of the generations that this job builds.
   *
   * @throws EmbedderException if the embedder must ask its server for the model and fails
   */
  public Fingerprint fingerprint() {
    return settings.fingerprint();
  }

  /**
   * Ends the runs in progress as {@link Cancelled}, within one batch each. Does not wait for them;
   * {@link #close(Duration)} does. Closing twice has no further effect.
   */
  @Override
  public void close() {
    closed = true;
    running.forEach(stop -> stop.cancel(Cancelled.StopReason.CLOSED));
  }

  /**
   * Does the same as {@link #close()}, and waits for the runs in progress. Once it has returned
   * true, the host can close stores and embedder, and no run warns of it. Do not call it on the
   * thread of a run, such as in a {@link JobListener}: that run cannot end meanwhile.
   *
   * @param limit the longest wait, by the job's {@link Scheduler}; positive
   * @return whether all runs have ended; false also if the thread is interrupted, whose interrupt
   *     status is then set
   * @throws IllegalArgumentException if the limit is not positive
   */
  public boolean close(Duration limit) {
    requirePositive("the limit of a wait", limit);
    close();
    CompletableFuture<Boolean> ended =
        CompletableFuture.allOf(
                running.stream()
                    .map(CancellationSignal::ended)
                    .toArray(CompletableFuture<?>[]::new))
            .thenApply(all -> true);
    Scheduler.ScheduledTask timer =
        settings.scheduler().schedule(() -> ended.complete(false), limit);
    try {
      return ended.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run ended abnormally", e);
    } finally {
      timer.cancel();
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, but is " + duration);
    }
  }

  private RunOutcome run(Run.Mode mode, CancellationSignal stop) {
    running.add(stop);
    Optional<Scheduler.ScheduledTask> timeBudget =
        settings
            .budget()
            .time()
            .map(limit -> stopAfter(limit, stop, Cancelled.StopReason.TIME_BUDGET));
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
      timeBudget.ifPresent(Scheduler.ScheduledTask::cancel);
      running.remove(stop);
      stop.end();
    }
  }

  /** Builds a job. Not safe for use by many threads. */
  public static final class Builder {
    private static final int DEFAULT_COMPARED_TEXTS = 10_000;
    private static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofMinutes(2);

    private final MessageStore messages;
    private final VectorStore vectors;
    private final Embedder embedder;
    private Optional<WordIndex> words = Optional.empty();
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
    private Budget budget = Budget.UNLIMITED;
    private RateLimit rateLimit = RateLimit.UNLIMITED;
    private int pageMessages = 256;
    private int comparedTexts = DEFAULT_COMPARED_TEXTS;
    private boolean sharedLease;
    private Optional<Duration> keepRetired = Optional.of(Duration.ofDays(7));

    private Builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
      this.messages = messages;
      this.vectors = vectors;
      this.embedder = embedder;
    }

    /**
     * Sets the index of words that the job keeps, besides the vectors (EJ-21 to EJ-23). It holds
     * the words of the live messages in scope, so all jobs on it must have the same {@link #scope}.
     * New mail gets its words within seconds while a run embeds; without an {@link #executor}, only
     * between two requests. The host closes the index after the job. Default: none.
     */
    public Builder words(WordIndex words) {
      this.words = Optional.of(words);
      return this;
    }

    /**
     * Sets how messages become texts. It is part of the fingerprint. Default: {@link
     * TextPolicy#standard}.
     */
    public Builder text(TextPolicy text) {
      this.text = text;
      return this;
    }

    /** Sets the messages that are covered. It is part of the fingerprint. Default: all. */
    public Builder scope(Scope scope) {
      this.scope = scope;
      return this;
    }

    /** Sets the clock of backstops, records and rates. Default: the system's. */
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

    /** Makes every run a backstop. Each of them tries the rejected messages again. */
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
     * because the run's own thread cannot watch the request that it makes. The same holds for an
     * executor that runs its tasks on the calling thread: the time-out has no effect there.
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

    /** Sets the policy for transient failures. Default: {@link RetryPolicy#STANDARD}. */
    public Builder retry(RetryPolicy retry) {
      this.retry = retry;
      return this;
    }

    /** Sets what each run of the job may spend (EJ-26). Default: {@link Budget#UNLIMITED}. */
    public Builder budget(Budget budget) {
      this.budget = budget;
      return this;
    }

    /** Sets how fast the job asks its embedder (EJ-27). Default: {@link RateLimit#UNLIMITED}. */
    public Builder rateLimit(RateLimit rateLimit) {
      this.rateLimit = rateLimit;
      return this;
    }

    /**
     * Sets the most messages that are read at once. Default: 256.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder pageMessages(int pageMessages) {
      if (pageMessages < 1) {
        throw new IllegalArgumentException(
            "a page must hold at least 1 message, not " + pageMessages);
      }
      this.pageMessages = pageMessages;
      return this;
    }

    /**
     * Sets how many texts a backstop and {@link EmbedJob#verify} compare with the digests of their
     * vectors (EJ-20). This finds texts that changed without a new revision: triggers were off.
     *
     * <p>Each backstop takes a new random sample. It finds a changed text with the probability of
     * this number divided by the number of embedded messages, and always if there are no more than
     * that. For each text it reads the message and its vectors and prepares the text, which takes a
     * fraction of a millisecond. Default: 10,000.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder comparedTexts(int comparedTexts) {
      if (comparedTexts < 1) {
        throw new IllegalArgumentException(
            "a backstop must compare at least 1 text, not " + comparedTexts);
      }
      this.comparedTexts = comparedTexts;
      return this;
    }

    /**
     * Lets a backstop and {@link EmbedJob#verify} compare every text. They then read the whole
     * archive and all vectors.
     */
    public Builder compareAllTexts() {
      return comparedTexts(Integer.MAX_VALUE);
    }

    /**
     * Lets several workers fill a generation at once (EJ-18, EJ-19). Each run takes a {@linkplain
     * VectorStore#sharedLease shared lease} and claims its work in stripes of 512 ids. This helps
     * if ids are dense, as those from a database's counter are. A stripe of sparse ids holds few
     * messages. Default: a run has its generation to itself.
     */
    public Builder sharedLease() {
      sharedLease = true;
      return this;
    }

    /**
     * Sets how long the vectors of a retired generation are kept, at least until the first backstop
     * or activation after that time. Meanwhile {@link EmbedJob#rebuild} can go back to its
     * settings, and {@link VectorStore#dropRetired()} frees its room. Default: 7 days.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder keepRetired(Duration keepRetired) {
      requirePositive("the time that retired generations are kept", keepRetired);
      this.keepRetired = Optional.of(keepRetired);
      return this;
    }

    /** Drops the vectors of retired generations at once. */
    public Builder dropRetired() {
      this.keepRetired = Optional.empty();
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
            "the vector store does not support shared leases: leave out sharedLease()");
      }
      return new EmbedJob(
          new JobSettings(
              messages,
              vectors,
              words,
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
              budget,
              new RateLimiter(rateLimit, clock),
              pageMessages,
              comparedTexts,
              sharedLease,
              keepRetired));
    }

    private Optional<Duration> effectiveRequestTimeout() {
      return executor.isEmpty() || withoutRequestTimeout
          ? Optional.empty()
          : requestTimeout.or(() -> Optional.of(DEFAULT_REQUEST_TIMEOUT));
    }
  }
}
