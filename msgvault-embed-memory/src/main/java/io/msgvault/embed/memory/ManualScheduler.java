package io.msgvault.embed.memory;

import io.msgvault.embed.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs delayed tasks when a test moves time on, so that no test waits. Any number of threads may
 * use it; tasks run in the thread that calls {@link #advance}.
 *
 * <pre>{@code
 * SettableClock clock = new SettableClock();
 * ManualScheduler scheduler = new ManualScheduler(clock);
 * scheduler.schedule(() -> System.out.println("due"), Duration.ofMinutes(1));
 * scheduler.advance(Duration.ofSeconds(59)); // prints nothing
 * scheduler.advance(Duration.ofSeconds(1)); // prints "due"
 * }</pre>
 *
 * <p>A run that waits in its caller's thread needs time to pass by itself: give it {@link
 * #immediate}.
 */
public final class ManualScheduler implements Scheduler {
  private record Task(Instant due, long number, Runnable code) {}

  private final SettableClock clock;
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparing(Task::due).thenComparingLong(Task::number));
  private long scheduled;

  /** Creates a scheduler that moves this clock. */
  public ManualScheduler(SettableClock clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Returns a scheduler that runs each task at once, before {@code schedule} returns. */
  public static Scheduler immediate() {
    return (task, delay) -> {
      task.run();
      return () -> {};
    };
  }

  @Override
  public synchronized ScheduledTask schedule(Runnable task, Duration delay) {
    Task added = new Task(clock.instant().plus(delay), scheduled++, task);
    tasks.add(added);
    return () -> remove(added);
  }

  private synchronized void remove(Task task) {
    tasks.remove(task);
  }

  /**
   * Moves the clock on, and runs the tasks due by then in the order of the due times. The clock
   * shows a task its due time, and tasks that a task schedules run too where they are due. If a
   * task throws, the clock stays at its due time, and a later call runs the tasks after it.
   */
  public void advance(Duration duration) {
    Instant end = clock.instant().plus(duration);
    for (Task task = nextUntil(end); task != null; task = nextUntil(end)) {
      if (task.due.isAfter(clock.instant())) {
        clock.set(task.due);
      }
      task.code.run();
    }
    clock.set(end);
  }

  private synchronized @Nullable Task nextUntil(Instant end) {
    Task next = tasks.peek();
    return next == null || next.due.isAfter(end) ? null : tasks.poll();
  }

  /** Returns how many tasks wait. */
  public synchronized int pending() {
    return tasks.size();
  }
}
