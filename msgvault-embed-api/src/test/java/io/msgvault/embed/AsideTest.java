package io.msgvault.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AsideTest {
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void workThatNobodyHasBegunIsDoneByWhoeverNeedsIt() {
    List<Runnable> waiting = new ArrayList<>();
    Aside<Integer> aside = Aside.on(waiting::add, done::incrementAndGet, () -> {});
    assertEquals(1, aside.get());
    waiting.forEach(Runnable::run);
    assertEquals(1, done.get());
  }

  @Test
  void workThatIsDroppedBeforeItBeginsIsNeverDone() {
    List<Runnable> waiting = new ArrayList<>();
    Aside<Integer> aside = Aside.on(waiting::add, done::incrementAndGet, () -> {});
    aside.drop();
    waiting.forEach(Runnable::run);
    assertEquals(0, done.get());
  }

  @Test
  void workThatHasBegunIsWaitedForWhenItIsDropped() throws InterruptedException {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch dropping = new CountDownLatch(1);
    try {
      Aside<Integer> aside =
          Aside.on(
              threads,
              () -> {
                begun.countDown();
                dropping.await();
                return done.incrementAndGet();
              },
              () -> {});
      begun.await();
      dropping.countDown();
      aside.drop();
      assertEquals(1, done.get());
      assertTrue(aside.isDone());
    } finally {
      threads.shutdown();
    }
  }
}
