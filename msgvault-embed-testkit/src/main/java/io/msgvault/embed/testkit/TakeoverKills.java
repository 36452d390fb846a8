package io.msgvault.embed.testkit;

import io.msgvault.embed.archive.Takeover;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Processes take archives over until they are killed by the operating system: after so many steps
 * and a random while. One archive is killed in the middle several times, then taken over to the
 * end; and that end must be the same each time.
 */
final class TakeoverKills {
  /** The while between a step and the kill: as long as a step may take. */
  private static final int LONGEST_WHILE_NANOS = 4_000_000;

  private static final int MOST_KILLS_OF_ONE = 8;

  /** One message of so many waits. */
  private static final int WAITING = 100;

  private final Supplier<TakeoverFixture> fixtures;
  private final int messages;
  private final Random random;
  private final Map<String, Integer> hits = new TreeMap<>();
  private int kills;
  private int rounds;

  TakeoverKills(Supplier<TakeoverFixture> fixtures, int messages, Random random) {
    this.fixtures = fixtures;
    this.messages = messages;
    this.random = random;
  }

  int kills() {
    return kills;
  }

  int rounds() {
    return rounds;
  }

  /** How many kills hit in, or right after, which step. */
  Map<String, Integer> hits() {
    return hits;
  }

  void run(int wanted) {
    int importing = round(true, 0, 0);
    int active = round(false, 0, 0);
    for (boolean imported = true; kills < wanted; imported = !imported) {
      round(imported, imported ? importing : active, wanted);
    }
  }

  /** Returns how many steps the takeover took here, after those that were killed. */
  private int round(boolean imported, int steps, int wanted) {
    rounds++;
    TakeoverFixture fixture = fixtures.get();
    try (OpenTakeover host = new OpenTakeover(fixture)) {
      host.fill(messages);
      Set<Long> all = ids(id -> true);
      Set<Long> waiting = ids(id -> id % WAITING == 0);
      host.createQueue();
      Takeover takeover;
      if (imported) {
        host.createVectors(all);
        takeover = host.importing();
        host.tables.enqueue(OpenTakeover.QUEUE, OpenTakeover.FORMER, List.copyOf(waiting));
      } else {
        takeover = OpenTakeover.ofActive();
        host.tables.enqueue(OpenTakeover.QUEUE, host.createActive(all), List.copyOf(waiting));
      }
      for (int i = 0; i < MOST_KILLS_OF_ONE && kills < wanted; i++) {
        // As often among the last steps as among all.
        int moment = random.nextInt(random.nextBoolean() ? steps : Math.min(steps, 40));
        kill(fixture, imported, steps - 1 - moment);
      }
      AtomicInteger counted = new AtomicInteger();
      OpenTakeover.patiently(
          () -> host.takeOver(takeover, (call, arguments) -> counted.incrementAndGet()));
      Expect.that(
          "TO-6", !host.tables.exists(OpenTakeover.QUEUE), "the queue is still there in the end");
      all.removeAll(waiting);
      host.requireEnd("TO-2", all, waiting);
      return counted.get();
    }
  }

  private Set<Long> ids(LongPredicate some) {
    return LongStream.rangeClosed(1, messages)
        .filter(some)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void kill(TakeoverFixture fixture, boolean imported, int moment) {
    try (Child child = TakeoverWorker.start(fixture.storage(), imported, moment)) {
      String answer = child.answer();
      if (answer.startsWith(TakeoverWorker.HERE)) {
        long end = System.nanoTime() + random.nextInt(LONGEST_WHILE_NANOS);
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        child.kill();
        kills++;
        hits.merge(answer.substring(TakeoverWorker.HERE.length()), 1, Integer::sum);
      } else if (!answer.equals(TakeoverWorker.DONE)) {
        throw new BrokenRule("TO-2", "a process that takes over met " + answer, null);
      }
    }
  }
}
