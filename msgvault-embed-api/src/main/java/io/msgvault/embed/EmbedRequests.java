package io.msgvault.embed;

import io.msgvault.embed.RunOutcome.Cancelled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * but {@link #await}.
 *
 * <p>A {@link Slot} is a text, shared by all receivers that wait for the same text. A {@link
 * Request} is a batch of slots. A request that failed for now is sent again after a wait that holds
 * up all sending; one that was refused is halved until the refused text stands alone (EJ-5), which
 * costs at most 2·log₂(batch) requests for each.
 */
final class EmbedRequests {
  /**
   * Takes what became of a text. Exactly one of its methods is called, once, unless the run ends
   * before.
   */
  interface Receiver {
    void embedded(float[] vector);

    void refused(String reason);

    void givenUp(TransientEmbedderException cause);
  }

  /** No more text is asked for while so many UTF-16 units are on their way. */
  private static final long READ_AHEAD = 8_000_000;

  private static final String PROBE = "A plain sentence.";

  private sealed interface Event {
    record Answered(long send) implements Event {}

    record TimedOut(long send) implements Event {}

    record BrakeReleased(long hold) implements Event {}

    record Woken() implements Event {}
  }

  private record Answer(List<float[]> vectors, Duration took) {}

  private record Sent(Request request, Future<Answer> answer, int pullsBefore) {}

  private final JobSettings job;
  private final int dimension;
  private final Tally tally;
  private final Consumer<JobEvent> listener;

  private final LinkedBlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
  private final Brake brake;
  private final Map<Long, Sent> inFlight = new HashMap<>();
  private final Deque<Request> again = new ArrayDeque<>();
  private final Deque<Slot> fresh = new ArrayDeque<>();
  private final Map<String, Slot> open = new HashMap<>();
  private final RecentVectors recent = new RecentVectors();
  private final Map<Slot, RejectedInputException> suspects = new LinkedHashMap<>();

  private long textOnItsWay;
  private long sends;
  private long successes;
  private boolean probing;

  EmbedRequests(JobSettings job, int dimension, Tally tally, Consumer<JobEvent> listener) {
    this.job = job;
    this.dimension = dimension;
    this.tally = tally;
    this.listener = listener;
    this.brake = new Brake(job, hold -> inbox.add(new Event.BrakeReleased(hold)));
  }

  /** Asks for a text's vector. The receiver may be called before this returns. */
  void add(String text, Receiver receiver) {
    float[] known = recent.get(text);
    if (known != null) {
      receiver.embedded(known);
      return;
    }
    Slot slot = open.get(text);
    if (slot == null) {
      slot = new Slot(text);
      open.put(text, slot);
      fresh.add(slot);
      textOnItsWay += text.length();
    }
    slot.receivers.add(receiver);
  }

  /** Whether more text is needed to fill the next batch, and there is room for it. */
  boolean needsText() {
    return hasRoomFor(job.embedder().batchSize());
  }

  /** Whether it helps to have more text ready: as much as can be asked for at once. */
  boolean wantsText() {
    return hasRoomFor(job.embedder().batchSize() * job.embedder().concurrency());
  }

  private boolean hasRoomFor(int texts) {
    return fresh.size() < texts && textOnItsWay < READ_AHEAD;
  }

  /** Whether another request may be under way now. */
  boolean maySend() {
    return !brake.isOn() && inFlight.size() < job.embedder().concurrency();
  }

  /** Sends one request, if there is one to send. */
  boolean sendNext() {
    Request request = next();
    if (request != null) {
      send(request);
    }
    return request != null;
  }

  /** Whether there is a text that waits or is under way. */
  boolean isUnderWay() {
    return !(inFlight.isEmpty() && again.isEmpty() && fresh.isEmpty());
  }

  /** Whether {@link #takeNews} has something to take. */
  boolean hasNews() {
    return !inbox.isEmpty();
  }

  /**
   * Takes everything that has come in, without waiting.
   *
   * @throws RuntimeException if the embedder is to be given up
   */
  void takeNews() {
    for (Event event = inbox.poll(); event != null; event = inbox.poll()) {
      handle(event);
    }
  }

  /** Waits until something comes in, and takes it. */
  void await() throws InterruptedException {
    handle(inbox.take());
  }

  /** Ends a wait. May be called from any thread. */
  void wake() {
    inbox.add(new Event.Woken());
  }

  /** Gives up what is under way; answers that still come are ignored. */
  void cancel() {
    inFlight.values().forEach(sent -> sent.answer().cancel(true));
    inFlight.clear();
  }

  // Sending

  /**
   * What was halved goes first. What failed for now goes first too, unless it was sent last and
   * there is another that can show whether the fault is the request's or the embedder's.
   */
  private @Nullable Request next() {
    Request first = again.peek();
    if (first != null && (fresh.isEmpty() || first.lastSend != sends || first.attempts == 0)) {
      return again.remove();
    }
    if (fresh.isEmpty()) {
      return null;
    }
    List<Slot> batch = new ArrayList<>();
    while (batch.size() < job.embedder().batchSize() && !fresh.isEmpty()) {
      batch.add(fresh.remove());
    }
    return new Request(batch, false, successes);
  }

  private void send(Request request) {
    long id = ++sends;
    request.lastSend = id;
    tally.requests++;
    if (request.attempts > 0) {
      tally.retries++;
    }
    List<String> texts = request.slots.stream().map(slot -> slot.text).toList();
    FutureTask<Answer> task =
        new FutureTask<>(() -> embed(texts)) {
          @Override
          protected void done() {
            inbox.add(new Event.Answered(id));
          }
        };
    inFlight.put(id, new Sent(request, task, brake.pulls()));
    if (!job.requestTimeout().isZero()) {
      job.delayer().after(() -> inbox.add(new Event.TimedOut(id)), job.requestTimeout());
    }
    job.executor().execute(task);
  }

  private Answer embed(List<String> texts) {
    long began = System.nanoTime();
    List<float[]> vectors = job.embedder().embed(texts, Purpose.DOCUMENT);
    return new Answer(vectors, Duration.ofNanos(System.nanoTime() - began));
  }

  // Answers

  private void handle(Event event) {
    if (event instanceof Event.Answered answered) {
      Sent sent = inFlight.remove(answered.send());
      if (sent != null) {
        answered(sent);
      }
    } else if (event instanceof Event.TimedOut timedOut) {
      Sent sent = inFlight.remove(timedOut.send());
      if (sent != null) {
        sent.answer().cancel(true);
        failed(
            sent,
            new TransientEmbedderException(
                "the embedder gave no answer within " + job.requestTimeout(), null));
      }
    } else if (event instanceof Event.BrakeReleased released) {
      brake.release(released.hold());
    }
  }

  private void answered(Sent sent) {
    try {
      Answer answer = sent.answer().get();
      accept(sent, answer);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TransientEmbedderException passing) {
        failed(sent, passing);
      } else if (cause instanceof RejectedInputException refusal) {
        refused(sent.request(), refusal);
      } else if (cause instanceof RuntimeException unexpected) {
        throw unexpected;
      } else if (cause instanceof Error error) {
        throw error;
      } else {
        throw new EmbedException("the embedder threw " + Errors.describe(cause), cause);
      }
    } catch (InterruptedException e) {
      throw new StopSignal.Stopped(Cancelled.StopReason.INTERRUPTED);
    }
  }

  private void accept(Sent sent, Answer answer) {
    Request request = sent.request();
    if (answer.vectors().size() != request.slots.size()) {
      failed(
          sent,
          new TransientEmbedderException(
              "the embedder returned "
                  + answer.vectors().size()
                  + " vectors for "
                  + request.slots.size()
                  + " texts",
              null));
      return;
    }
    try {
      answer.vectors().forEach(this::check);
    } catch (InvalidVectorException e) {
      refused(request, new RejectedInputException(e.getMessage(), e));
      return;
    }
    listener.accept(new JobEvent.BatchEmbedded(request.slots.size(), answer.took()));
    successes++;
    brake.forgive();
    probing &= !request.probe;
    for (int i = 0; i < request.slots.size(); i++) {
      Slot slot = request.slots.get(i);
      float[] vector = answer.vectors().get(i);
      recent.put(slot.text, vector);
      close(slot);
      slot.receivers.forEach(receiver -> receiver.embedded(vector));
    }
    suspects.forEach(this::reject);
    suspects.clear();
  }

  private void check(float[] vector) {
    if (vector.length != dimension) {
      throw new EmbedderUnavailableException(
          "the embedder returned a vector of dimension "
              + vector.length
              + " but declares "
              + dimension
              + ": set its dimension to that of its model",
          null);
    }
    InvalidVectorException.check("a text", vector, dimension);
  }

  /**
   * Until something has embedded in this run, a refusal may be the endpoint's fault. Then a plain
   * probe is sent; if that is refused too, no message is rejected and the run fails.
   */
  private void refused(Request request, RejectedInputException refusal) {
    if (request.probe) {
      throw new EmbedderUnavailableException(
          "the embedder refuses every text, also a plain probe: check its model and limits ("
              + refusal.getMessage()
              + ")",
          refusal);
    }
    if (request.slots.size() > 1) {
      List<Request> halves = halves(request);
      again.addFirst(halves.get(1));
      again.addFirst(halves.get(0));
    } else if (successes > 0) {
      reject(request.slots.get(0), refusal);
    } else {
      suspects.put(request.slots.get(0), refusal);
      probe();
    }
  }

  /** Asks for a plain sentence: whether that embeds tells if texts are at fault or the embedder. */
  private void probe() {
    if (!probing) {
      probing = true;
      again.addFirst(new Request(List.of(new Slot(PROBE)), true, successes));
    }
  }

  private void reject(Slot slot, RejectedInputException refusal) {
    close(slot);
    slot.receivers.forEach(receiver -> receiver.refused(refusal.getMessage()));
  }

  /**
   * A first failure brakes all sending for a while; requests that were under way then do not count
   * again. A request that keeps failing while others succeed is at fault itself: it is halved, and
   * a text that fails alone given up for this run, but never rejected. Where no other text is left
   * to show it, a probe does.
   */
  private void failed(Sent sent, TransientEmbedderException cause) {
    Request request = sent.request();
    request.attempts++;
    if (sent.pullsBefore() == brake.pulls()) {
      listener.accept(brake.pull(cause));
    } else {
      cause.retryAfter().ifPresent(brake::hold);
    }
    boolean othersSucceed = successes > request.successesBefore;
    if (request.probe) {
      again.addFirst(request);
    } else if (request.attempts < job.retry().maxAttempts()) {
      again.addLast(request);
    } else if (!othersSucceed) {
      again.addLast(request);
      if (fresh.isEmpty()) {
        probe();
      }
    } else if (request.slots.size() > 1) {
      again.addAll(halves(request));
    } else {
      Slot slot = request.slots.get(0);
      close(slot);
      slot.receivers.forEach(receiver -> receiver.givenUp(cause));
    }
  }

  private List<Request> halves(Request request) {
    int size = request.slots.size();
    return List.of(
        new Request(request.slots.subList(0, size / 2), false, successes),
        new Request(request.slots.subList(size / 2, size), false, successes));
  }

  private void close(Slot slot) {
    if (open.remove(slot.text, slot)) {
      textOnItsWay -= slot.text.length();
    }
  }

  /** A text to embed, and who waits for it. */
  private static final class Slot {
    final String text;
    final List<Receiver> receivers = new ArrayList<>(1);

    Slot(String text) {
      this.text = text;
    }
  }

  /** A batch of texts. */
  private static final class Request {
    final List<Slot> slots;
    final boolean probe;
    final long successesBefore;
    int attempts;
    long lastSend;

    Request(List<Slot> slots, boolean probe, long successesBefore) {
      this.slots = List.copyOf(slots);
      this.probe = probe;
      this.successesBefore = successesBefore;
    }
  }
}
