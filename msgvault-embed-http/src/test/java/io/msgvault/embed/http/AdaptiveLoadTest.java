package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.http.AdaptiveLoad.Load;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends many requests to simulated servers, by a clock that jumps from one answer to the next. */
class AdaptiveLoadTest {
  private static final int TEXTS = 100_000;
  private static final Load FIRST =
      new Load(AdaptiveLoad.FIRST_CONCURRENCY, AdaptiveLoad.FIRST_BATCH);

  /** A server: how long it takes for a request of so many texts beside others. */
  private interface Server {
    double millis(int texts, int underWay);
  }

  private record Sent(AdaptiveLoad.Request request, int texts, long answered) {}

  private long now;

  private AdaptiveLoad load(Load first, boolean concurrency, boolean batch) {
    return new AdaptiveLoad(first, concurrency, batch, () -> now);
  }

  /** Sends all texts, as many requests at once as the load allows, and returns the milliseconds. */
  private double send(AdaptiveLoad load, Server server) {
    long began = now;
    Queue<Sent> underWay = new PriorityQueue<>(Comparator.comparingLong(Sent::answered));
    int left = TEXTS;
    while (left > 0 || !underWay.isEmpty()) {
      while (left > 0 && underWay.size() < load.current().concurrency()) {
        int texts = Math.min(left, load.current().batchSize());
        left -= texts;
        AdaptiveLoad.Request request = load.begin();
        double millis = server.millis(texts, underWay.size() + 1);
        underWay.add(new Sent(request, texts, now + (long) (millis * 1e6)));
      }
      Sent first = underWay.remove();
      now = Math.max(now, first.answered);
      first.request.end(first.texts);
    }
    return (now - began) / 1e6;
  }

  /** Up to so many requests take 50 ms for each 32 texts; more of them wait for each other. */
  private static Server knee(int slots) {
    return (texts, underWay) ->
        50.0 * Math.ceil(texts / 32.0) * Math.max(1.0, 1.0 * underWay / slots);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6, 8, 11, 16, 23, 32})
  void takesHardlyLongerThanTheBestFixedLoad(int slots) {
    double best = send(load(new Load(slots, 32), false, false), knee(slots));
    double adapted = send(load(FIRST, true, true), knee(slots));
    assertTrue(adapted <= 1.1 * best, adapted + " ms, but " + best + " ms at best");
  }

  @Test
  void sendsMoreTextsWhereEachRequestIsDear() {
    AdaptiveLoad load = load(FIRST, true, true);
    send(load, (texts, underWay) -> underWay * (20 + 0.1 * texts));
    assertEquals(AdaptiveLoad.MOST_TEXTS, load.current().batchSize());
  }

  @Test
  void sendsFewerRequestsWhereTheyHinderEachOther() {
    AdaptiveLoad load = load(new Load(8, 32), true, true);
    send(load, (texts, underWay) -> texts * underWay * underWay);
    assertEquals(new Load(1, 32), load.current());
  }

  @Test
  void changesNothingThatIsFixed() {
    AdaptiveLoad load = load(FIRST, false, false);
    send(load, knee(16));
    assertEquals(FIRST, load.current());
    load.begin().answered(429);
    assertFalse(load.begin().isTooLarge(1_000));
    assertEquals(FIRST, load.current());
  }

  @Test
  void changesNothingForOneRequestAfterAnother() {
    AdaptiveLoad load = load(FIRST, true, true);
    for (int i = 0; i < 10_000; i++) {
      AdaptiveLoad.Request request = load.begin();
      now += 1_000_000;
      request.end(32);
    }
    assertEquals(FIRST, load.current());
  }

  @Test
  void tooManyRequestsHalveTheirNumberOnce() {
    AdaptiveLoad load = load(new Load(8, 32), true, true);
    List<AdaptiveLoad.Request> requests = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      requests.add(load.begin());
    }
    for (AdaptiveLoad.Request request : requests) {
      request.answered(429);
      request.end(0);
    }
    assertEquals(new Load(4, 32), load.current());
    AdaptiveLoad.Request later = load.begin();
    later.answered(503);
    later.end(0);
    assertEquals(new Load(2, 32), load.current());
  }

  @Test
  void sizeThatIsRefusedIsNotTriedAgain() {
    AdaptiveLoad load = load(new Load(1, 32), false, true);
    int sent = 0;
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      int texts = load.current().batchSize();
      AdaptiveLoad.Request request = load.begin();
      now += 50_000_000;
      boolean accepted = texts <= 64;
      if (!accepted) {
        refused++;
        assertTrue(request.isTooLarge(texts));
      }
      request.end(accepted ? texts : 0);
      sent += accepted ? texts : 0;
    }
    assertEquals(1, refused);
    assertEquals(new Load(1, 64), load.current());
    assertTrue(sent > 9_900 * 64, "sent " + sent);
    assertFalse(load.begin().isTooLarge(64), "64 texts were accepted before");
  }

  @Test
  void failureEndsATrial() {
    AdaptiveLoad load = load(FIRST, true, false);
    while (load.current().equals(FIRST)) {
      List<AdaptiveLoad.Request> requests = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        requests.add(load.begin());
      }
      now += 50_000_000;
      requests.forEach(request -> request.end(32));
    }
    assertEquals(new Load(8, 32), load.current());
    load.begin().end(0);
    assertEquals(FIRST, load.current());
  }
}
