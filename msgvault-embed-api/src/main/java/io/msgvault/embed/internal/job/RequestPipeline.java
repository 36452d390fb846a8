package io.msgvault.embed.internal.job;

import io.msgvault.embed.Errors;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome.Cancelled.StopReason;
import io.msgvault.embed.Scheduler.ScheduledTask;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TokenSource;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.store.support.VectorMath;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the texts of a sweep to the embedder and passes the vectors to their receivers.
 *
 * <h2>Threads</h2>
 *
 * <p>Only the calls of the embedder run on the job's executor, as many at once as the embedder asks
 * for. They return as events in an inbox, in any order, and so do time-outs and the ends of pauses.
 * Everything else happens on the run's thread, where only {@link #awaitEvent} blocks.
 *
 * <h2>Requests</h2>
 *
 * <p>A {@link PendingText} is a text with all receivers that wait for it. An {@link EmbedRequest}
 * is a batch of them. After a transient failure the request is sent again, and a pause holds up all
 * other requests until then. A request that is refused, or that keeps failing while others succeed,
 * is halved until the text at fault stands alone. That costs at most 2·log₂(batch) requests for
 * each such text. A {@link Trial} then decides whether the text is at fault or the embedder (EJ-5).
 * It costs at most five requests for a text that is refused, and fewer for one of many.
 */
final class RequestPipeline {
  /** The most UTF-16 units in progress. Above it the pipeline asks for no more text. */
  private static final long MAX_PENDING_CHARACTERS = 8_000_000;

  /**
   * The refusals in a row after which a trial begins. An embedder that refuses everything is found
   * out before an archive is halved to its last text.
   */
  private static final int MAX_REFUSALS_IN_A_ROW = 6;

  private sealed interface Event {
    record Answered(long requestId) implements Event {}

    record TimedOut(long requestId) implements Event {}

    record PauseEnded(long number) implements Event {}

    record TurnCame(long number) implements Event {}

    record WokenUp() implements Event {}
  }

  private record Answer(EmbedderReply reply, Duration elapsed) {}

  private record Sent(
      EmbedRequest request,
      Future<Answer> answer,
      Optional<ScheduledTask> timer,
      RateLimiter.Turn turn,
      int backoffsBefore) {
    void cancel() {
      timer.ifPresent(ScheduledTask::cancel);
      answer.cancel(true);
    }
  }

  private final RunContext run;
  private final JobSettings job;
  private final int dimension;
  private final MutableRunCounts counts;

  private final LinkedBlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
  private final RetryGate retryGate;
  private final RateGate rateGate;
  private final TokenMeter meter;
  private final Map<Long, Sent> inFlight = new HashMap<>();
  private final Deque<EmbedRequest> retries = new ArrayDeque<>();
  private final Deque<PendingText> newTexts = new ArrayDeque<>();
  private final Map<String, PendingText> pendingByText = new HashMap<>();
  private final RecentVectors recentVectors = new RecentVectors();
  private final Trial trial = new Trial(new Settlement());

  /** The next request, while it waits for its turn. */
  private @Nullable EmbedRequest held;

  private long pendingCharacters;

  /** The tokens of all texts that wait or are in progress, if the budget has a limit on them. */
  private long pendingTokens;

  private long lastRequestId;
  private long successes;

  /** One below the limit at first: as long as nothing has embedded, the first refusal counts. */
  private int refusalsInARow = MAX_REFUSALS_IN_A_ROW - 1;

  RequestPipeline(RunContext run) {
    this.run = run;
    this.job = run.job();
    this.dimension = run.generation().fingerprint().dimension();
    this.counts = run.counts();
    this.retryGate = new RetryGate(job, number -> inbox.add(new Event.PauseEnded(number)));
    this.rateGate = new RateGate(job, number -> inbox.add(new Event.TurnCame(number)));
    this.meter = new TokenMeter(job.embedder());
  }

  /** Requests the vector of a text. The receiver may be called before this returns. */
  void add(String text, PendingText.Receiver receiver) {
    float[] known = recentVectors.get(text);
    if (known != null) {
      receiver.embedded(known);
      return;
    }
    PendingText pending = pendingByText.get(text);
    if (pending == null) {
      pending = new PendingText(text);
      pendingByText.put(text, pending);
      newTexts.add(pending);
      pendingCharacters += text.length();
      pendingTokens += budgetTokens(pending);
    }
    pending.receivers.add(receiver);
  }

  private long budgetTokens(PendingText pending) {
    return job.budget().tokens().isPresent() ? pending.tokens(meter) : 0;
  }

  /**
   * Returns the limit of the budget that is spent once all texts have embedded that wait or are in
   * progress; empty if there is room for more text (EJ-26).
   */
  Optional<StopReason> spentLimit() {
    if (counts.tokens + pendingTokens >= job.budget().tokens().orElse(Long.MAX_VALUE)) {
      return Optional.of(StopReason.TOKEN_BUDGET);
    }
    // The next text shares a request with those that wait, as long as they fill none.
    int full = newTexts.size() / job.embedder().batchSize();
    long waiting = (long) retries.size() + full + (held == null ? 0 : 1);
    return counts.requests + waiting >= job.budget().requests().orElse(Long.MAX_VALUE)
        ? Optional.of(StopReason.REQUEST_BUDGET)
        : Optional.empty();
  }

  /** Returns whether the next batch needs more text and there is room for it. */
  boolean needsMoreForBatch() {
    return hasRoomFor(job.embedder().batchSize());
  }

  /** Returns whether less text is ready than all concurrent requests can take. */
  boolean canPrefetch() {
    return hasRoomFor(job.embedder().batchSize() * job.embedder().concurrency());
  }

  private boolean hasRoomFor(int texts) {
    return newTexts.size() < texts && pendingCharacters < MAX_PENDING_CHARACTERS;
  }

  /** Returns whether another request can be sent now. */
  boolean canSend() {
    return !retryGate.isPaused()
        && !rateGate.isWaiting()
        && inFlight.size() < job.embedder().concurrency();
  }

  /** Sends one request if there is one, or holds it until its turn; returns whether there was. */
  boolean sendNext() {
    EmbedRequest request = held == null ? nextRequest() : held;
    if (request == null) {
      return false;
    }
    long tokens = job.rateLimiter().countsTokens() ? request.tokens(meter) : 0;
    Optional<RateLimiter.Turn> turn = rateGate.enter(tokens);
    held = turn.isPresent() ? null : request;
    turn.ifPresent(now -> send(request, now));
    return true;
  }

  /** Returns whether a text waits or is in progress. */
  boolean hasPendingTexts() {
    return !isIdle() || trial.isInProgress() || trial.hasSuspects();
  }

  private boolean isIdle() {
    return held == null && inFlight.isEmpty() && retries.isEmpty() && newTexts.isEmpty();
  }

  /** Returns whether {@link #drainEvents} has events to handle. */
  boolean hasEvents() {
    return !inbox.isEmpty();
  }

  /**
   * Handles all events in the inbox, without waiting.
   *
   * @throws RuntimeException if the embedder failed for good
   */
  void drainEvents() {
    for (Event event = inbox.poll(); event != null; event = inbox.poll()) {
      handle(event);
    }
  }

  /** Waits for an event and handles it. */
  void awaitEvent() throws InterruptedException {
    handle(inbox.take());
  }

  /** Waits for an event, but not longer than this, and handles it. */
  void awaitEvent(Duration atMost) throws InterruptedException {
    Event event = inbox.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    if (event != null) {
      handle(event);
    }
  }

  /** Ends {@link #awaitEvent}. May be called from any thread. */
  void wakeUp() {
    inbox.add(new Event.WokenUp());
  }

  /** Cancels all requests and timers. Later answers are ignored. */
  void cancel() {
    inFlight.values().forEach(Sent::cancel);
    inFlight.clear();
    retryGate.cancel();
    rateGate.cancel();
  }

  // Sending

  /**
   * Chooses the next request. A trial goes first, and one begins if only suspects are left. Then
   * comes a half, and then a request that failed transiently, unless it was sent last and there is
   * new text. Then the new text shows whether the request or the embedder is at fault.
   */
  private @Nullable EmbedRequest nextRequest() {
    if (isIdle() && trial.hasSuspects()) {
      trial.begin();
    }
    if (trial.isInProgress()) {
      return trial.poll();
    }
    EmbedRequest first = retries.peek();
    if (first != null && (newTexts.isEmpty() || first.lastId != lastRequestId)) {
      return retries.remove();
    }
    if (newTexts.isEmpty()) {
      return null;
    }
    List<PendingText> batch = new ArrayList<>();
    while (batch.size() < job.embedder().batchSize() && !newTexts.isEmpty()) {
      batch.add(newTexts.remove());
    }
    return new EmbedRequest(EmbedRequest.Kind.TEXTS, batch, successes, 0);
  }

  private void send(EmbedRequest request, RateLimiter.Turn turn) {
    long id = ++lastRequestId;
    counts.requests++;
    if (request.lastId > 0) {
      counts.retries++;
    }
    request.lastId = id;
    List<String> texts = request.texts.stream().map(pending -> pending.text).toList();
    FutureTask<Answer> task =
        new FutureTask<>(() -> embed(texts)) {
          @Override
          protected void done() {
            inbox.add(new Event.Answered(id));
          }
        };
    Optional<ScheduledTask> timer =
        job.requestTimeout()
            .map(limit -> job.scheduler().schedule(() -> inbox.add(new Event.TimedOut(id)), limit));
    inFlight.put(id, new Sent(request, task, timer, turn, retryGate.backoffs()));
    job.executor().execute(task);
  }

  private Answer embed(List<String> texts) {
    long began = System.nanoTime();
    EmbedderReply reply = job.embedder().embedWithUsage(texts, InputType.DOCUMENT);
    return new Answer(reply, Duration.ofNanos(System.nanoTime() - began));
  }

  // Answers

  private void handle(Event event) {
    if (event instanceof Event.Answered answered) {
      Sent sent = inFlight.remove(answered.requestId());
      if (sent != null) {
        sent.timer().ifPresent(ScheduledTask::cancel);
        handleAnswer(sent);
      }
    } else if (event instanceof Event.TimedOut timedOut) {
      Sent sent = inFlight.remove(timedOut.requestId());
      if (sent != null) {
        handleTimeout(sent);
      }
    } else if (event instanceof Event.PauseEnded ended) {
      retryGate.resume(ended.number());
    } else if (event instanceof Event.TurnCame came) {
      rateGate.resume(came.number());
    }
  }

  /** An answer that is there counts, though it is late: asking again would cost as much again. */
  private void handleTimeout(Sent sent) {
    if (sent.answer().isDone()) {
      handleAnswer(sent);
      return;
    }
    sent.cancel();
    handleFailure(
        sent,
        new TransientEmbedderException(
            "the embedder did not answer within " + job.requestTimeout().orElseThrow()));
  }

  private void handleAnswer(Sent sent) {
    try {
      accept(sent, sent.answer().get());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TransientEmbedderException failure) {
        handleFailure(sent, failure);
      } else if (cause instanceof EmbedderException refusal) {
        handleRefusal(sent.request(), refusal);
      } else if (cause instanceof RuntimeException unexpected) {
        throw unexpected;
      } else if (cause instanceof Error error) {
        throw error;
      } else {
        throw new EmbedException("the embedder threw " + Errors.describe(cause), cause);
      }
    } catch (InterruptedException e) {
      throw new CancellationSignal.RunCancelledException(StopReason.INTERRUPTED);
    }
  }

  private void accept(Sent sent, Answer answer) {
    EmbedRequest request = sent.request();
    List<float[]> vectors = answer.reply().vectors();
    JobEvent.BatchEmbedded embedded = countTokens(sent, answer);
    if (vectors.size() != request.texts.size()) {
      handleFailure(
          sent,
          new TransientEmbedderException(
              "the embedder returned "
                  + vectors.size()
                  + " vectors for "
                  + request.texts.size()
                  + " texts"));
      return;
    }
    Optional<EmbedderException> invalid =
        vectors.stream().flatMap(vector -> problem(vector).stream()).findFirst();
    if (invalid.isPresent()) {
      handleRefusal(request, invalid.get());
      return;
    }
    run.publish(embedded);
    successes++;
    refusalsInARow = 0;
    retryGate.recordSuccess();
    if (request.kind == EmbedRequest.Kind.TEXTS) {
      request.texts.forEach(pending -> trial.noteEmbedded(pending.text));
    }
    for (int i = 0; i < request.texts.size(); i++) {
      PendingText pending = request.texts.get(i);
      float[] vector = vectors.get(i);
      if (removePending(pending)) {
        recentVectors.put(pending.text, vector);
        pending.receivers.forEach(receiver -> receiver.embedded(vector));
      }
    }
    if (request.kind != EmbedRequest.Kind.TEXTS) {
      trial.embedded(request);
    }
  }

  /** Counts what a request took. It is paid for even if its answer is of no use. */
  private JobEvent.BatchEmbedded countTokens(Sent sent, Answer answer) {
    OptionalLong reported = answer.reply().tokens();
    long tokens = reported.orElseGet(() -> sent.request().tokens(meter));
    counts.tokens += tokens;
    job.rateLimiter().correct(sent.turn(), tokens);
    return new JobEvent.BatchEmbedded(
        sent.request().texts.size(),
        tokens,
        reported.isPresent() ? TokenSource.REPORTED : meter.source(),
        answer.elapsed());
  }

  private Optional<EmbedderException> problem(float[] vector) {
    if (vector.length != dimension) {
      return Optional.of(
          new EmbedderUnavailableException(
              "the embedder returned a vector of dimension "
                  + vector.length
                  + " but declares "
                  + dimension
                  + "; set its dimension to that of its model"));
    }
    try {
      VectorMath.requireValid("a text", vector, dimension);
    } catch (InvalidVectorException e) {
      return Optional.of(new RejectedInputException(e.getMessage(), e));
    }
    return Optional.empty();
  }

  /**
   * Handles a refusal. It only hints at whose fault it is. If the embedder reports its set-up, good
   * texts show at once whether that is true. Otherwise the batch is halved, and good texts are sent
   * after some refusals in a row.
   */
  private void handleRefusal(EmbedRequest request, EmbedderException cause) {
    if (request.kind != EmbedRequest.Kind.TEXTS) {
      trial.failed(request, cause);
      return;
    }
    refusalsInARow++;
    if (request.texts.size() > 1) {
      List<EmbedRequest> halves = request.halves(successes, 0);
      retries.addFirst(halves.get(1));
      retries.addFirst(halves.get(0));
    } else {
      trial.addSuspect(request.text(), cause);
    }
    if (cause instanceof EmbedderUnavailableException
        || refusalsInARow >= MAX_REFUSALS_IN_A_ROW
        || trial.isFull()) {
      trial.begin();
    }
  }

  /**
   * Handles a transient failure. The first failure pauses all requests, and failures of requests
   * that were in progress by then do not count again. A request that keeps failing while others
   * succeed is halved, and a text that keeps failing alone is a suspect. If nothing succeeds in
   * between, good texts show whether the embedder works at all.
   */
  private void handleFailure(Sent sent, TransientEmbedderException cause) {
    EmbedRequest request = sent.request();
    request.attempts++;
    boolean repeated = request.attempts >= job.retry().maxAttempts();
    boolean first = sent.backoffsBefore() == retryGate.backoffs();
    if (!first) {
      cause.retryAfter().ifPresent(retryGate::pauseFor);
    } else if (request.kind == EmbedRequest.Kind.SUSPECT) {
      // The good texts before and after it tell whether the embedder works.
      run.publish(retryGate.recordSuspectFailure(cause, request.attempts));
    } else {
      run.publish(retryGate.recordFailure(cause));
    }
    if (request.kind == EmbedRequest.Kind.TEXTS) {
      retryTexts(request, cause, repeated && successes > request.successesBefore);
    } else if (request.kind == EmbedRequest.Kind.SUSPECT && repeated) {
      trial.failed(request, cause);
    } else {
      trial.sendAgain(request);
    }
  }

  private void retryTexts(EmbedRequest request, TransientEmbedderException cause, boolean atFault) {
    if (!atFault) {
      retries.addLast(request);
    } else if (request.texts.size() > 1) {
      // One more failure of a half is enough to halve it again.
      retries.addAll(request.halves(successes, job.retry().maxAttempts() - 1));
    } else {
      trial.addSuspect(request.text(), cause);
    }
    if (retryGate.isNearEnd() || trial.isFull()) {
      trial.begin();
    }
  }

  private boolean removePending(PendingText pending) {
    boolean removed = pendingByText.remove(pending.text, pending);
    if (removed) {
      pendingCharacters -= pending.text.length();
      pendingTokens -= budgetTokens(pending);
    }
    return removed;
  }

  /** Passes the verdicts of trials on. */
  private final class Settlement implements Trial.Verdicts {
    @Override
    public void reject(PendingText text, EmbedderException cause) {
      removePending(text);
      text.receivers.forEach(receiver -> receiver.rejected(cause.getMessage()));
    }

    @Override
    public void leaveForNextRun(PendingText text, TransientEmbedderException cause) {
      removePending(text);
      text.receivers.forEach(receiver -> receiver.failed(cause));
    }
  }
}
