package io.msgvault.embed.internal.job;

import io.msgvault.embed.Errors;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.Scheduler.ScheduledTask;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.store.support.VectorMath;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
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
 * <p>A {@link PendingText} is a text with all receivers that wait for it. A {@link Request} is a
 * batch of them. After a transient failure the request is sent again, and a pause holds up all
 * other requests until then. A rejected request is halved until the rejected text stands alone
 * (EJ-5). That costs at most 2·log₂(batch) requests for each rejected text.
 */
final class RequestPipeline {
  /**
   * Receives the result of a text. The pipeline calls exactly one method, once, unless the run ends
   * first.
   */
  interface Receiver {
    void embedded(float[] vector);

    void rejected(String reason);

    void failed(TransientEmbedderException cause);
  }

  /** The most UTF-16 units in progress. Above it the pipeline asks for no more text. */
  private static final long MAX_PENDING_CHARACTERS = 8_000_000;

  private static final String PROBE = "A plain sentence.";

  private sealed interface Event {
    record Answered(long requestId) implements Event {}

    record TimedOut(long requestId) implements Event {}

    record PauseEnded(long number) implements Event {}

    record WokenUp() implements Event {}
  }

  private record Answer(List<float[]> vectors, Duration elapsed) {}

  private record Sent(
      Request request, Future<Answer> answer, Optional<ScheduledTask> timer, int backoffsBefore) {
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
  private final Map<Long, Sent> inFlight = new HashMap<>();
  private final Deque<Request> retries = new ArrayDeque<>();
  private final Deque<PendingText> newTexts = new ArrayDeque<>();
  private final Map<String, PendingText> pendingByText = new HashMap<>();
  private final RecentVectors recentVectors = new RecentVectors();
  private final Map<PendingText, RejectedInputException> suspects = new LinkedHashMap<>();

  private long pendingCharacters;
  private long lastRequestId;
  private long successes;
  private boolean probing;

  RequestPipeline(RunContext run) {
    this.run = run;
    this.job = run.job();
    this.dimension = run.generation().fingerprint().dimension();
    this.counts = run.counts();
    this.retryGate = new RetryGate(job, number -> inbox.add(new Event.PauseEnded(number)));
  }

  /** Requests the vector of a text. The receiver may be called before this returns. */
  void add(String text, Receiver receiver) {
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
    }
    pending.receivers.add(receiver);
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
    return !retryGate.isPaused() && inFlight.size() < job.embedder().concurrency();
  }

  /** Sends one request if there is one; returns whether there was. */
  boolean sendNext() {
    Request request = nextRequest();
    if (request != null) {
      send(request);
    }
    return request != null;
  }

  /** Returns whether a text waits or is in progress. */
  boolean hasPendingTexts() {
    return !(inFlight.isEmpty() && retries.isEmpty() && newTexts.isEmpty());
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

  /** Ends {@link #awaitEvent}. May be called from any thread. */
  void wakeUp() {
    inbox.add(new Event.WokenUp());
  }

  /** Cancels all requests and timers. Later answers are ignored. */
  void cancel() {
    inFlight.values().forEach(Sent::cancel);
    inFlight.clear();
    retryGate.cancel();
  }

  // Sending

  /**
   * Chooses the next request. A half goes first. A request that failed transiently goes first too,
   * unless it was sent last and there is new text. Then the new text shows whether the request or
   * the embedder is at fault.
   */
  private @Nullable Request nextRequest() {
    Request first = retries.peek();
    if (first != null
        && (newTexts.isEmpty() || first.lastRequestId != lastRequestId || first.attempts == 0)) {
      return retries.remove();
    }
    if (newTexts.isEmpty()) {
      return null;
    }
    List<PendingText> batch = new ArrayList<>();
    while (batch.size() < job.embedder().batchSize() && !newTexts.isEmpty()) {
      batch.add(newTexts.remove());
    }
    return new Request(batch, false, successes);
  }

  private void send(Request request) {
    long id = ++lastRequestId;
    request.lastRequestId = id;
    counts.requests++;
    if (request.attempts > 0) {
      counts.retries++;
    }
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
    inFlight.put(id, new Sent(request, task, timer, retryGate.backoffs()));
    job.executor().execute(task);
  }

  private Answer embed(List<String> texts) {
    long began = System.nanoTime();
    List<float[]> vectors = job.embedder().embed(texts, InputType.DOCUMENT);
    return new Answer(vectors, Duration.ofNanos(System.nanoTime() - began));
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
      Answer answer = sent.answer().get();
      accept(sent, answer);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TransientEmbedderException failure) {
        handleFailure(sent, failure);
      } else if (cause instanceof RejectedInputException refusal) {
        handleRejection(sent.request(), refusal);
      } else if (cause instanceof RuntimeException unexpected) {
        throw unexpected;
      } else if (cause instanceof Error error) {
        throw error;
      } else {
        throw new EmbedException("the embedder threw " + Errors.describe(cause), cause);
      }
    } catch (InterruptedException e) {
      throw new CancellationSignal.RunCancelledException(Cancelled.StopReason.INTERRUPTED);
    }
  }

  private void accept(Sent sent, Answer answer) {
    Request request = sent.request();
    if (answer.vectors().size() != request.texts.size()) {
      handleFailure(
          sent,
          new TransientEmbedderException(
              "the embedder returned "
                  + answer.vectors().size()
                  + " vectors for "
                  + request.texts.size()
                  + " texts"));
      return;
    }
    try {
      answer.vectors().forEach(this::requireValid);
    } catch (InvalidVectorException e) {
      handleRejection(request, new RejectedInputException(e.getMessage(), e));
      return;
    }
    run.publish(new JobEvent.BatchEmbedded(request.texts.size(), answer.elapsed()));
    successes++;
    retryGate.recordSuccess();
    probing &= !request.probe;
    for (int i = 0; i < request.texts.size(); i++) {
      PendingText pending = request.texts.get(i);
      float[] vector = answer.vectors().get(i);
      recentVectors.put(pending.text, vector);
      removePending(pending);
      pending.receivers.forEach(receiver -> receiver.embedded(vector));
    }
    suspects.forEach(this::reject);
    suspects.clear();
  }

  private void requireValid(float[] vector) {
    if (vector.length != dimension) {
      throw new EmbedderUnavailableException(
          "the embedder returned a vector of dimension "
              + vector.length
              + " but declares "
              + dimension
              + "; set its dimension to that of its model");
    }
    VectorMath.requireValid("a text", vector, dimension);
  }

  /**
   * Handles a refusal. Until a text has embedded in this sweep, the endpoint may be at fault. Then
   * a plain probe is sent. If that is refused too, no message is rejected and the run fails (EJ-5).
   */
  private void handleRejection(Request request, RejectedInputException rejection) {
    if (request.probe) {
      throw new EmbedderUnavailableException(
          "the embedder refuses every text, even a plain probe; check its model and limits ("
              + rejection.getMessage()
              + ")",
          rejection);
    }
    if (request.texts.size() > 1) {
      List<Request> halves = halves(request);
      retries.addFirst(halves.get(1));
      retries.addFirst(halves.get(0));
    } else if (successes > 0) {
      reject(request.texts.get(0), rejection);
    } else {
      suspects.put(request.texts.get(0), rejection);
      queueProbe();
    }
  }

  /** Queues a plain sentence. If it embeds, the texts are at fault, and else the embedder is. */
  private void queueProbe() {
    if (!probing) {
      probing = true;
      retries.addFirst(new Request(List.of(new PendingText(PROBE)), true, successes));
    }
  }

  private void reject(PendingText pending, RejectedInputException rejection) {
    removePending(pending);
    pending.receivers.forEach(receiver -> receiver.rejected(rejection.getMessage()));
  }

  /**
   * Handles a transient failure. The first failure pauses all requests, and failures of requests
   * that were in progress by then do not count again. A request that keeps failing while others
   * succeed is itself at fault. It is halved, and a text that fails alone is left for the next run,
   * but never rejected. If no other text is left to show the fault, a probe does.
   */
  private void handleFailure(Sent sent, TransientEmbedderException cause) {
    Request request = sent.request();
    request.attempts++;
    if (sent.backoffsBefore() == retryGate.backoffs()) {
      run.publish(retryGate.recordFailure(cause));
    } else {
      cause.retryAfter().ifPresent(retryGate::pauseFor);
    }
    boolean othersSucceed = successes > request.successesBefore;
    if (request.probe) {
      retries.addFirst(request);
    } else if (request.attempts < job.retry().maxAttempts()) {
      retries.addLast(request);
    } else if (!othersSucceed) {
      retries.addLast(request);
      if (newTexts.isEmpty()) {
        queueProbe();
      }
    } else if (request.texts.size() > 1) {
      retries.addAll(halves(request));
    } else {
      PendingText pending = request.texts.get(0);
      removePending(pending);
      pending.receivers.forEach(receiver -> receiver.failed(cause));
    }
  }

  private List<Request> halves(Request request) {
    int size = request.texts.size();
    return List.of(
        new Request(request.texts.subList(0, size / 2), false, successes),
        new Request(request.texts.subList(size / 2, size), false, successes));
  }

  private void removePending(PendingText pending) {
    if (pendingByText.remove(pending.text, pending)) {
      pendingCharacters -= pending.text.length();
    }
  }

  /** A text to embed, with the receivers that wait for it. */
  private static final class PendingText {
    final String text;
    final List<Receiver> receivers = new ArrayList<>(1);

    PendingText(String text) {
      this.text = text;
    }
  }

  /** A batch of texts. */
  private static final class Request {
    final List<PendingText> texts;
    final boolean probe;
    final long successesBefore;
    int attempts;
    long lastRequestId;

    Request(List<PendingText> texts, boolean probe, long successesBefore) {
      this.texts = List.copyOf(texts);
      this.probe = probe;
      this.successesBefore = successesBefore;
    }
  }
}
