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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a run on their way through the embedder.
 *
 * <p>Everything here happens on the thread of the run, but for the calls of the embedder
 * themselves: they run on the job's executor, as many at once as the embedder asks for, and come
 * back as events in an inbox, in any order; so do time-outs and the end of a wait. Nothing blocks
 * but {@link #awaitEvent}.
 *
 * <p>A {@link PendingText} is a text, shared by all receivers that wait for the same text. A {@link
 * Request} is a batch of slots. A request that failed for now is sent again after a wait that holds
 * up all sending; one that was refused is halved until the refused text stands alone (EJ-5), which
 * costs at most 2·log₂(batch) requests for each.
 */
final class RequestPipeline {
  /**
   * Takes what became of a text. Exactly one of its methods is called, once, unless the run ends
   * before.
   */
  interface Receiver {
    void embedded(float[] vector);

    void rejected(String reason);

    void failed(TransientEmbedderException cause);
  }

  /** No more text is asked for while so many UTF-16 units are on their way. */
  private static final long MAX_PENDING_CHARACTERS = 8_000_000;

  private static final String PROBE = "A plain sentence.";

  private sealed interface Event {
    record Answered(long requestId) implements Event {}

    record TimedOut(long requestId) implements Event {}

    record PauseEnded(long pause) implements Event {}

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

  private final JobSettings job;
  private final int dimension;
  private final MutableRunCounts counts;
  private final Consumer<JobEvent> listener;

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

  RequestPipeline(
      JobSettings job, int dimension, MutableRunCounts tally, Consumer<JobEvent> listener) {
    this.job = job;
    this.dimension = dimension;
    this.counts = tally;
    this.listener = listener;
    this.retryGate = new RetryGate(job, hold -> inbox.add(new Event.PauseEnded(hold)));
  }

  /** Asks for a text's vector. The receiver may be called before this returns. */
  void add(String text, Receiver receiver) {
    float[] known = recentVectors.get(text);
    if (known != null) {
      receiver.embedded(known);
      return;
    }
    PendingText slot = pendingByText.get(text);
    if (slot == null) {
      slot = new PendingText(text);
      pendingByText.put(text, slot);
      newTexts.add(slot);
      pendingCharacters += text.length();
    }
    slot.receivers.add(receiver);
  }

  /** Whether more text is needed to fill the next batch, and there is room for it. */
  boolean needsMoreForBatch() {
    return hasRoomFor(job.embedder().batchSize());
  }

  /** Whether it helps to have more text ready: as much as can be asked for at once. */
  boolean canPrefetch() {
    return hasRoomFor(job.embedder().batchSize() * job.embedder().concurrency());
  }

  private boolean hasRoomFor(int texts) {
    return newTexts.size() < texts && pendingCharacters < MAX_PENDING_CHARACTERS;
  }

  /** Whether another request may be under way now. */
  boolean canSend() {
    return !retryGate.isPaused() && inFlight.size() < job.embedder().concurrency();
  }

  /** Sends one request, if there is one to send. */
  boolean sendNext() {
    Request request = nextRequest();
    if (request != null) {
      send(request);
    }
    return request != null;
  }

  /** Whether there is a text that waits or is under way. */
  boolean hasPendingTexts() {
    return !(inFlight.isEmpty() && retries.isEmpty() && newTexts.isEmpty());
  }

  /** Whether {@link #drainEvents} has something to take. */
  boolean hasEvents() {
    return !inbox.isEmpty();
  }

  /**
   * Takes everything that has come in, without waiting.
   *
   * @throws RuntimeException if the embedder is to be given up
   */
  void drainEvents() {
    for (Event event = inbox.poll(); event != null; event = inbox.poll()) {
      handle(event);
    }
  }

  /** Waits until something comes in, and takes it. */
  void awaitEvent() throws InterruptedException {
    handle(inbox.take());
  }

  /** Ends a wait. May be called from any thread. */
  void wakeUp() {
    inbox.add(new Event.WokenUp());
  }

  /** Gives up what is under way; answers that still come are ignored. */
  void cancel() {
    inFlight.values().forEach(Sent::cancel);
    inFlight.clear();
    retryGate.cancel();
  }

  // Sending

  /**
   * What was halved goes first. What failed for now goes first too, unless it was sent last and
   * there is another that can show whether the fault is the request's or the embedder's.
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
    List<String> texts = request.texts.stream().map(slot -> slot.text).toList();
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
        sent.cancel();
        handleFailure(
            sent,
            new TransientEmbedderException(
                "the embedder gave no answer within " + job.requestTimeout().orElseThrow()));
      }
    } else if (event instanceof Event.PauseEnded released) {
      retryGate.resume(released.pause());
    }
  }

  private void handleAnswer(Sent sent) {
    try {
      Answer answer = sent.answer().get();
      accept(sent, answer);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TransientEmbedderException passing) {
        handleFailure(sent, passing);
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
    listener.accept(new JobEvent.BatchEmbedded(request.texts.size(), answer.elapsed()));
    successes++;
    retryGate.recordSuccess();
    probing &= !request.probe;
    for (int i = 0; i < request.texts.size(); i++) {
      PendingText slot = request.texts.get(i);
      float[] vector = answer.vectors().get(i);
      recentVectors.put(slot.text, vector);
      removePending(slot);
      slot.receivers.forEach(receiver -> receiver.embedded(vector));
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
              + ": set its dimension to that of its model");
    }
    VectorMath.requireValid("a text", vector, dimension);
  }

  /**
   * Until something has embedded in this run, a refusal may be the endpoint's fault. Then a plain
   * probe is sent; if that is refused too, no message is rejected and the run fails.
   */
  private void handleRejection(Request request, RejectedInputException rejection) {
    if (request.probe) {
      throw new EmbedderUnavailableException(
          "the embedder refuses every text, also a plain probe: check its model and limits ("
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

  /** Asks for a plain sentence: whether that embeds tells if texts are at fault or the embedder. */
  private void queueProbe() {
    if (!probing) {
      probing = true;
      retries.addFirst(new Request(List.of(new PendingText(PROBE)), true, successes));
    }
  }

  private void reject(PendingText slot, RejectedInputException rejection) {
    removePending(slot);
    slot.receivers.forEach(receiver -> receiver.rejected(rejection.getMessage()));
  }

  /**
   * A first failure brakes all sending for a while; requests that were under way then do not count
   * again. A request that keeps failing while others succeed is at fault itself: it is halved, and
   * a text that fails alone given up for this run, but never rejected. Where no other text is left
   * to show it, a probe does.
   */
  private void handleFailure(Sent sent, TransientEmbedderException cause) {
    Request request = sent.request();
    request.attempts++;
    if (sent.backoffsBefore() == retryGate.backoffs()) {
      listener.accept(retryGate.recordFailure(cause));
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
      PendingText slot = request.texts.get(0);
      removePending(slot);
      slot.receivers.forEach(receiver -> receiver.failed(cause));
    }
  }

  private List<Request> halves(Request request) {
    int size = request.texts.size();
    return List.of(
        new Request(request.texts.subList(0, size / 2), false, successes),
        new Request(request.texts.subList(size / 2, size), false, successes));
  }

  private void removePending(PendingText slot) {
    if (pendingByText.remove(slot.text, slot)) {
      pendingCharacters -= slot.text.length();
    }
  }

  /** A text to embed, and who waits for it. */
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

    Request(List<PendingText> slots, boolean probe, long successesBefore) {
      this.texts = List.copyOf(slots);
      this.probe = probe;
      this.successesBefore = successesBefore;
    }
  }
}
